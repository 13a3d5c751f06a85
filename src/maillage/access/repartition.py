"""Where to put services that are known by commune only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Places:
    """Facilities put somewhere: ``effectif`` of the offer ``offre`` at the place ``lieu`` (row numbers)."""

    offre: NDArray[np.int32]
    lieu: NDArray[np.int32]
    effectif: NDArray[np.int32]


def order_seats(population: NDArray[np.float64], n: int) -> NDArray[np.int32]:
    """The places that the first, second, … n-th facility of a commune go to: D'Hondt's rule.

    Each facility goes where population / (facilities already there + 1) is largest; ties go to the first row.
    The first n - 1 places do not depend on n. ``population`` float64[places]; places without people get none
    (empty answer when nobody lives anywhere).

    >>> order_seats(np.array([100.0, 60.0, 0.0]), 4)  # 100, 60, 100/2, 100/3
    array([0, 1, 0, 0], dtype=int32)
    """
    inhabited = np.flatnonzero(population > 0)
    if not len(inhabited) or n <= 0:
        return np.empty(0, dtype=np.int32)
    people = population[inhabited]
    # With λ = P / (n + m), Σ floor(p / λ) ≥ n: no seat goes to a quotient under λ. One more, for rounding.
    most = np.minimum(np.floor(people / people.sum() * (n + len(people))).astype(np.int64) + 1, n)
    place = np.repeat(inhabited, most)
    rank = np.arange(len(place)) - np.repeat(np.cumsum(most) - most, most) + 1
    order = np.lexsort((place, -(population[place] / rank)))[:n]
    return place[order].astype(np.int32)


def spread(
    offre_commune: NDArray[np.int32],
    nombre: NDArray[np.int32],
    lieu_commune: NDArray[np.int32],
    population: NDArray[np.float64],
) -> Places:
    """Spread each commune's facilities over its inhabited places, in proportion to people (D'Hondt).

    ``offre_commune`` and ``nombre`` int32[offers]: how many facilities, in which commune.
    ``lieu_commune`` int32[places] and ``population`` float64[places]: the fragments and the people of each. A
    lone facility goes to the most peopled place. Offers of a commune without inhabited place are left out.

    >>> places = spread(np.array([0, 0]), np.array([1, 3]), np.array([0, 0]), np.array([60.0, 100.0]))
    >>> places.offre, places.lieu, places.effectif
    (array([0, 1, 1], dtype=int32), array([1, 0, 1], dtype=int32), array([1, 1, 2], dtype=int32))
    """
    seats = [np.empty(0, dtype=np.int64)]
    owner = [np.empty(0, dtype=np.int64)]
    for commune in np.unique(offre_commune):
        rows = np.flatnonzero(lieu_commune == commune)
        offers = np.flatnonzero((offre_commune == commune) & (nombre > 0))
        order = rows[order_seats(population[rows], int(nombre[offers].max(initial=0)))]
        if len(order):
            owner.append(np.repeat(offers, nombre[offers]))
            seats.append(np.concatenate([order[:n] for n in nombre[offers]]))
    pairs = np.column_stack([np.concatenate(owner), np.concatenate(seats)])
    unique, effectif = np.unique(pairs, axis=0, return_counts=True)
    return Places(unique[:, 0].astype(np.int32), unique[:, 1].astype(np.int32), effectif.astype(np.int32))
