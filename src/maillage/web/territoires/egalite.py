"""Who is left behind, and where: groups, people beyond the threshold, how unevenly they are spread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.lecture import read_toml
from maillage.reports.rendu import barre
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import geographie, phrases

# How many communes are named.
NOMMEES = 5


@dataclass(frozen=True)
class Groupe:
    """The access of one group, that of everyone here, those of it beyond the threshold.

    ``ecart``: in words, with everyone of the same communes; empty when unknown.
    """

    nom: str
    chiffre: Chiffre
    tous: Chiffre
    ecart: str
    eloignes: Chiffre
    barre: str


@dataclass(frozen=True)
class Concentration:
    """Where the people beyond the threshold live: how many, and the communes that hold the most of them.

    ``moitie``: how few of the ``total`` communes hold half of them.
    """

    personnes: float
    moitie: int
    total: int
    communes: tuple[tuple[Territoire, float], ...]


@dataclass(frozen=True)
class Egalite:
    """What is known of equality in a territory."""

    groupes: tuple[Groupe, ...]
    eloignes: Chiffre
    concentration: Concentration | None
    mesures: tuple[tuple[Chiffre, Chiffre, str], ...]


def read_egalite(atlas: AtlasOuvert, here: Territoire) -> Egalite | None:
    """The figures of equality this atlas holds for a territory; null when it holds none."""
    choice = read_toml("portraits.toml")["egalite"]
    everyone = atlas.chiffre(here.niveau, here.code, choice["tous"])
    beyond = atlas.chiffre(here.niveau, here.code, choice["eloignes"])
    groups = _groupes(atlas, here, choice["groupes"], everyone, beyond)
    measures = tuple(
        (found, atlas.reference(name), words)
        for name, words in choice["mesures"].items()
        if (found := atlas.chiffre(here.niveau, here.code, name)).connu
    )
    if not (groups or measures or beyond.connu):
        return None
    return Egalite(groups, beyond, _concentration(atlas, here, choice), measures)


def _groupes(
    atlas: AtlasOuvert, here: Territoire, names: list[str], everyone: Chiffre, beyond: Chiffre
) -> tuple[Groupe, ...]:
    """The groups known here, with a bar for those beyond the threshold, on one scale."""
    pairs = [
        (found, atlas.chiffre(here.niveau, here.code, name.replace(TEMPS, ELOIGNES)))
        for name in names
        if (found := atlas.chiffre(here.niveau, here.code, name)).connu
    ]
    top = max((c.valeur for c in (beyond, *(far for _, far in pairs)) if c.valeur), default=1.0)
    return tuple(
        Groupe(
            time.definition.objet,
            time,
            everyone,
            _ecart(atlas, here, time),
            far,
            barre.barre(far.valeur, beyond.valeur, top, 4) if far.connu else "",
        )
        for time, far in pairs
    )


def _ecart(atlas: AtlasOuvert, here: Territoire, time: Chiffre) -> str:
    """A group's time beside everyone's in the communes where the group is known: the atlas holds their gap.

    Beside everyone in the whole territory, a group known in towns alone would seem near.
    """
    gap = atlas.chiffre(here.niveau, here.code, time.definition.id.replace(TEMPS, ECARTS))
    if time.valeur is None or gap.valeur is None:
        return ""
    return phrases.ecart(time, replace(time, valeur=time.valeur - gap.valeur))


# The id of a group's time, of its gap with everyone, and of the share of it beyond the threshold.
TEMPS, ECARTS, ELOIGNES = "duree_panier_", "ecart_panier_", "part_panier_plus_7min_"


def _concentration(atlas: AtlasOuvert, here: Territoire, choice: dict[str, Any]) -> Concentration | None:
    """People beyond the threshold by commune, those unknown left out: counted, else population × share."""
    counted = atlas.a("commune", choice["nombre"])
    name = choice["nombre"] if counted else choice["eloignes"]
    if here.niveau == "zone" or not atlas.a("commune", name):
        return None
    column = atlas.colonne("commune", name)
    counts = [
        (t, value if counted else t.population * value)
        for t in geographie.communes_dans(atlas, here)
        if t.population and (value := column.chiffre(t.code).valeur) is not None
    ]
    counts.sort(key=lambda pair: (-pair[1], pair[0].code))
    total = sum(count for _, count in counts)
    if not total:
        return None
    named = tuple(pair for pair in counts[:NOMMEES] if pair[1] >= 1)
    return Concentration(total, _half(counts, total), len(counts), named)


def _half(counts: list[tuple[Territoire, float]], total: float) -> int:
    """How many communes, the heaviest first, hold at least half of the people."""
    held = 0.0
    for rank, (_, count) in enumerate(counts, 1):
        held += count
        if held >= total / 2:
            return rank
    return len(counts)
