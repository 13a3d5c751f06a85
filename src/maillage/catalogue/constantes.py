"""What is the same everywhere in the computation: ``constantes.toml``."""

from __future__ import annotations

from math import radians
from typing import Any, Final

from maillage.catalogue.lecture import read_toml


def read_constant(name: str) -> Any:
    """The value of a constant.

    >>> read_constant("ages")
    ['moins_15', 'de_15_a_64', 'plus_65']
    """
    return read_toml("constantes.toml")[name]["valeur"]


EARTH_RADIUS_M: Final[float] = read_constant("rayon_terre")
DEGREE_M: Final = radians(1) * EARTH_RADIUS_M
"""One degree of latitude on the mean sphere, in metres."""
AGES: Final[tuple[str, ...]] = tuple(read_constant("ages"))
MOYENNES: Final[frozenset[str]] = frozenset(read_constant("unites_moyennes"))
