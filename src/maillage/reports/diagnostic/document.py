"""What a report is made of, whatever it is written as."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.francais import NON_RENSEIGNE, avec_unite, fourchette, known, nombre


@dataclass(frozen=True)
class Nombre:
    """A figure as shown (``texte``) and as it is (``valeur``, null when unknown), which workbooks take."""

    valeur: float | None
    texte: str

    def __str__(self) -> str:
        return self.texte

    @classmethod
    def entier(cls, valeur: float | None) -> Nombre:
        """A whole number."""
        return cls(valeur, nombre(valeur))

    @classmethod
    def de(cls, chiffre: Chiffre, decimales: int | None = None) -> Nombre:
        """A figure of the atlas with its unit; ``decimales`` those of its definition unless said."""
        d = chiffre.definition
        return cls(chiffre.valeur, avec_unite(chiffre.valeur, d.unite, _decimals(chiffre, decimales)))

    @classmethod
    def avec_intervalle(cls, chiffre: Chiffre, decimales: int | None = None) -> Nombre:
        """A figure of the atlas with its unit, and its interval where it has one."""
        shown, d = cls.de(chiffre, decimales), chiffre.definition
        if not known(chiffre.valeur) or not known(chiffre.bas) or not known(chiffre.haut):
            return shown
        width = fourchette(chiffre.bas, chiffre.haut, d.unite, _decimals(chiffre, decimales))
        return cls(chiffre.valeur, f"{shown} ({width})")

    @classmethod
    def part(cls, valeur: float | None) -> Nombre:
        """A share, in whole per cents."""
        return cls(valeur, avec_unite(valeur, "part"))


def _decimals(chiffre: Chiffre, decimales: int | None) -> int:
    """Those asked for; a document tells minutes with a tenth, the others as their definition says."""
    if decimales is not None:
        return decimales
    return 1 if chiffre.definition.unite == "min" else chiffre.definition.arrondi


Cellule = str | Nombre
VIDE = Nombre(None, NON_RENSEIGNE)


@dataclass(frozen=True)
class Tableau:
    """A table: ``numeriques`` are the columns set to the right; the first column heads its row.

    ``annexe``: a long one, folded on the page and set at the end of a printed document.
    """

    id: str
    titre: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[Cellule, ...], ...]
    note: str = ""
    numeriques: frozenset[int] = frozenset()
    annexe: bool = False


@dataclass(frozen=True)
class Classe:
    """One class of a map: its label, its colour, how many territories and people it holds."""

    libelle: str
    couleur: str
    territoires: int
    habitants: float


@dataclass(frozen=True)
class Carte:
    """A map: ``svg`` stands alone; ``description`` says in words what it shows; the table says the same."""

    id: str
    titre: str
    svg: str
    description: str
    classes: tuple[Classe, ...]
    note: str
    tableau: str


@dataclass(frozen=True)
class Section:
    """A part of the report: paragraphs, then maps, then tables."""

    id: str
    titre: str
    paragraphes: tuple[str, ...] = ()
    cartes: tuple[Carte, ...] = ()
    tableaux: tuple[Tableau, ...] = ()


@dataclass(frozen=True)
class Rapport:
    """The report. ``bandeaux`` stand on every page: estimated times, test data."""

    titre: str
    sous_titre: str
    chapeau: str
    jeu_essai: bool
    bandeaux: tuple[str, ...]
    sections: tuple[Section, ...]
    pied: str
