"""What it takes to go to the nearest place by public transport, whatever the minute one leaves at."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.access.round_trip import DayOfTransport, read_budget_s
from maillage.atlas.transports.a_pied import APied, duration, on_sphere
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Summary, Walks, profile, summarize
from maillage.network.timetables.timetable import NEVER_S


def travel(homes: Walks, sites: Walks, day: DayOfTransport, direct_s: NDArray[np.int32]) -> Summary:
    """Seconds from homes to the nearest of sites, departures of the window.

    ``homes``, ``sites``: their walks to stops. On foot all the way (``direct_s``: :func:`walk_to_nearest`)
    where that is sooner.
    """
    there = sites.onto(day.changes)
    end_s = there.nearest(day.changes.wait_s.size, np.arange(len(sites.indptr) - 1))
    found = profile(day.connections, day.changes, end_s, read_longest_s())
    return summarize(found, homes.onto(day.changes), direct_s, list_leavings())


def walk_to_nearest(a_pied: APied, homes: pl.DataFrame, places: pl.DataFrame) -> NDArray[np.int32]:
    """Seconds on foot to the nearest place, int32[homes]; ``NEVER_S`` beyond the budget of one way."""
    if not a_pied.plain:
        found = a_pied.pairs(homes, places, read_budget_s())
        nearest = np.full(homes.height, NEVER_S)
        np.minimum.at(nearest, found.origin, found.duree_s)
        return nearest
    tree: Any = KDTree(on_sphere(places))
    walk_s = duration(np.asarray(tree.query(on_sphere(homes))[0], np.float64))
    return np.where(walk_s <= read_budget_s(), walk_s, NEVER_S).astype(np.int32)


def list_leavings() -> NDArray[np.int32]:
    """Every minute of the window of departures, both ends included, seconds of the day.

    >>> window = list_leavings()
    >>> len(window), int(window[0]) // 3600, int(window[-1]) // 3600
    (721, 7, 19)
    """
    window = read_toml("horaires.toml")["trajets"]
    first, last = (
        sum(int(n) * unit for n, unit in zip(window[end].split(":"), (3600, 60), strict=True))
        for end in ("debut", "fin")
    )
    return np.arange(first, last + 1, 60, dtype=np.int32)


def read_longest_s() -> int:
    """Seconds of a trip at most, from its first boarding on."""
    return int(read_toml("horaires.toml")["trajets"]["duree_max_min"] * 60)
