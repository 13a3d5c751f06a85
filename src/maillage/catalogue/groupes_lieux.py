"""Groups of service types that answer one need together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_toml


@dataclass(frozen=True)
class GroupeLieux:
    """Types that answer one need; ``tous``: nothing is said unless every type is known."""

    id: str
    nom: str
    types: tuple[str, ...]
    tous: bool


@cache
def list_groups() -> dict[str, GroupeLieux]:
    """Every group by id.

    >>> list_groups()["soins_proximite"].tous
    True
    """
    return {
        name: GroupeLieux(name, entry["nom"], tuple(entry["types"]), entry["tous"])
        for name, entry in read_toml("groupes_lieux.toml").items()
    }
