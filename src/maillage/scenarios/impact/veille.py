"""What closing each place would cost people: all places of a service at once, from their two nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.network.travel_times import NO_SITE, UNREACHABLE
from maillage.scenarios.impact.gains import DS_PER_MIN, Floats

Rows = NDArray[np.int32]


@dataclass(frozen=True)
class CoutFermeture:
    """By site, float64[sites]: what its users lose if it closes, each going to the second nearest.

    ``usagers``: people whose nearest it is; ``minutes``: sum over them of the minutes added to one way;
    ``eloignes``: those who pass beyond the threshold (>); ``isoles``: those left with no place at all, in
    no sum of minutes; ``relais`` int32[sites]: the site that most of them go to, -1 for none.
    """

    usagers: Floats
    minutes: Floats
    eloignes: Floats
    isoles: Floats
    relais: Rows

    @property
    def minutes_par_usager(self) -> Floats:
        """Mean minutes added; NaN without user."""
        served = self.usagers - self.isoles
        mean: Floats = np.divide(self.minutes, served, out=np.full(len(served), np.nan), where=served > 0)
        return mean


def cost_closures(
    time_ds: NDArray[np.uint32], site: Rows, people: Floats, n_sites: int, seuil_min: float
) -> CoutFermeture:
    r"""The cost of closing each site, alone.

    ``time_ds``, ``site``: [origins, 2], the two nearest; ``people``: float64[origins], NaN counts for nobody.
    For site :math:`j`, :math:`\sum_{i : s_{i1} = j} p_i (t_{i2} - t_{i1})`.

    >>> time_ds, site = np.array([[600, 1800], [600, 4200]], np.uint32), np.array([[0, 1], [1, 0]], np.int32)
    >>> found = cost_closures(time_ds, site, np.array([10.0, 2.0]), n_sites=2, seuil_min=5)
    >>> found.minutes, found.eloignes, found.relais
    (array([20., 12.]), array([0., 2.]), array([1, 0], dtype=int32))
    """
    weight = np.nan_to_num(people)
    used = (site[:, 0] != NO_SITE) & (weight > 0)
    first, second, weight = site[used, 0], site[used, 1], weight[used]
    before, after = time_ds[used, 0].astype(np.int64), time_ds[used, 1].astype(np.int64)
    alone = time_ds[used, 1] == UNREACHABLE
    limit = seuil_min * DS_PER_MIN

    def add(values: Floats | NDArray[np.bool_]) -> Floats:
        return np.bincount(first, weight * values, n_sites).astype(np.float64)

    return CoutFermeture(
        usagers=add(np.ones(len(first))),
        minutes=add(np.where(alone, 0, after - before) / DS_PER_MIN),
        eloignes=add((before <= limit) & (after > limit)),
        isoles=add(alone),
        relais=find_relays(first, second, weight, n_sites),
    )


def find_relays(first: Rows, second: Rows, weight: Floats, n_sites: int) -> Rows:
    """The second site of most people of each first one, -1 for none; ties go to the smallest row."""
    kept = second != NO_SITE
    pairs, group = np.unique(np.stack([first[kept], second[kept]]), axis=1, return_inverse=True)
    people = np.bincount(group.ravel(), weight[kept], pairs.shape[1])
    order = np.lexsort((-pairs[1], people))
    relays = np.full(n_sites, NO_SITE, np.int32)
    relays[pairs[0][order]] = pairs[1][order]
    return relays
