"""The basket of daily services, and the poles that hold a range of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.intervalles import with_range
from maillage.access.evaluation.registre import Resultat
from maillage.access.indicateurs.durees import part_au_dela
from maillage.catalogue.temps_estimes import Residus

Floats = NDArray[np.float64]


def duree_panier(temps_panier: Floats) -> Floats:
    """Mean over the services of the time to the nearest, in seconds.

    ``temps_panier`` float64[n, services]. D = (1/|K|) Σ_{k in K} t_k, K the services known and reachable;
    null where there is none.

    >>> duree_panier(np.array([[300.0, 500.0, np.nan], [120.0, np.inf, 240.0]]))
    array([400., 180.])
    """
    known = np.isfinite(temps_panier)
    total: Floats = np.where(known, temps_panier, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean: Floats = total / known.sum(axis=1)
    return mean


def duree_panier_quotidien(temps_panier: Floats, residus_panier: Residus | None = None) -> Floats | Resultat:
    """The mean of :func:`duree_panier`, with its 90 % interval where times are estimated.

    >>> duree_panier_quotidien(np.array([[300.0, 500.0]]))
    array([400.])
    """
    return with_range(duree_panier(temps_panier), residus_panier)


def services_connus(temps_panier: Floats) -> Floats:
    """How many services of the basket have a known time (the n of n/21): float64[n].

    >>> services_connus(np.array([[300.0, 500.0, np.nan]]))
    array([2.])
    """
    known: Floats = np.isfinite(temps_panier).sum(axis=1, dtype=np.float64)
    return known


def services_anciens(temps_panier: Floats, panier_ancien: Floats) -> Floats:
    """How many of the known services are of an old vintage: float64[n].

    ``panier_ancien`` float64[n, services]: 1 where the service's source is old, else 0.

    >>> services_anciens(np.array([[300.0, 500.0, np.nan]]), np.array([[0.0, 1.0, 1.0]]))
    array([1.])
    """
    counted: Floats = (np.isfinite(temps_panier) & (panier_ancien > 0)).sum(axis=1, dtype=np.float64)
    return counted


def part_panier_au_dela(
    temps_panier: Floats, panier_eloigne_min: float, residus_panier: Residus | None = None
) -> Floats | Resultat:
    """Share of the people whose mean time to the basket is strictly (>) beyond the threshold, in minutes.

    ``residus_panier``: the law of that mean's error, where times are estimated; see ``part_au_dela``.

    >>> part_panier_au_dela(np.array([[300.0, 500.0], [360.0, 500.0]]), 7)
    array([0., 1.])
    """
    return part_au_dela(duree_panier(temps_panier), panier_eloigne_min, residus_panier)


def pole(effectifs_gamme: Floats) -> Floats:
    """1 where at least half (≥) of the types of the range are present, else 0; float64[n].

    ``effectifs_gamme`` float64[n, types]: facilities of each type; a type unknown everywhere (null) is left
    out of the count and of the half. A type unknown here may be present or not: null where that decides.

    >>> pole(np.array([[1.0, 0.0, 2.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, np.nan, 0.0, 0.0]]))
    array([ 1.,  0., nan])
    """
    known = effectifs_gamme[:, ~np.isnan(effectifs_gamme).all(axis=0)]
    n, surely = known.shape[1], (known >= 1).sum(axis=1)
    perhaps = surely + np.isnan(known).sum(axis=1)
    answer = np.where(2 * surely >= n, 1.0, np.where(2 * perhaps < n, 0.0, np.nan))
    return np.where(n > 0, answer, np.nan)
