"""Compiled loops of the estimated times; :mod:`maillage.network.estimate.formula` says what they compute.

From origin ``i`` to site ``j`` over ``d`` km: exp(level[i] + effect[j]) · d^(exponent[i] − cut[j]) minutes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from maillage.network.travel_times import UNREACHABLE

Floats = NDArray[np.float64]

DS_PER_MINUTE = 600.0
PAIRS_ALONE = 1_000_000
"""Up to so many pairs, one core answers: a few milliseconds, where a second core kept busy is waited for."""
ROUNDING = 1e-9  # slack of the pruning bounds, in ln(time): far above float64 noise, far below a decisecond


class OriginArrays(NamedTuple):
    """Origins: ``xyz`` [n, 3] in km; ``level``, ln of the minutes for 1 km; ``exponent``."""

    xyz: Floats
    level: Floats
    exponent: Floats


class SiteArrays(NamedTuple):
    """Sites, ascending in z: ``xyz`` [n, 3] in km; what each adds to the level and cuts from the exponent."""

    xyz: Floats
    effect: Floats
    cut: Floats
    row: NDArray[np.int32]


@njit(cache=True, nogil=True)
def _cone_sum(here: Floats, people_xyz: Floats, population: Floats, radius_km: float) -> float:
    """Sum of ``population · max(0, 1 − distance/radius)`` around one place, in the order of the people."""
    x, y, z = here
    total = 0.0
    for j in range(np.searchsorted(people_xyz[:, 2], z - radius_km), len(people_xyz)):
        if people_xyz[j, 2] > z + radius_km:
            break
        square = (people_xyz[j, 0] - x) ** 2 + (people_xyz[j, 1] - y) ** 2 + (people_xyz[j, 2] - z) ** 2
        if square < radius_km * radius_km:
            total += population[j] * (1.0 - math.sqrt(square) / radius_km)
    return total


@njit(cache=True, parallel=True)
def cone_sums(xyz: Floats, people_xyz: Floats, population: Floats, radius_km: float) -> Floats:
    """The cone around each place, on every core; ``people_xyz`` ascending in z."""
    out = np.zeros(len(xyz))
    for i in prange(len(xyz)):
        out[i] = _cone_sum(xyz[i], people_xyz, population, radius_km)
    return out


@njit(cache=True, nogil=True)
def cone_sums_alone(xyz: Floats, people_xyz: Floats, population: Floats, radius_km: float) -> Floats:
    """:func:`cone_sums` on the core that asks, which waits for no other."""
    out = np.zeros(len(xyz))
    for i in range(len(xyz)):
        out[i] = _cone_sum(xyz[i], people_xyz, population, radius_km)
    return out


@njit(cache=True, inline="always")
def _time_ds(square: float, level: float, exponent: float) -> int:
    """Deciseconds over a squared distance in km²; ``level`` is the logarithm of the minutes for 1 km."""
    if square == 0.0:
        return 0
    return int(np.rint(math.exp(level + 0.5 * exponent * math.log(square)) * DS_PER_MINUTE))


@njit(cache=True, inline="always")
def _reach_square(limit_ds: int, level: float, exponent_low: float, exponent_high: float) -> float:
    """Squared km beyond which no site can take ``limit_ds`` or less.

    ``level`` bounds ln(minutes for 1 km) from below; past 1 km the lowest exponent does, nearer the highest.
    """
    if limit_ds >= UNREACHABLE:
        return math.inf
    slack = math.log((limit_ds + 0.5) / DS_PER_MINUTE) + ROUNDING - level
    return math.exp(2.0 * slack / (exponent_low if slack >= 0.0 else exponent_high))


@njit(cache=True, inline="always")
def _insert(times: NDArray[np.uint32], rows: NDArray[np.int32], time_ds: int, row: int) -> None:
    """Put (time, row) at its place in the ascending list of the k best; the last one falls out."""
    k = len(times) - 1
    if time_ds > times[k] or (time_ds == times[k] and row > rows[k]):
        return
    while k > 0 and (time_ds < times[k - 1] or (time_ds == times[k - 1] and row < rows[k - 1])):
        times[k], rows[k] = times[k - 1], rows[k - 1]
        k -= 1
    times[k], rows[k] = time_ds, row


@njit(cache=True, inline="always")
def _square_km(origin: Floats, site: Floats, spread_square: float) -> float:
    """Squared distance of the formula, km²."""
    dx, dy, dz = site[0] - origin[0], site[1] - origin[1], site[2] - origin[2]
    return float(dx * dx + dy * dy + dz * dz + spread_square)


@njit(cache=True)
def _scan(
    i: int,
    origins: OriginArrays,
    sites: SiteArrays,
    spread_square: float,
    out: tuple[NDArray[np.uint32], NDArray[np.int32]],
) -> None:
    """The k best sites of one type for origin ``i``, scanned outwards from its parallel."""
    n = len(sites.row)
    if n == 0:
        return
    times, rows = out
    z = origins.xyz[i, 2]
    floor = origins.level[i] + sites.effect.min()
    low, high = origins.exponent[i] - sites.cut.max(), origins.exponent[i] - sites.cut.min()
    reach = math.inf
    up = np.searchsorted(sites.xyz[:, 2], z)
    down = up - 1
    while up < n or down >= 0:
        above = sites.xyz[up, 2] - z if up < n else math.inf
        below = z - sites.xyz[down, 2] if down >= 0 else math.inf
        gap = min(above, below)
        if gap * gap + spread_square > reach:
            return
        if above <= below:
            j, up = up, up + 1
        else:
            j, down = down, down - 1
        square = _square_km(origins.xyz[i], sites.xyz[j], spread_square)
        if square <= reach:
            level, exponent = origins.level[i] + sites.effect[j], origins.exponent[i] - sites.cut[j]
            _insert(times, rows, _time_ds(square, level, exponent), sites.row[j])
            reach = _reach_square(times[-1], floor, low, high)


@njit(cache=True, nogil=True)
def _scan_types(
    i: int,
    origins: OriginArrays,
    sites: SiteArrays,
    first: NDArray[np.int64],
    spread_square: float,
    out: tuple[NDArray[np.uint32], NDArray[np.int32]],
) -> None:
    """The k best sites of every type for origin ``i``."""
    times, rows = out
    for t in range(len(first) - 1):
        a, b = first[t], first[t + 1]
        of_type = SiteArrays(sites.xyz[a:b], sites.effect[a:b], sites.cut[a:b], sites.row[a:b])
        _scan(i, origins, of_type, spread_square, (times[i, t], rows[i, t]))


@njit(cache=True, parallel=True)
def k_nearest(
    origins: OriginArrays,
    sites: SiteArrays,
    first: NDArray[np.int64],
    spread_square: float,
    out: tuple[NDArray[np.uint32], NDArray[np.int32]],
) -> None:
    """Fill ``out`` (times, rows) [origin, type, k]; sites of type ``t`` are ``first[t]:first[t + 1]``."""
    for i in prange(len(origins.level)):
        _scan_types(i, origins, sites, first, spread_square, out)


@njit(cache=True, nogil=True)
def k_nearest_alone(
    origins: OriginArrays,
    sites: SiteArrays,
    first: NDArray[np.int64],
    spread_square: float,
    out: tuple[NDArray[np.uint32], NDArray[np.int32]],
) -> None:
    """:func:`k_nearest` on the core that asks, which waits for no other."""
    for i in range(len(origins.level)):
        _scan_types(i, origins, sites, first, spread_square, out)


@njit(cache=True, nogil=True)
def times_to_one(origins: OriginArrays, site: SiteArrays, spread_square: float) -> NDArray[np.uint32]:
    """Deciseconds from every origin to the only one of ``site``, on the core that asks."""
    out = np.empty(len(origins.level), np.uint32)
    for i in range(len(out)):
        square = _square_km(origins.xyz[i], site.xyz[0], spread_square)
        level, exponent = origins.level[i] + site.effect[0], origins.exponent[i] - site.cut[0]
        out[i] = _time_ds(square, level, exponent)
    return out


@njit(cache=True)
def _within_row(
    i: int,
    origins: OriginArrays,
    sites: SiteArrays,
    rules: tuple[float, int],
    out: tuple[NDArray[np.int32], NDArray[np.uint32]],
) -> int:
    """Number of sites within the budget of origin ``i``; those that fit in ``out`` are written there."""
    spread_square, budget_ds = rules
    site, time_ds = out
    z = origins.xyz[i, 2]
    low, high = origins.exponent[i] - sites.cut.max(), origins.exponent[i] - sites.cut.min()
    reach = _reach_square(budget_ds, origins.level[i] + sites.effect.min(), low, high)
    side = math.sqrt(max(0.0, reach - spread_square))
    count = 0
    for j in range(np.searchsorted(sites.xyz[:, 2], z - side), len(sites.row)):
        if sites.xyz[j, 2] > z + side:
            break
        square = _square_km(origins.xyz[i], sites.xyz[j], spread_square)
        if square > reach:
            continue
        level, exponent = origins.level[i] + sites.effect[j], origins.exponent[i] - sites.cut[j]
        found = _time_ds(square, level, exponent)
        if found <= budget_ds:
            if count < len(site):
                site[count], time_ds[count] = sites.row[j], found
            count += 1
    return count


@njit(cache=True)
def within(
    origins: OriginArrays, sites: SiteArrays, spread_square: float, budget_ds: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint32]]:
    """CSR of all pairs within the budget (≤): ``indptr``, then rows and times, unsorted in a row."""
    rules = (spread_square, budget_ds)
    indptr = np.zeros(len(origins.level) + 1, np.int64)
    nothing = (np.zeros(0, np.int32), np.zeros(0, np.uint32))
    for i in range(len(origins.level)):
        indptr[i + 1] = indptr[i] + _within_row(i, origins, sites, rules, nothing)
    site, time_ds = np.zeros(indptr[-1], np.int32), np.zeros(indptr[-1], np.uint32)
    for i in range(len(origins.level)):
        a, b = indptr[i], indptr[i + 1]
        _within_row(i, origins, sites, rules, (site[a:b], time_ds[a:b]))
    return indptr, site, time_ds
