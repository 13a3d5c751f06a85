"""People whose nearest place comes nearer or goes farther, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.network.travel_times import UNREACHABLE

Floats = NDArray[np.float64]
Times = NDArray[np.uint32]
DS_PER_MIN = 600.0


@dataclass(frozen=True)
class Gains:
    """Of some people: how many gain, lose; minutes of one way, means of those who do (null when nobody does).

    ``desservis``, ``perdus``: people who can reach the service only after, only before; they have no minutes.
    ``sous_seuil_avant``, ``sous_seuil_apres``: people within the threshold (≤).
    """

    population: float
    gagnants: float
    perdants: float
    gain_moyen_min: float | None
    perte_moyenne_min: float | None
    perte_max_min: float | None
    desservis: float
    perdus: float
    sous_seuil_avant: float
    sous_seuil_apres: float


def measure_gains(before: Times, after: Times, people: Floats, seuil_min: float) -> Gains:
    r"""Gains and losses of people, origin by origin.

    ``before``, ``after``: uint32[origins], deciseconds; ``people``: float64[origins], NaN counts for nobody.
    With :math:`p_i` people at :math:`t_i` before and :math:`t'_i` after, those who lose are
    :math:`\sum_i p_i [t'_i > t_i]`; their mean loss is :math:`\sum p_i (t'_i - t_i) / \sum p_i`.

    >>> before, after = np.array([600, 1200], np.uint32), np.array([600, 3000], np.uint32)
    >>> found = measure_gains(before, after, np.array([10.0, 4.0]), seuil_min=2)
    >>> found.perdants, found.perte_moyenne_min, found.sous_seuil_avant, found.sous_seuil_apres
    (4.0, 3.0, 14.0, 10.0)
    """
    weight = np.nan_to_num(people)
    reached = (before != UNREACHABLE) & (after != UNREACHABLE)
    change = np.where(reached, after.astype(np.int64) - before.astype(np.int64), 0) / DS_PER_MIN
    gain, loss = reached & (change < 0), reached & (change > 0)
    limit = seuil_min * DS_PER_MIN
    return Gains(
        population=float(weight.sum()),
        gagnants=float(weight[gain].sum()),
        perdants=float(weight[loss].sum()),
        gain_moyen_min=average(-change[gain], weight[gain]),
        perte_moyenne_min=average(change[loss], weight[loss]),
        perte_max_min=float(change[loss & (weight > 0)].max()) if (loss & (weight > 0)).any() else None,
        desservis=float(weight[(before == UNREACHABLE) & (after != UNREACHABLE)].sum()),
        perdus=float(weight[(before != UNREACHABLE) & (after == UNREACHABLE)].sum()),
        sous_seuil_avant=float(weight[before <= limit].sum()),
        sous_seuil_apres=float(weight[after <= limit].sum()),
    )


@dataclass(frozen=True)
class Dixieme:
    """The tenth of people who are farthest today: how many, their mean minutes before and after.

    Minutes are of those who can reach the service both before and after; null when nobody can.
    """

    habitants: float
    minutes_avant: float | None
    minutes_apres: float | None


def measure_tenth(before: Times, after: Times, people: Floats, share: float = 0.1) -> Dixieme:
    """The ``share`` of people farthest before, whole origins from the farthest until they hold it.

    ``before``, ``after``: uint32[origins], deciseconds; ``people``: float64[origins], NaN counts for nobody.

    >>> before, after = np.array([600, 1200, 6000], np.uint32), np.array([600, 1200, 3000], np.uint32)
    >>> measure_tenth(before, after, np.array([80.0, 15.0, 5.0]))
    Dixieme(habitants=20.0, minutes_avant=4.0, minutes_apres=2.75)
    """
    weight = np.nan_to_num(people)
    rows = np.argsort(before, kind="stable")[::-1]
    held = np.cumsum(weight[rows]) - weight[rows]
    rows = rows[(held < share * weight.sum()) & (weight[rows] > 0)]
    reached = rows[(before[rows] != UNREACHABLE) & (after[rows] != UNREACHABLE)]
    means = (average(time[reached] / DS_PER_MIN, weight[reached]) for time in (before, after))
    return Dixieme(float(weight[rows].sum()), *means)


def average(values: Floats, weight: Floats) -> float | None:
    """A weighted mean; null without weight.

    >>> average(np.array([1.0, 4.0]), np.array([2.0, 1.0])), average(np.zeros(0), np.zeros(0))
    (2.0, None)
    """
    total = weight.sum()
    return float((values * weight).sum() / total) if total > 0 else None
