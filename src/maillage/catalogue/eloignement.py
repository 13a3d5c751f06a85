"""How far is too far, by type of service, when nobody chooses: ``eloignement.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.lecture import read_toml
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.types_service import list_types


@dataclass(frozen=True)
class Eloignement:
    """Beyond (>) ``minutes`` a service of ``types``, ``paniers`` or ``gammes`` is too far; of none: any."""

    id: str
    nom: str
    minutes: int
    source: str
    date: str
    lien: str
    confirme: bool
    types: tuple[str, ...] = ()
    paniers: tuple[str, ...] = ()
    gammes: tuple[str, ...] = ()

    def holds(self, service: str) -> bool:
        """Whether a type of service is of a basket or a range of this entry."""
        baskets = (list_baskets()[name] for name in self.paniers)
        named = {one for basket in baskets for s in basket.services for one in (*s.types, *s.types_2024)}
        known = list_types().get(service)
        return service in named or (known is not None and known.gamme in self.gammes)


@cache
def list_limits() -> tuple[Eloignement, ...]:
    """Every limit, in the order in which they are tried; the last takes every other service."""
    return tuple(_limit(entry) for entry in read_toml("eloignement.toml")["seuil"])


def _limit(entry: dict[str, Any]) -> Eloignement:
    lists = {name: tuple(entry.get(name, ())) for name in ("types", "paniers", "gammes")}
    return Eloignement(**(entry | lists))


@cache
def find_limit(service: str) -> Eloignement:
    """The limit of a type of service, or of a group of them: named, then by basket or range, then the last.

    >>> [find_limit(name).minutes for name in ("france_services", "urgences", "pharmacie", "boulangerie")]
    [20, 30, 20, 7]
    """
    limits = list_limits()
    named = (limit for limit in limits if service in limit.types)
    held = (limit for limit in limits if limit.holds(service))
    return next(named, None) or next(held, limits[-1])
