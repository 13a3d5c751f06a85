"""There and home again by public transport: the moments when one can be at a place, and be back.

A moment :math:`t` of a day counts for a home :math:`i` and a place :math:`j` when one may leave home no
sooner than :math:`t - B` and be at :math:`j` by :math:`t`, then leave at :math:`t + S` and be home by
:math:`t + S + B` (≤ both): waits count, wherever they are spent. :math:`B` is the budget of one way,
:math:`S` the stay (``catalogue/horaires.toml``). On foot all the way, within the budget, every moment of
every day counts.

Effective access is then, as by car, the moments when at least one place that counts is open:
:math:`H_i = |∪_j (open_j ∩ there_{ij} ∩ back_{ij})|`.

A vehicle left at a station is found again at that station: with it, there and back are those of one *way* of
leaving home, and :math:`H_i` is the union over the ways :math:`w` of a home, of which being on foot is one:
:math:`|∪_{w,j} (open_j ∩ there_{wj} ∩ back_{wj})|`. A way out by one station and home by another is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.access.effective import EffectiveAccess, effective_access
from maillage.access.hours import Bits, Schedules
from maillage.catalogue.lecture import read_toml
from maillage.horaires.heures import SLOT_MIN, SLOTS_PER_DAY
from maillage.horaires.jours import DAYS
from maillage.network.routes.solve import n_workers
from maillage.network.timetables.connections import Connections, reverse
from maillage.network.timetables.profiles import Walks
from maillage.network.timetables.reach import (
    BITS,
    StopWalks,
    as_arrays,
    count_words,
    order_hops,
    pack_places,
    unite_round_trips,
)
from maillage.network.timetables.timetable import Changes
from maillage.network.travel_times import Within

SLOT_S = SLOT_MIN * 60
DS_PER_S = 10
SHARES = 4  # shares of the moments a core: speed only
POSSIBLE = DAYS  # a site's moment is a word: the dates when it is surely open, then those when it may be


@dataclass(frozen=True)
class VehiclesLeft:
    """Ways of leaving home with a vehicle that stays at a station until one comes home.

    ``home`` int32[ways]; ``rides``: of each way, the stops of its one station, with the seconds between home
    and them, the same both ways.
    """

    home: NDArray[np.int32]
    rides: Walks


def list_ways(homes: Walks, left: VehiclesLeft | None) -> tuple[Walks, NDArray[np.int32]]:
    """Every way of leaving home, those on foot first, and the home of each, int32[ways].

    >>> on_foot = Walks(np.array([0, 1, 1]), np.int32([7]), np.int32([60]))
    >>> left = VehiclesLeft(np.int32([1]), Walks(np.array([0, 2]), np.int32([3, 4]), np.int32([600, 600])))
    >>> ways, owner = list_ways(on_foot, left)
    >>> ways.indptr.tolist(), ways.stop.tolist(), owner.tolist()
    ([0, 1, 1, 3], [7, 3, 4], [0, 1, 1])
    """
    own = np.arange(len(homes.indptr) - 1, dtype=np.int32)
    if left is None:
        return homes, own
    rides = left.rides
    ways = Walks(
        np.concatenate([homes.indptr, homes.indptr[-1] + rides.indptr[1:]]),
        np.concatenate([homes.stop, rides.stop]),
        np.concatenate([homes.walk_s, rides.walk_s]),
    )
    return ways, np.concatenate([own, left.home])


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

    @cached_property
    def hops(self) -> tuple[tuple[NDArray[Any], ...], tuple[NDArray[Any], ...]]:
        """Its hops, and those told backwards, in the order in which they are read."""
        return order_hops(self.connections), order_hops(self.back)

    def join(self, homes: Walks, sites: Walks) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The arrays that one asks of, on the way there and on the way home."""
        n_rows, n_sites = self.changes.wait_s.size, len(sites.indptr) - 1
        leave, end = (StopWalks.of(walks.onto(self.changes), n_rows) for walks in (homes, sites))
        return (
            as_arrays(self.hops[0], self.changes, leave, end, n_sites),
            as_arrays(self.hops[1], self.changes_back, leave, end, n_sites),
        )


def read_budget_s() -> int:
    """Seconds of one way at most.

    >>> read_budget_s() // 60, read_stay_s() // 60
    (60, 30)
    """
    return int(read_toml("horaires.toml")["acces"]["transports"]["budget_min"] * 60)


def read_stay_s() -> int:
    """Seconds spent at the place."""
    return int(read_toml("horaires.toml")["acces"]["transports"]["duree_sur_place_min"] * 60)


