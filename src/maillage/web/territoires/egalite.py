"""Who is left behind, and where: groups, people beyond the threshold, how unevenly they are spread."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.catalogue.lecture import read_toml
from maillage.web.socle.atlas import AtlasOuvert, Chiffre, Territoire
from maillage.web.territoires import geographie, phrases

# How many communes are named.
NOMMEES = 5


@dataclass(frozen=True)
class Groupe:
    """The access of one group, that of everyone here, and the gap in words."""

    nom: str
    chiffre: Chiffre
    tous: Chiffre
    ecart: str


@dataclass(frozen=True)
class Concentration:
    """Where the people beyond the threshold live: how many, and the communes that hold the most of them."""

    personnes: float
    moitie: int
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
    groups = tuple(
        Groupe(found.definition.objet, found, everyone, phrases.ecart(found, everyone))
        for name in choice["groupes"]
        if (found := atlas.chiffre(here.niveau, here.code, name)).connu
    )
    measures = tuple(
        (found, atlas.reference(name), words)
        for name, words in choice["mesures"].items()
        if (found := atlas.chiffre(here.niveau, here.code, name)).connu
    )
    beyond = atlas.chiffre(here.niveau, here.code, choice["eloignes"])
    if not (groups or measures or beyond.connu):
        return None
    return Egalite(groups, beyond, _concentration(atlas, here, choice["eloignes"]), measures)


def _concentration(atlas: AtlasOuvert, here: Territoire, indicateur: str) -> Concentration | None:
    """People beyond the threshold by commune: population × share, the communes unknown left out."""
    column = atlas.colonne("commune", indicateur) if atlas.a("commune", indicateur) else None
    if column is None or here.niveau == "zone":
        return None
    counts = [
        (t, t.population * value)
        for t in geographie.communes_dans(atlas, here)
        if t.population and (value := column.chiffre(t.code).valeur) is not None
    ]
    counts.sort(key=lambda pair: (-pair[1], pair[0].code))
    total = sum(count for _, count in counts)
    if not total:
        return None
    named = tuple(pair for pair in counts[:NOMMEES] if pair[1] >= 1)
    return Concentration(total, _half(counts, total), named)


def _half(counts: list[tuple[Territoire, float]], total: float) -> int:
    """How many communes, the heaviest first, hold at least half of the people."""
    held = 0.0
    for rank, (_, count) in enumerate(counts, 1):
        held += count
        if held >= total / 2:
            return rank
    return len(counts)
