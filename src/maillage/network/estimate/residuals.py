"""What an estimated time does not know: shares beyond a threshold as an expectation, with an interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.temps_estimes import Residus

Floats = NDArray[np.float64]

LOW_LEVEL, HIGH_LEVEL = 0.05, 0.95  # a 90 % interval


class Share(NamedTuple):
    """An expected share, from 0 to 1, and its 90 % interval."""

    expected: float
    low: float
    high: float


def share_beyond(time_s: Floats, weight: Floats, threshold_s: float, residus: Residus) -> Share:
    """Share of ``weight`` whose *true* time exceeds (>) ``threshold_s``, knowing only estimated times.

    ``time_s`` and ``weight`` are float64[n]; an infinite time (unreachable) is beyond any threshold.
    ``ValueError`` for a missing time, a negative weight or no weight at all.

    True time = estimate · exp(r), r drawn from the residuals of the band of the estimate. The *expectation*
    sums the chance of each place: Σ wᵢ·P(tᵢ·exp(r) > z) / Σ wᵢ. The *interval* does not take neighbours for
    independent: of the variance of r, the share ``residus.correlation`` is one shift common to the whole
    territory, the rest is each place's own and averages out over places. Low and high are the shares with the
    common shift at its 5 % and 95 % quantiles. It holds the error of the formula only, not that of the places
    of the services.

    Ten minutes everywhere, and truth is half or twice as long, one time in two each:

    >>> half = tuple([-np.log(2.0)] * 3 + [np.log(2.0)] * 3)
    >>> levels = (0.0, 0.25, 0.4999999, 0.5, 0.75, 1.0)
    >>> alone = Residus((np.inf,), levels, (half,), correlation=0.0)
    >>> share_beyond(np.array([600.0]), np.array([1.0]), 420.0, alone)
    Share(expected=0.50, low=0.50, high=0.50)
    >>> together = Residus((np.inf,), levels, (half,), correlation=1.0)
    >>> share_beyond(np.array([600.0]), np.array([1.0]), 420.0, together)
    Share(expected=0.50, low=0.0, high=1.0)
    """
    _check(time_s, weight)
    chance = chance_beyond(time_s, threshold_s, residus)
    total = weight.sum()
    return Share(*(float(np.sum(each * weight) / total) for each in chance))


class Chance(NamedTuple):
    """The chance that each true time is beyond a threshold, and its 90 % interval: float64[n]."""

    expected: Floats
    low: Floats
    high: Floats


def chance_beyond(time_s: Floats, threshold_s: float, residus: Residus) -> Chance:
    """What :func:`share_beyond` averages: the same at each place, with a missing time (NaN) left missing.

    >>> law = Residus((np.inf,), (0.0, 1.0), ((-0.2, 0.2),), correlation=0.0)
    >>> chance_beyond(np.array([420.0, np.inf, np.nan]), 420.0, law).expected
    array([0.5, 1. , nan])
    """
    band = _find_band(time_s, residus)
    with np.errstate(divide="ignore"):
        needed = np.log(threshold_s) - np.log(time_s)  # the residual from which the true time is beyond
    own = float(np.sqrt(1.0 - residus.correlation))
    expected, low, high = (
        np.where(np.isnan(time_s), np.nan, _beyond(needed, band, residus, spread=spread, shift_level=level))
        for spread, level in ((1.0, None), (own, LOW_LEVEL), (own, HIGH_LEVEL))
    )
    return Chance(expected, np.minimum(low, expected), np.maximum(high, expected))


def range_of(time_s: Floats, residus: Residus) -> tuple[Floats, Floats]:
    """The 90 % interval of a *mean* of times around the estimates: low and high, float64[n].

    Only the shift common to a whole territory is counted: what is each place's own averages out. For one
    place alone the error is larger. Unreachable stays so, and a missing time missing.

    >>> law = Residus((np.inf,), (0.0, 0.5, 1.0), ((-0.2, 0.0, 0.2),), correlation=1.0)
    >>> low, high = range_of(np.array([600.0]), law)
    >>> low.round().tolist(), high.round().tolist()
    ([501.0], [718.0])
    """
    ends = []
    levels = np.array(residus.quantiles)
    for level in (LOW_LEVEL, HIGH_LEVEL):
        alone = [_shift(np.array(row), levels, residus, 0.0, level)[0] for row in residus.ln_rapport]
        factor = np.exp(alone)
        ends.append(time_s * factor[_find_band(time_s, residus)])
    return np.minimum(ends[0], time_s), np.maximum(ends[1], time_s)


EXCESS_LEVELS = (np.arange(40) + 0.5) / 40  # equally likely, to average a power of the excess


def excess_beyond(time_s: Floats, threshold_s: float, residus: Residus, alpha: float) -> Chance:
    """Expected max(0, (t·exp(r) - z)/z)^α and its 90 % interval, for estimated times t: float64[n] each.

    The interval is that of :func:`chance_beyond`: the common shift at its ends, the rest averaged.

    >>> law = Residus((np.inf,), (0.0, 1.0), ((0.0, 0.0),), correlation=0.5)
    >>> excess_beyond(np.array([840.0, 300.0, np.nan]), 420.0, law, 2).expected.tolist()
    [1.0, 0.0, nan]
    """
    levels, band = np.array(residus.quantiles), _find_band(time_s, residus)
    own = float(np.sqrt(1.0 - residus.correlation))
    ends = []
    for spread, level in ((1.0, None), (own, LOW_LEVEL), (own, HIGH_LEVEL)):
        found = np.full(len(time_s), np.nan)
        for b, row in enumerate(residus.ln_rapport):
            here = (band == b) & ~np.isnan(time_s)
            drawn = np.interp(EXCESS_LEVELS, levels, _shift(np.array(row), levels, residus, spread, level))
            beyond = np.maximum(time_s[here, None] * np.exp(drawn) / threshold_s - 1.0, 0.0) ** alpha
            found[here] = beyond.mean(axis=1)
        ends.append(found)
    expected, low, high = ends
    return Chance(expected, np.minimum(low, expected), np.maximum(high, expected))


def _find_band(time_s: Floats, residus: Residus) -> NDArray[np.intp]:
    """The band of residuals of each estimated time."""
    return np.searchsorted(np.array(residus.borne_haute_s[:-1]), time_s, side="right")


def _shift(values: Floats, levels: Floats, residus: Residus, spread: float, level: float | None) -> Floats:
    """The residuals with their own part narrowed by ``spread``, the common part at its quantile ``level``."""
    centre = float(np.sum((values[1:] + values[:-1]) / 2 * np.diff(levels)))
    shift = 0.0
    if level is not None:
        shift = float(np.sqrt(residus.correlation) * (np.interp(level, levels, values) - centre))
    moved: Floats = centre + shift + spread * (values - centre)
    return moved


def _check(time_s: Floats, weight: Floats) -> None:
    if np.isnan(time_s).any():
        raise ValueError("a missing time cannot be compared with a threshold: leave those places out")
    if (weight < 0).any() or weight.sum() <= 0:
        raise ValueError("weights must be positive or nought, and not all nought")


def _beyond(
    needed: Floats,
    band: NDArray[np.intp],
    residus: Residus,
    *,
    spread: float,
    shift_level: float | None,
) -> Floats:
    """The chance that each residual exceeds ``needed``.

    Around the centre (mean) of its band, the residual's own part is narrowed by ``spread``; the common part,
    at its quantile ``shift_level``, is √correlation times the band's quantile.
    """
    beyond = np.zeros(len(needed))
    levels = np.array(residus.quantiles)
    for b, row in enumerate(residus.ln_rapport):
        here = band == b
        own = _shift(np.array(row), levels, residus, spread, shift_level)
        beyond[here] = 1.0 - _probability_up_to(needed[here], own, levels)
    return beyond


def _probability_up_to(x: Floats, values: Floats, levels: Floats) -> Floats:
    """P(r ≤ x) by linear interpolation between quantiles; 0 below the first, 1 from the last."""
    values = np.maximum.accumulate(values + 1e-12 * np.arange(len(values)))
    found: Floats = np.interp(x, values, levels, left=0.0, right=1.0)
    return found
