"""Where the users of a place go when it is no longer the nearest, and whom that loads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.network.travel_times import NO_SITE, UNREACHABLE
from maillage.scenarios.impact.gains import DS_PER_MIN, Floats, Times, average

Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Flux:
    """People who leave one site for another: mean minutes of one way before and after, null if unreachable.

    ``avant``, ``apres``: rows of one list of sites, -1 for none.
    """

    avant: int
    apres: int
    habitants: float
    minutes_avant: float | None
    minutes_apres: float | None


def follow(
    before: tuple[Rows, Times], after: tuple[Rows, Times], people: Floats, least: float = 0.5
) -> list[Flux]:
    """Who changes of nearest site: the largest flow first, then by rows.

    Flows below ``least`` people are left out.

    ``before``, ``after``: the nearest site and its time, [origins], sites numbered alike; ``people``:
    float64[origins], NaN counts for nobody.

    >>> one = (np.array([0, 0, 1], np.int32), np.array([600, 600, 600], np.uint32))
    >>> two = (np.array([1, 1, 1], np.int32), np.array([1200, 1800, 600], np.uint32))
    >>> follow(one, two, np.array([3.0, 1.0, 9.0]))
    [Flux(avant=0, apres=1, habitants=4.0, minutes_avant=1.0, minutes_apres=2.25)]
    """
    (here, time_before), (there, time_after) = before, after
    weight = np.nan_to_num(people)
    moved = np.flatnonzero((here != there) & (weight > 0))
    pairs, group = np.unique(np.stack([here[moved], there[moved]]), axis=1, return_inverse=True)
    found = []
    for rank, (old, new) in enumerate(pairs.T.tolist()):
        rows = moved[group.ravel() == rank]
        habitants = float(weight[rows].sum())
        if habitants >= least:
            minutes = (mean_minutes(time[rows], weight[rows]) for time in (time_before, time_after))
            found.append(Flux(old, new, habitants, *minutes))
    return sorted(found, key=lambda flow: (-flow.habitants, flow.avant, flow.apres))


def mean_minutes(time_ds: Times, weight: Floats) -> float | None:
    """Mean minutes of those who can reach it; null when nobody can."""
    reached = time_ds != UNREACHABLE
    return average(time_ds[reached] / DS_PER_MIN, weight[reached])


def count_users(site: Rows, people: Floats, n_sites: int) -> Floats:
    """People whose nearest site it is: float64[sites].

    >>> count_users(np.array([1, 1, -1], np.int32), np.array([2.0, 3.0, 9.0]), 2)
    array([0., 5.])
    """
    weight = np.nan_to_num(people)
    kept = site != NO_SITE
    return np.bincount(site[kept], weight[kept], n_sites).astype(np.float64)
