"""Travel times as grandeurs: seconds and their reliability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES, Grades
from maillage.access.evaluation.valeurs import Valeurs
from maillage.catalogue.groupes_lieux import GroupeLieux, list_groups
from maillage.network.travel_times import NO_SITE, UNREACHABLE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TempsPanier:
    """Seconds to the nearest place of each service of a basket: float64[n, services], NaN where none is.

    ``fiabilite`` uint8[n]: the worst of the positions of those places.
    """

    seconds: Floats
    fiabilite: Grades
    millesime: str
    sources: frozenset[str]


@dataclass(frozen=True)
class Horloge:
    """Times from the carreaux to the implantations; ``sources`` by type, ``simulees`` invented ones.

    ``site_fiabilite`` is uint8[implantations].
    """

    time_ds: NDArray[np.uint32]
    site: NDArray[np.int32]
    types: tuple[str, ...]
    fiabilite: int
    site_fiabilite: NDArray[np.uint8]
    sources: Mapping[str, tuple[str, str]]
    simulees: frozenset[str]

    @cached_property
    def column(self) -> dict[str, int]:
        """The column of each type."""
        return {name: number for number, name in enumerate(self.types)}

    def times(self, name: str) -> Valeurs | None:
        """``temps_<type>``: seconds to the nearest, inf where unreachable; of a group, to its nearest."""
        if name in list_groups():
            return self.times_to_group(list_groups()[name])
        if name not in self.column:
            return None
        row = self.column[name]
        seconds = to_seconds(self.time_ds[:, row])
        source, millesime = self.sources[name]
        level = np.where(self.site[:, row] == NO_SITE, 0, self.site_fiabilite[self.site[:, row]])
        grade = np.maximum(level, self.grade_of(source)).astype(np.uint8)
        return Valeurs(seconds, np.ones(len(seconds)), grade, millesime, frozenset({source}))

    def times_to_group(self, group: GroupeLieux) -> Valeurs | None:
        """Seconds to the nearest place of any type of a group; null when too few of its types are known."""
        found = [times for kind in group.types if (times := self.times(kind)) is not None]
        if not found or (group.tous and len(found) < len(group.types)):
            return None
        seconds = np.minimum.reduce([times.valeurs for times in found])
        grade = np.maximum.reduce([times.fiabilite for times in found])
        years = "-".join(sorted({times.millesime for times in found if times.millesime}))
        sources = frozenset().union(*(times.sources for times in found))
        return Valeurs(seconds, np.ones(len(seconds)), grade, years, sources)

    def basket(self, basket: TempsPanier) -> Valeurs:
        """``temps_panier`` [n, services]: as reliable as the worst of the places nearest to each origin."""
        floor = max(self.grade_of(source) for source in basket.sources)
        covered = np.where(np.isfinite(basket.seconds).any(axis=1), 1.0, 0.0)
        level = np.maximum(basket.fiabilite, np.uint8(floor))
        return Valeurs(basket.seconds, covered, level, basket.millesime, basket.sources)

    def grade_of(self, source: str) -> int:
        """The reliability of times to what a source locates."""
        return FIABILITES.index("simule") if source in self.simulees else self.fiabilite


def to_seconds(time_ds: NDArray[np.uint32]) -> Floats:
    """Deciseconds as seconds, unreachable as inf.

    >>> to_seconds(np.array([4200, 2**32 - 1], dtype=np.uint32))
    array([420.,  inf])
    """
    return np.where(time_ds == UNREACHABLE, np.inf, time_ds / 10.0)
