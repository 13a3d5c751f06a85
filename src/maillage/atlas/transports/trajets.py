"""What it takes to go to the nearest place by public transport, whatever the minute one leaves at."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.access.round_trip import read_budget_s
from maillage.atlas.transports.acces import join_stops
from maillage.atlas.transports.changements import duration, on_sphere
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import open_journee
from maillage.atlas.transports.jours_types import JourType
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Summary, profile, summarize
from maillage.network.timetables.timetable import NEVER_S


def travel(
    transports: Transports, homes: pl.DataFrame, places: pl.DataFrame, day: JourType
) -> Summary | None:
    """Seconds from ``homes`` to the nearest of ``places`` (``lon``, ``lat``), departures of the window.

    On foot all the way where that is sooner and within the budget of one way; null when no day suits.
    """
    if day.jour is None:
        return None
    choice = read_toml("horaires.toml")["acces"]["transports"]
    journee = open_journee(transports, day.jour, choice["changement_max_min"])
    near_homes, near_places = (
        join_stops(transports, points, choice["marche_max_min"] * 60) for points in (homes, places)
    )
    n_stops = journee.changements.wait_s.size
    end_s = near_places.nearest(n_stops, np.arange(places.height))
    found = profile(journee.connexions, journee.changements, end_s, read_longest_s())
    return summarize(found, near_homes, walk_directly(homes, places), list_leavings())


def walk_directly(homes: pl.DataFrame, places: pl.DataFrame) -> NDArray[np.int32]:
    """Seconds on foot to the nearest place, int32[homes]; ``NEVER_S`` beyond the budget of one way."""
    tree: Any = KDTree(on_sphere(places))
    walk_s = duration(np.asarray(tree.query(on_sphere(homes))[0], np.float64))
    return np.where(walk_s <= read_budget_s(), walk_s, NEVER_S).astype(np.int32)


def list_leavings() -> NDArray[np.int32]:
    """Every minute of the window of departures, both ends included, seconds of the day.

    >>> window = list_leavings()
    >>> len(window), window[0] // 3600, window[-1] // 3600
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
