"""How much a service counts as it gets farther: weights in [0, 1] from times in deciseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maillage.network.travel_times import UNREACHABLE

DS_PER_MIN = 600
NEGLIGIBLE = 1e-3
"""The expected weight below which a pair is left out: its share of the whole weight of a neighbour."""

Decay = Callable[[NDArray[np.uint32]], NDArray[np.float64]]
"""Weights in [0, 1] from times in deciseconds."""


@dataclass(frozen=True)
class Steps:
    """A staircase: ``weight[k]`` below ``upper_min[k]`` minutes, 0 from the last one on.

    Intervals are half-open, [lower, upper): exactly 10 minutes belongs to the step after 10.
    """

    upper_min: tuple[float, ...]
    weight: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.upper_min) != len(self.weight) or not self.upper_min:
            raise ValueError("as many weights as upper bounds, at least one")
        if any(b <= a for a, b in pairwise((0.0, *self.upper_min))):
            raise ValueError("upper bounds must be positive and increase")

    @property
    def budget_ds(self) -> int:
        """The longest time that may count, in deciseconds."""
        return round(self.upper_min[-1] * DS_PER_MIN)


def step_weights(time_ds: NDArray[np.uint32], steps: Steps) -> NDArray[np.float64]:
    """Weight of each time by the staircase; an unreachable time weighs 0. Same shape as ``time_ds``.

    >>> apl_2012 = Steps((5, 10, 15), (1, 0.3, 0.1))
    >>> step_weights(np.array([2999, 3000, 5999, 6000, 9000], np.uint32), apl_2012).tolist()
    [1.0, 0.3, 0.3, 0.1, 0.0]
    """
    upper_ds = np.array([round(bound * DS_PER_MIN) for bound in steps.upper_min], np.uint32)
    step = np.searchsorted(upper_ds, time_ds, side="right")
    return np.array([*steps.weight, 0.0])[step]


@dataclass(frozen=True)
class ErreurTemps:
    """How estimated times err: true / estimated, at equally likely levels, by band of estimated time.

    ``upper_ds`` float64[bands], ascending, the last infinite; ``ratio`` float64[bands, levels].
    """

    upper_ds: NDArray[np.float64]
    ratio: NDArray[np.float64]


def expected_step_weights(
    time_ds: NDArray[np.uint32], steps: Steps, erreur: ErreurTemps
) -> NDArray[np.float64]:
    """Expected weight of an estimated time: the mean of the staircase over its likely true values.

    E[w(t)] = (1/q) Σ_k w(t·r_k), with r_k the ratios of the band of t (upper bound excluded). A step read at
    an estimate is all or nothing; its expectation is not, and does not favour one side of the step.

    At 9 minutes, when the true time is as likely 8.1 as 10.8, half of the weight is lost at 10 minutes.

    >>> erreur = ErreurTemps(np.array([np.inf]), np.array([[0.9, 1.2]]))
    >>> expected_step_weights(np.array([5400], np.uint32), Steps((10,), (1.0,)), erreur).tolist()
    [0.5]
    """
    return expected_weights(time_ds, lambda likely: step_weights(likely, steps), erreur)


def expected_weights(time_ds: NDArray[np.uint32], decay: Decay, erreur: ErreurTemps) -> NDArray[np.float64]:
    """Expected weight of an estimated time under any decay: its mean over the likely true times."""
    total = np.zeros(len(time_ds))
    for likely in likely_times(time_ds, erreur):
        total += decay(likely)
    return np.asarray(total / erreur.ratio.shape[1], np.float64)


def likely_times(time_ds: NDArray[np.uint32], erreur: ErreurTemps) -> Iterator[NDArray[np.uint32]]:
    """What each estimated time may truly be, at each equally likely level, the shortest first.

    >>> erreur = ErreurTemps(np.array([np.inf]), np.array([[0.9, 1.2]]))
    >>> [likely.tolist() for likely in likely_times(np.array([6000], np.uint32), erreur)]
    [[5400], [7200]]
    """
    band = np.searchsorted(erreur.upper_ds, time_ds, side="right")
    for level in erreur.ratio.T:
        yield np.minimum(time_ds * level[band], np.float64(UNREACHABLE)).astype(np.uint32)


def find_reach(decay: Decay, budget_ds: int, erreur: ErreurTemps) -> int:
    """The longest estimated time, in deciseconds, whose expected weight is not negligible (≥).

    ``budget_ds``: the true time from which the decay is negligible. A place estimated just beyond it may be
    nearer in truth: leaving it out before its expectation is taken favours the places estimated within.

    A step ends at 10 minutes, and true times may be 20 % shorter than estimated: up to 12.5 minutes counts.

    >>> erreur = ErreurTemps(np.array([np.inf]), np.array([[0.8, 1.2]]))
    >>> find_reach(lambda time_ds: step_weights(time_ds, Steps((10,), (1.0,))), 6000, erreur)
    7499
    """
    longest = int(np.ceil((budget_ds + 1) / erreur.ratio.min()))
    weight = expected_weights(np.arange(longest + 1, dtype=np.uint32), decay, erreur)
    return int(np.flatnonzero(weight >= NEGLIGIBLE).max(initial=0))


def gaussian_weights(time_ds: NDArray[np.uint32], budget_ds: int) -> NDArray[np.float64]:
    """Gaussian decay that falls from 1 at the door to 0 at the budget (Dai 2010); 0 from the budget on.

    w(t) = (exp(-½ (t/T)²) - exp(-½)) / (1 - exp(-½)) for t < T.

    >>> gaussian_weights(np.array([0, 3000, 6000], np.uint32), 6000).round(4).tolist()
    [1.0, 0.7014, 0.0]
    """
    ratio = np.minimum(time_ds / budget_ds, 1.0)
    floor = np.exp(-0.5)
    return np.asarray((np.exp(-0.5 * ratio**2) - floor) / (1 - floor), np.float64)


def exponential_weights(time_ds: NDArray[np.uint32], half_ds: int) -> NDArray[np.float64]:
    """Exponential decay: w(t) = 2^(-t/h), one half at ``half_ds``; never exactly 0 within the budget.

    >>> exponential_weights(np.array([0, 3000, 6000], np.uint32), 3000).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.asarray(np.exp2(-time_ds.astype(np.float64) / half_ds), np.float64)
