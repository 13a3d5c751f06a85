"""Figures of places carried to territories, with the share of people for whom they are known.

Values are float64[places], NaN for unknown (secret, missing), never 0; ``people`` float64[places]. A
territory for which nothing is known gets NaN and a coverage of 0; one without people, a coverage of 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.territoires.decoupage import Decoupage

Floats = NDArray[np.float64]


class Transfert(NamedTuple):
    """``valeurs`` and ``couverture`` (0 to 1), float64[territories]."""

    valeurs: Floats
    couverture: Floats


def compute_coverage(known: NDArray[np.bool_], people: Floats, mesh: Decoupage) -> Floats:
    """Share of each territory's people who are in places where the figure is known.

    >>> from maillage.territoires.decoupage import nest
    >>> compute_coverage(np.array([True, False]), np.array([30.0, 10.0]), nest(["A", "A"]))
    array([0.75])
    """
    total = mesh.sum(people)
    share = np.divide(
        mesh.sum(np.where(known, people, 0.0)), total, out=np.zeros_like(total), where=total > 0
    )
    return np.clip(share, 0.0, 1.0)


def carry_count(values: Floats, people: Floats, mesh: Decoupage) -> Transfert:
    """Σ part · value over the known places: a count where coverage is 1, a floor below it.

    A place cut in two gives each side its people's share of the count.

    >>> from maillage.territoires.decoupage import nest
    >>> carry_count(np.array([3.0, np.nan, 5.0]), np.array([10.0, 10.0, 20.0]), nest(["A", "A", "B"]))
    Transfert(valeurs=array([3., 5.]), couverture=array([0.5, 1. ]))
    """
    known = np.isfinite(values)
    found = mesh.sum(np.where(known, values, 0.0))
    reached = mesh.sum(known.astype(np.float64)) > 0
    return Transfert(np.where(reached, found, np.nan), compute_coverage(known, people, mesh))


def carry_rate(numerator: Floats, denominator: Floats, people: Floats, mesh: Decoupage) -> Transfert:
    """Σ numerator / Σ denominator over the places where both are known: never a mean of rates.

    >>> from maillage.territoires.decoupage import nest
    >>> carry_rate(np.array([1.0, 9.0]), np.array([10.0, 30.0]), np.array([10.0, 30.0]), nest(["A", "A"]))
    Transfert(valeurs=array([0.25]), couverture=array([1.]))
    """
    known = np.isfinite(numerator) & np.isfinite(denominator)
    above, below = (mesh.sum(np.where(known, x, 0.0)) for x in (numerator, denominator))
    rate = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return Transfert(rate, compute_coverage(known, people, mesh))


def carry_mean(values: Floats, people: Floats, mesh: Decoupage) -> Transfert:
    """Mean over the people of the known places: Σ part · people · value / Σ part · people.

    >>> from maillage.territoires.decoupage import nest
    >>> carry_mean(np.array([300.0, 600.0]), np.array([10.0, 20.0]), nest(["A", "A"])).valeurs
    array([500.])
    """
    return carry_rate(values * people, np.where(np.isfinite(values), people, np.nan), people, mesh)


def carry_median(medians: Floats, people: Floats, mesh: Decoupage) -> Transfert:
    """Median over people of their *place's* median: an estimate, for the places' distributions are not known.

    It is the least place median at or below which (≤) half of the known people live. It lies between the
    lowest and the highest of the places, as the true median does, but ignores how people of a place differ.

    >>> from maillage.territoires.decoupage import nest
    >>> carry_median(np.array([3.0, 1.0, 2.0]), np.array([2.0, 2.0, 1.0]), nest(["A", "A", "A"])).valeurs
    array([2.])
    """
    known = np.isfinite(medians)
    links = known[mesh.place] & (mesh.part * people[mesh.place] > 0)
    territoire, value = mesh.territoire[links], medians[mesh.place[links]]
    weight = (mesh.part * people[mesh.place])[links]
    order = np.lexsort((value, territoire))
    found = np.full(len(mesh.codes), np.nan)
    bounds = np.searchsorted(territoire[order], np.arange(len(mesh.codes) + 1))
    for t in np.flatnonzero(np.diff(bounds)):
        here = order[bounds[t] : bounds[t + 1]]
        up_to = np.cumsum(weight[here])
        found[t] = value[here][np.searchsorted(up_to, up_to[-1] / 2)]
    return Transfert(found, compute_coverage(known, people, mesh))