def effective_access_by_transport(
    days: Sequence[DayOfTransport],
    week: Sequence[int | None],
    homes: Walks,
    sites: Walks,
    on_foot: Within,
    schedules: Schedules,
    budget_s: int,
    stay_s: int,
    left: VehiclesLeft | None = None,
) -> EffectiveAccess:
    """Effective access of each home, by foot and public transport, and with what is ``left`` at stations.

    ``week``: for Monday to Sunday, which of ``days`` runs, null for none. ``homes``, ``sites``: their walks
    to and from stops. ``on_foot``: pairs (home, site) within reach on foot alone; those beyond ``budget_s``
    are left out. Seconds of a day are those of the wall clock: give days when the clock does not change.

    Moments are shared out between the cores.
    """
    near = keep_near(on_foot, budget_s)
    opening = tell_openings(schedules)
    found = np.zeros((SLOTS_PER_DAY, len(near.indptr) - 1), np.uint64)
    masks = [mark_dates(week, day) for day in range(len(days))]
    asked = [(opening & dates != 0) | (~schedules.known & (dates != 0)) for dates in masks]
    starts, owner = list_ways(homes, left)
    ways = [day.join(starts, sites) for day in days]
    met = mark_walkers(near, len(schedules.known))

    def work(share: int) -> Bits:
        own = np.zeros_like(met)
        every = np.arange(share, SLOTS_PER_DAY, n_workers() * SHARES)
        for dates, some, (there, back) in zip(masks, asked, ways, strict=True):
            moments = every[some[every].any(axis=1)]
            by_s, back_s = moments * SLOT_S, -moments * SLOT_S - stay_s
            places = pack_places(some)
            trips = (moments, there, back, by_s, back_s, budget_s, owner)
            unite_round_trips(*trips, places, opening & dates, found, own)
        return own

    with ThreadPoolExecutor(n_workers()) as pool:
        for own in pool.map(work, range(n_workers() * SHARES)):
            met |= own
    on_feet = effective_access(near, schedules)
    bits, possible = (dates_to_bits(found >> np.uint64(first)) for first in (0, POSSIBLE))
    unknown = np.bitwise_count(met & pack_places(~schedules.known)).sum(axis=1, dtype=np.int64)
    return EffectiveAccess(on_feet.bits | bits, on_feet.possible | possible, unknown)


def keep_near(on_foot: Within, budget_s: int) -> Within:
    """The pairs within the budget (≤) on foot."""
    near = on_foot.time_ds <= budget_s * DS_PER_S
    before = np.concatenate([[0], near.cumsum()])
    return Within(before[on_foot.indptr], on_foot.site[near], on_foot.time_ds[near])


def tell_openings(schedules: Schedules) -> Bits:
    """The dates of the reference period when each site is surely open at a moment of five minutes, then those
    when it may be: a word by moment and site, uint64[moments, sites].

    >>> from maillage.access.hours import parse_schedules
    >>> word = int(tell_openings(parse_schedules(["Mo 09:00-12:00"]))[9 * 12, 0])
    >>> word == (1 + 2**7 + 2**14 + 2**21) * (1 + 2**28)  # four Mondays, sure, then possible
    True
    """
    words = np.zeros((SLOTS_PER_DAY, len(schedules.known)), np.uint64)
    for first, bits in ((0, schedules.bits), (POSSIBLE, schedules.possible)):
        slots = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little")
        for date, moments in enumerate(np.split(slots.T, DAYS)):
            words |= moments.astype(np.uint64) << np.uint64(first + date)
    return words


def mark_dates(week: Sequence[int | None], day: int) -> np.uint64:
    """The dates, sure and possible, of the weekdays that a day stands for.

    >>> int(mark_dates([0] + [None] * 6, 0)) == (1 + 2**7 + 2**14 + 2**21) * (1 + 2**28)
    True
    """
    dates = (date for date in range(DAYS) if week[date % len(week)] == day)
    return np.uint64(sum(2**date + 2 ** (POSSIBLE + date) for date in dates))


def dates_to_bits(found: Bits) -> Bits:
    """Bits of the reference period, uint64[homes, WORDS], from the dates of each moment of each home."""
    by_date = [
        np.packbits(found.T >> np.uint64(date) & np.uint64(1), axis=1, bitorder="little")
        for date in range(DAYS)
    ]
    return np.ascontiguousarray(np.concatenate(by_date, axis=1)).view(np.uint64)


def mark_walkers(near: Within, n_sites: int) -> Bits:
    """The places that each home reaches on foot, uint64[homes, words]."""
    met = np.zeros((len(near.indptr) - 1, count_words(n_sites)), np.uint64)
    home = np.repeat(np.arange(len(met)), np.diff(near.indptr))
    word, bit = np.divmod(near.site, BITS)
    np.bitwise_or.at(met, (home, word), np.uint64(1) << bit.astype(np.uint64))
    return met
