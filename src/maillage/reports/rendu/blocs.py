"""A document as a list of blocks, whatever it is written in afterwards: page, PDF, DOCX or workbook."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.francais import NON_RENSEIGNE, avec_unite, fourchette, known, nombre


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Titre:
    """A heading; ``niveau`` from 1; ``id`` names what follows, for links; ``nouvelle_page``: begins one."""

    texte: str
    niveau: int = 1
    id: str = ""
    nouvelle_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraphe:
    """A paragraph."""

    texte: str


@dataclass(frozen=True, slots=True)
class Liste:
    """A bulleted list."""

    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table: the first column names its row; ``numeriques`` are the columns set to the right.

    ``annexe``: a long one, folded on a page and set at the end of a printed document. ``note``: what is read
    under it, its sources and vintages.
    """

    titre: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[Cellule, ...], ...]
    id: str = ""
    note: str = ""
    numeriques: frozenset[int] = frozenset()
    annexe: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """An SVG picture and the words that stand for it; ``largeur`` is a share of the line (0 to 1).

    ``legende`` is read above it, on the same page.
    """

    svg: str
    texte: str
    largeur: float = 1.0
    legende: str = ""


@dataclass(frozen=True, slots=True)
class Classe:
    """One class of a map: its label, its colour, how many territories and people it holds."""

    libelle: str
    couleur: str
    territoires: int
    habitants: float


@dataclass(frozen=True, slots=True)
class Carte:
    """A map: ``svg`` stands alone; ``description`` says in words what it shows; ``tableau`` says the same."""

    id: str
    titre: str
    svg: str
    description: str
    classes: tuple[Classe, ...]
    note: str
    tableau: str


@dataclass(frozen=True, slots=True)
class EnRegard:
    """A map and what it says beside it; ``part`` of the line (0 to 1) is the map's."""

    carte: Carte
    textes: tuple[Paragraphe | Liste, ...]
    part: float = 0.55


@dataclass(frozen=True, slots=True)
class Couverture:
    """What a first page says beside title and subtitle.

    ``surtitre``: whose document it is, or of where; ``lignes``: label and value of what one looks for before
    reading (état, date, version, millésime).
    """

    surtitre: str
    lignes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """The place where people sign: (who, by function; what is already known of it, empty to be filled)."""

    signataires: tuple[tuple[str, str], ...]


LIEU_ET_DATE = "Fait à ………………………………………, le …………………………"
"""Above signatures: a place and a day that whoever signs writes by hand."""
Bloc = Titre | Paragraphe | Liste | Tableau | Image | Carte | EnRegard | Signatures


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; ``mention`` stands at the foot of each page, ``bandeaux`` are read before any figure.

    With ``couverture`` or ``sommaire`` it opens on a cover; ``sommaire`` is how many levels of headings the
    table of contents lists, 0 for none. ``jeu_essai``: figures are invented, each page says so.
    """

    titre: str
    sous_titre: str
    auteur: str
    mention: str
    blocs: tuple[Bloc, ...]
    sommaire: int = 0
    chapeau: str = ""
    bandeaux: tuple[str, ...] = ()
    jeu_essai: bool = False
    couverture: Couverture | None = None
