"""Effective access: hours a week during which people can reach something open, by the means they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.access.catchment import Float
from maillage.access.hours import WORDS, Bits, Schedules, weekly_hours
from maillage.network.travel_times import Within


@njit(cache=True)
def unite_rows(indptr: NDArray[np.int64], site: NDArray[np.int32], bits: Bits, out: Bits) -> None:
    """Write into ``out[origin]`` the bitwise or of ``bits`` over the sites of that CSR row."""
    for origin in range(len(indptr) - 1):
        for pair in range(indptr[origin], indptr[origin + 1]):
            for word in range(bits.shape[1]):
                out[origin, word] |= bits[site[pair], word]


@dataclass(frozen=True)
class EffectiveAccess:
    """Per origin: ``bits`` of the moments when a reachable site is surely open (uint64[origins, WORDS]).

    ``possible`` those when one may be; ``unknown_sites`` int64[origins]: reachable sites of unknown hours
    (hours are then a lower bound).
    """

    bits: Bits
    possible: Bits
    unknown_sites: NDArray[np.int64]

    @property
    def hours(self) -> Float:
        """Sure hours a week, float64[origins]: 0 with nothing in reach, NaN when nothing but unknown."""
        return self.hours_within(None)

    @property
    def possible_hours(self) -> Float:
        """Hours a week that sites of known hours leave possible: at least ``hours``, NaN where it is."""
        return self.clear_unknown(weekly_hours(self.possible))

    def hours_within(self, part: Bits | None) -> Float:
        """Sure hours a week within a mask, NaN where ``hours`` is: an unknown evening is not an empty one."""
        return self.clear_unknown(weekly_hours(self.bits, part))

    def clear_unknown(self, hours: Float) -> Float:
        """NaN where nothing is surely open and the hours of a site are unknown."""
        return np.where((weekly_hours(self.bits) == 0) & (self.unknown_sites > 0), np.nan, hours)


def effective_access(within: Within, schedules: Schedules) -> EffectiveAccess:
    """The moments when at least one site within the budget is open: H_i = |∪_j open_j|, t_ij ≤ budget.

    One origin reaches two sites, open 9-12 and 11-13 on Mondays: 4 hours, not 5.

    >>> from maillage.access.hours import parse_schedules
    >>> near = Within(np.array([0, 2]), np.array([0, 1], np.int32), np.array([10, 20], np.uint32))
    >>> effective_access(near, parse_schedules(["Mo 09:00-12:00", "Mo 11:00-13:00"])).hours.tolist()
    [4.0]
    """
    bits, possible = np.zeros((2, len(within.indptr) - 1, WORDS), np.uint64)
    unite_rows(within.indptr, within.site, schedules.bits, bits)
    unite_rows(within.indptr, within.site, schedules.possible, possible)
    unknown = np.concatenate([[0], np.cumsum(~schedules.known[within.site])])
    return EffectiveAccess(bits, possible, np.diff(unknown[within.indptr]))


def count_straight(distance_m: Float, speed_km_h: float, detour: float) -> Float:
    """Deciseconds along straight lines of so many metres, the way being longer; rounded up."""
    return np.ceil(distance_m * detour / (speed_km_h / 3.6) * 10)


def within_straight(distance_m: Float, budget_ds: int, speed_km_h: float, detour: float) -> Within:
    """Sites within a budget (≤) by bicycle or on foot, without a network: d × detour ÷ speed.

    ``distance_m`` float64[origins, sites], straight line. At 4.5 km/h with a detour of 1.3, 1 000 m take
    17.3 minutes.

    >>> near = within_straight(np.array([[1000.0, 1200.0]]), 12_000, 4.5, 1.3)
    >>> near.site.tolist(), near.time_ds.tolist()
    ([0], [10400])
    """
    time_ds = count_straight(distance_m, speed_km_h, detour)
    reached = time_ds <= budget_ds
    indptr = np.concatenate([[0], np.cumsum(reached.sum(axis=1))]).astype(np.int64)
    return Within(indptr, np.nonzero(reached)[1].astype(np.int32), time_ds[reached].astype(np.uint32))


def weight_by_car(with_car: Float, without_car: Float, share_without_car: Float) -> Float:
    """Mean over households: (1-s)·with + s·without; NaN where the share without a car is unknown.

    ``without_car`` is by bicycle or on foot: "hors transports collectifs".

    >>> weight_by_car(np.array([40.0]), np.array([10.0]), np.array([0.25])).tolist()
    [32.5]
    """
    return (1 - share_without_car) * with_car + share_without_car * without_car
