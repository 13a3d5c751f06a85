"""There and home again by public transport: the moments when one can be at a place, and be back.

A moment :math:`t` of a day counts for a home :math:`i` and a place :math:`j` when one may leave home no
sooner than :math:`t - B` and be at :math:`j` by :math:`t`, then leave at :math:`t + S` and be home by
:math:`t + S + B` (≤ both): waits count, wherever they are spent. :math:`B` is the budget of one way,
:math:`S` the stay (``catalogue/horaires.toml``). On foot all the way, within the budget, every moment of
every day counts.

Effective access is then, as by car, the moments when at least one place that counts is open:
:math:`H_i = |∪_j (open_j ∩ there_{ij} ∩ back_{ij})|`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.access.effective import EffectiveAccess
from maillage.access.hours import WORDS, Bits, Schedules, mask, pack
from maillage.catalogue.lecture import read_toml
from maillage.horaires.heures import SLOT_MIN, SLOTS_PER_DAY
from maillage.horaires.jours import DAYS
from maillage.network.routes.solve import n_workers
from maillage.network.timetables.connections import Connections, reverse
from maillage.network.timetables.profiles import Walks, latest_leavings, profile
from maillage.network.timetables.timetable import Changes
from maillage.network.travel_times import Within

MOMENTS_S = np.arange(SLOTS_PER_DAY, dtype=np.int32) * SLOT_MIN * 60
DS_PER_S = 10
EVERY_MOMENT = np.uint64(2**64 - 1)


@dataclass(frozen=True)
class DayOfTransport:
    """A day's timetable, both ways, made ready once for many places."""

    connections: Connections
    changes: Changes
    back: Connections
    changes_back: Changes

    @classmethod
    def of(cls, connections: Connections, changes: Changes) -> DayOfTransport:
        """From the connections of a day."""
        return cls(connections, changes, reverse(connections), changes.reversed())


def read_budget_s() -> int:
    """Seconds of one way at most.

    >>> read_budget_s() // 60, read_stay_s() // 60
    (60, 30)
    """
    return int(read_toml("horaires.toml")["acces"]["transports"]["budget_min"] * 60)


def read_stay_s() -> int:
    """Seconds spent at the place."""
    return int(read_toml("horaires.toml")["acces"]["transports"]["duree_sur_place_min"] * 60)


def there_and_back(
    day: DayOfTransport, homes: Walks, sites: Walks, site: int, budget_s: int, stay_s: int
) -> NDArray[np.bool_]:
    """bool[homes, moments of five minutes]: when one can be at ``site`` and be home again, as said above."""
    near = sites.nearest(day.changes.wait_s.size, np.array([site]))
    there = latest_leavings(profile(day.connections, day.changes, near, budget_s), homes, MOMENTS_S)
    leaving = MOMENTS_S + np.int32(stay_s)
    turned = profile(day.back, day.changes_back, near, budget_s)
    home = -latest_leavings(turned, homes, -leaving[::-1])[:, ::-1]
    return (MOMENTS_S - there <= budget_s) & (home - leaving <= budget_s)


def effective_access_by_transport(
    days: Sequence[DayOfTransport],
    week: Sequence[int | None],
    homes: Walks,
    sites: Walks,
    on_foot: Within,
    schedules: Schedules,
    budget_s: int,
    stay_s: int,
) -> EffectiveAccess:
    """Effective access of each home, by foot and public transport.

    ``week``: for Monday to Sunday, which of ``days`` runs, null for none. ``homes``, ``sites``: their walks
    to and from stops. ``on_foot``: pairs (home, site) within reach on foot alone; those beyond ``budget_s``
    are left out. Seconds of a day are those of the wall clock: give days when the clock does not change.
    """
    n_homes = len(homes.indptr) - 1
    bits, possible = np.zeros((2, n_homes, WORDS), np.uint64)
    unknown = np.zeros(n_homes, np.int64)
    walkers = list_walkers(on_foot, budget_s)

    def reach(site: int) -> tuple[int, NDArray[np.int64], Bits]:
        on_feet = np.isin(np.arange(n_homes), walkers.get(site, ()))
        asked = keep_open(week, schedules, site)
        found = {day: there_and_back(days[day], homes, sites, site, budget_s, stay_s) for day in asked}
        return site, *spread_week(found, week, on_feet)

    with ThreadPoolExecutor(n_workers()) as pool:
        for site, some, moments in pool.map(reach, range(len(schedules.known))):
            bits[some] |= moments & schedules.bits[site]
            possible[some] |= moments & schedules.possible[site]
            unknown[some] += not schedules.known[site]
    return EffectiveAccess(bits, possible, unknown)


def keep_open(week: Sequence[int | None], schedules: Schedules, site: int) -> set[int]:
    """The days to ask for a site: those of the weekdays when it may be open, all where that is unknown."""
    may = schedules.bits[site] | schedules.possible[site]
    return {
        day
        for weekday, day in enumerate(week)
        if day is not None and (not schedules.known[site] or (may & mask([weekday])).any())
    }


def list_walkers(on_foot: Within, budget_s: int) -> dict[int, NDArray[np.int64]]:
    """The homes from which each site is within the budget (≤) on foot."""
    home = np.repeat(np.arange(len(on_foot.indptr) - 1), np.diff(on_foot.indptr))
    near = on_foot.time_ds <= budget_s * DS_PER_S
    return {int(site): home[near & (on_foot.site == site)] for site in np.unique(on_foot.site)}


def spread_week(
    found: Mapping[int, NDArray[np.bool_]], week: Sequence[int | None], on_feet: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Bits]:
    """The homes that have a moment, and the bits of theirs over the reference period.

    ``found``: bool[homes, moments] of each day asked; ``on_feet`` bool[homes]: every moment is theirs.

    >>> one = np.ones((1, SLOTS_PER_DAY), bool)
    >>> homes, bits = spread_week({0: one}, [0, None, None, None, None, None, None], np.zeros(1, bool))
    >>> homes.tolist(), int(np.bitwise_count(bits).sum()) // 12
    ([0], 96)
    """
    some = np.flatnonzero(on_feet | np.any([reach.any(axis=1) for reach in found.values()], axis=0))
    never = np.zeros((len(some), SLOTS_PER_DAY), bool)
    a_week = [never if day is None or day not in found else found[day][some] for day in week]
    whole = np.tile(np.stack(a_week, axis=1), (1, DAYS // 7, 1)).reshape(len(some), DAYS * SLOTS_PER_DAY)
    bits = pack(whole)
    bits[on_feet[some]] = EVERY_MOMENT
    return some, bits
