"""Figures of an atlas that may become an indicator: found by words, or proposed by theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.recherche.recolte import make_index_mesures, make_index_territoires
from maillage.catalogue.chiffres_par_theme import list_for_theme, prefer
from maillage.catalogue.indicateurs import load_indicateurs
from maillage.francais import FIABILITES, avec_unite, typeset
from maillage.sdaasp.indicateurs.unites import PROPRES, find_ratio
from maillage.sdaasp.programme.vocabulaire import NatureCible, Sens
from maillage.web.programme import models
from maillage.web.programme.noms import Noms
from maillage.web.socle.atlas import AtlasOuvert

PAR_THEME, TROUVES, LIEUX = 4, 20, 8


@dataclass(frozen=True)
class ChiffrePropose:
    """One figure of one territory, ready to be chosen; ``refus``: why it may not be, in words."""

    definition: Definition
    lieu: Territoire
    valeur: str
    fiabilite: str
    refus: str = ""

    @property
    def cle(self) -> str:
        """What a form sends back."""
        return f"{self.definition.id} {self.lieu.cle}"

    @property
    def unite(self) -> str:
        """As people read it."""
        return read_unit(self.definition)

    @property
    def ligne(self) -> str:
        """Everything about it but its name: value with its unit, where, when, how reliable."""
        parts = (self.valeur, self.lieu.nom_complet, self.lieu.nature, self.definition.millesime)
        kept = dict.fromkeys(part for part in (*parts, self.fiabilite) if part)
        return ", ".join(kept)


def find_place(atlas: AtlasOuvert, objet: Any) -> Territoire | None:
    """Where an object of the programme acts: its arrondissement when it has one, else the département."""
    own = atlas.territoire("arrondissement", getattr(objet, "arrondissement", None) or "")
    return own or atlas.departement


def propose(
    atlas: AtlasOuvert, indicateurs: Iterable[str], lieu: Territoire, unite: str | None = None
) -> list[ChiffrePropose]:
    """The figures that this territory has, among these indicators, in their order."""
    found = (_propose(atlas, name, lieu, unite) for name in indicateurs)
    return [one for one in found if one is not None]


def _propose(
    atlas: AtlasOuvert, indicateur: str, lieu: Territoire, unite: str | None
) -> ChiffrePropose | None:
    figure = atlas.chiffre(lieu.niveau, lieu.code, indicateur)
    if figure.valeur is None:
        return None
    known = figure.definition
    value = avec_unite(figure.valeur, known.unite, known.arrondi)
    grade = FIABILITES.get(figure.fiabilite or "", "")
    return ChiffrePropose(known, lieu, value, grade, refuse_unit(known, unite))


def refuse_unit(definition: Definition, unite: str | None) -> str:
    """Why a figure may not fill an indicator counted in ``unite``; empty when it may.

    >>> wait = Definition("duree_poste", "Durée d’accès : Poste", unite="min")
    >>> refuse_unit(wait, "%")
    '« Durée d’accès : Poste » se compte en « min », pas en « % ».'
    >>> refuse_unit(wait, "minutes"), refuse_unit(wait, None)
    ('', '')
    """
    if find_ratio(definition.unite, unite) is not None:
        return ""
    return f"« {definition.nom} » se compte en « {read_unit(definition)} », pas en « {unite} »."


def read_unit(definition: Definition) -> str:
    """The unit of an indicator as people read it."""
    return PROPRES.get(definition.unite, definition.unite)


def propose_for_theme(atlas: AtlasOuvert | None, objet: Any, noms: Noms) -> list[ChiffrePropose]:
    """The three or four figures that speak of the theme of an object, where it acts; none when none does."""
    lieu = find_place(atlas, objet) if atlas else None
    if atlas is None or lieu is None:
        return []
    theme = noms.themes.get(next(iter(sorted(objet.perimetre.themes)), ""), "")
    held = [name for name in list_for_theme(theme) if atlas.chiffre(lieu.niveau, lieu.code, name).connu]
    names = {name: atlas.definition(name).nom for name in held}
    return propose(atlas, prefer(tuple(held), names, str(objet), PAR_THEME), lieu)


def search_figures(
    atlas: AtlasOuvert, mots: str, lieu: Territoire, unite: str | None = None, nombre: int = TROUVES
) -> list[ChiffrePropose]:
    """The figures of a territory whose names answer these words, best first."""
    index = atlas.garder("recherche des mesures", lambda: make_index_mesures(atlas))
    found = (one.code for one in index.search(mots, len(atlas.definitions)))
    held = [name for name in found if atlas.chiffre(lieu.niveau, lieu.code, name).connu]
    return propose(atlas, held[:nombre], lieu, unite)


def search_places(atlas: AtlasOuvert, ou: str, nombre: int = LIEUX) -> list[Territoire]:
    """The territories whose names answer these words, best first."""
    index = atlas.garder("recherche des territoires", lambda: make_index_territoires(atlas))
    found = (atlas.territoire(one.genre, one.code) for one in index.search(ou, nombre))
    return [one for one in found if one is not None]


def read_proposition(atlas: AtlasOuvert, cle: str, unite: str | None = None) -> ChiffrePropose | None:
    """The figure that a form sent back; ``None`` for what this atlas does not hold."""
    name, _, key = cle.partition(" ")
    niveau, _, code = key.partition(":")
    lieu = atlas.territoire(niveau, code)
    return _propose(atlas, name, lieu, unite) if lieu and name in atlas.definitions else None


def describe(proposition: ChiffrePropose, atlas: AtlasOuvert) -> dict[str, Any]:
    """The fields of the indicator that this figure becomes; its source is that of the atlas."""
    known, lieu = proposition.definition, proposition.lieu
    entry = load_indicateurs().get(known.entree)
    name = known.nom if lieu.niveau == "departement" else f"{known.nom}, {lieu.nom_complet}"
    return {
        "libelle": name[:300],
        "nature": NatureCible.QUANTITATIVE.value,
        "unite": proposition.unite or None,
        "sens": {"plus": Sens.HAUSSE, "moins": Sens.BAISSE}.get(known.sens),
        "source": " ; ".join(map(atlas.nom_source, known.sources))[:300] or None,
        "definition": typeset(entry.definition) if entry and not entry.variables else None,
    }


def list_followed(indicateurs: Iterable[models.IndicateurSuivi]) -> set[str]:
    """What is already an indicator, as forms say it."""
    return {f"{row.indicateur_atlas} {row.niveau}:{row.code}" for row in indicateurs if row.indicateur_atlas}
