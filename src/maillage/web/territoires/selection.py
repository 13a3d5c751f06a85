"""What portraits put forward: ``catalogue/portraits.toml``, kept to what an atlas holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from maillage.atlas.lecture.definitions import Definition
from maillage.catalogue.lecture import read_toml
from maillage.francais import minuscule
from maillage.web.socle.atlas import AtlasOuvert


@cache
def _choix() -> dict[str, Any]:
    return dict(read_toml("portraits.toml"))


def premier(atlas: AtlasOuvert, niveau: str, candidats: Iterable[str]) -> str | None:
    """The first of ``candidats`` that this mesh holds."""
    return next((indicateur for indicateur in candidats if atlas.a(niveau, indicateur)), None)


def reperes(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """Up to three indicators for the head of a portrait, all different."""
    found: list[str] = []
    for candidats in _choix()["reperes"]:
        chosen = premier(atlas, niveau, (c for c in candidats if c not in found))
        if chosen:
            found.append(chosen)
    return found


def de_la_carte(atlas: AtlasOuvert, niveau: str) -> str | None:
    """The indicator of the small maps; else the first time, else the first indicator of access."""

    def choose() -> str | None:
        held = atlas.indicateurs(niveau)
        others = [i for i in held if atlas.definition(i).est_duree] + [
            i for i in held if atlas.definition(i).dimension
        ]
        return premier(atlas, niveau, [*_choix()["carte"], *others])

    chosen: str | None = atlas.garder(("de la carte", niveau), choose)
    return chosen


def services(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """Times to list as near and far: the chosen services, else the first fifteen the atlas holds."""
    chosen = [f"duree_{service}" for service in _choix()["services"] if atlas.a(niveau, f"duree_{service}")]
    return chosen or [i for i in atlas.indicateurs(niveau) if atlas.definition(i).est_duree][:15]


def de_la_dimension(atlas: AtlasOuvert, niveau: str, dimension: str) -> list[str]:
    """The indicators of a dimension at this mesh: the chosen ones, then the others, not by service."""
    chosen = [i for i in _choix()["dimensions"].get(dimension, ()) if atlas.a(niveau, i)]
    others = [d.id for d in atlas.generaux(niveau) if d.dimension == dimension]
    return list(dict.fromkeys([*chosen, *others]))


def services_de_la_dimension(atlas: AtlasOuvert, niveau: str, dimension: str) -> int:
    """How many figures of this dimension are about one service each."""
    held = map(atlas.definition, atlas.indicateurs(niveau))
    return atlas.garder(
        ("par_service", niveau, dimension),
        lambda: sum(bool(d.service) and d.dimension == dimension for d in held),
    )


def croisement(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """A need and a time, to cross first."""
    return [i for i in _choix()["croisement"]["defaut"] if atlas.a(niveau, i)]


def favorables() -> frozenset[str]:
    """The statistics of which more is better, though they say nothing of access."""
    return frozenset(_choix()["croisement"]["favorables"])


def article(definition: Definition) -> str:
    """A service with its article: « une pharmacie », « un France services »."""
    written = _choix()["articles"].get(definition.service)
    return str(written) if written else f"le lieu le plus proche ({minuscule(definition.objet)})"


def habitants(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """What is said of who lives in a territory."""
    return [indicateur for indicateur in _choix()["habitants"] if atlas.a(niveau, indicateur)]


def phrase(definition: Definition) -> str:
    """What follows the number in a sentence."""
    written = _choix()["phrases"].get(definition.id)
    if written:
        return str(written)
    if definition.est_duree:
        return f"de trajet : {minuscule(definition.objet)}"
    return f": {minuscule(definition.nom)}"
