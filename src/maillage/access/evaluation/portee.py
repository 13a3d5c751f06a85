"""What is within reach when times are uncertain: wide enough a reach, and its expectation over errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from maillage.access.decay import ErreurTemps, Steps, find_reach, likely_times, step_weights
from maillage.access.erreur_temps import load_time_error
from maillage.access.evaluation.valeurs import Floats
from maillage.network.travel_times import TravelTimes, Within

EXACT: Final = ErreurTemps(np.array([np.inf]), np.ones((1, 1)))
"""Times that do not err: one level."""

ENDS: Final = (1, -2)
"""Levels of error taken for the ends of an interval: 10 % and 90 %, the same for all times."""


def find_error(times: TravelTimes, relief: Literal["plaine", "tout"]) -> ErreurTemps:
    """How these times err: as fitted where they are estimated, not at all on a network."""
    return load_time_error(relief) if times.fiabilite == "estime" else EXACT


def list_ends(error: ErreurTemps) -> list[ErreurTemps]:
    """The laws in which every time errs in the same way, at both ends; none for times that do not err."""
    if error.ratio.shape[1] == 1:
        return []
    return [ErreurTemps(error.upper_ds, error.ratio[:, [level]]) for level in ENDS]


def reach_of_steps(steps: Steps, error: ErreurTemps) -> int:
    """How far to look, in estimated deciseconds, for a staircase: see ``find_reach``."""
    return find_reach(lambda time_ds: step_weights(time_ds, steps), steps.budget_ds, error)


def reach_of_budget(budget_ds: int, error: ErreurTemps) -> int:
    """How far to look for what is within a budget (≤)."""
    return find_reach(lambda time_ds: (time_ds <= budget_ds).astype(np.float64), budget_ds, error)


def keep_pairs(within: Within, kept: NDArray[np.bool_]) -> Within:
    """Only some pairs.

    >>> pairs = Within(np.array([0, 2, 3]), np.array([0, 1, 1], np.int32), np.array([5, 9, 7], np.uint32))
    >>> keep_pairs(pairs, pairs.time_ds < 8).indptr.tolist()
    [0, 1, 2]
    """
    before = np.concatenate([[0], np.cumsum(kept)])
    return Within(before[within.indptr], within.site[kept], within.time_ds[kept])


@dataclass(frozen=True)
class Attendu:
    """An expectation over the errors of times: float64[…, origins].

    ``couverture`` is the chance that the figure is known at all; the value is the mean where it is. ``bas``
    and ``haut``: from 10 % to 90 % of the errors, the same for all times, null where times do not err.
    """

    valeur: Floats
    couverture: Floats
    bas: Floats | None
    haut: Floats | None


def expect(
    measure: Callable[[Within], Floats], within: Within, budget_ds: int, error: ErreurTemps
) -> Attendu:
    """The expectation of what is measured on the pairs whose true time is within the budget (≤).

    ``within``: the pairs within ``reach_of_budget``. What is unknown (NaN) at some level of error is left out
    of the mean, and its coverage says so.

    One site estimated at the budget itself, within it one time in two:

    >>> pair = Within(np.array([0, 1]), np.array([0], np.int32), np.array([6000], np.uint32))
    >>> even = ErreurTemps(np.array([np.inf]), np.array([[0.9, 0.9, 1.2, 1.2]]))
    >>> found = expect(lambda near: np.diff(near.indptr).astype(float), pair, 6000, even)
    >>> found.valeur.tolist(), found.bas.tolist(), found.haut.tolist()
    ([0.5], [0.0], [1.0])
    """
    levels = np.stack(
        [measure(keep_pairs(within, t <= budget_ds)) for t in likely_times(within.time_ds, error)]
    )
    known = ~np.isnan(levels)
    met = known.sum(axis=0)
    total = np.where(known, levels, 0.0).sum(axis=0)
    mean = np.divide(total, met, out=np.full(total.shape, np.nan), where=met > 0)
    if len(levels) == 1:
        return Attendu(mean, met / 1.0, None, None)
    ends = [mean, *(levels[level] for level in ENDS)]
    return Attendu(mean, met / len(levels), np.fmin.reduce(ends), np.fmax.reduce(ends))
