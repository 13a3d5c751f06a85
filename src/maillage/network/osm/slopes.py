"""What gradients cost: seconds along each segment, both ways, and metres climbed and lost.

On foot, Tobler's function; on a bicycle, a line uphill and another downhill, bounded, and pushing where that
is faster; both over the flat speed of the way, which stays what the mode says. Numbers and their sources:
``catalogue/altitudes.toml``. An unknown gradient costs nothing, and is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.altitudes import A_PIED, Pentes
from maillage.catalogue.vitesses import Mode
from maillage.network.osm.chains import Chains
from maillage.network.osm.extract import Extract
from maillage.network.osm.heights import Ground, Stretches, cut_stretches, find_structures
from maillage.network.osm.rules import FERRIES, Usage
from maillage.network.osm.segments import Segments

ROUNDING = 1e-9  # of a speed found back from a time


@dataclass(frozen=True)
class Slopes:
    """Per segment: seconds that gradients add each way (less than 0: won), metres climbed and lost as drawn.

    ``unknown_m``, ``steep_m``, ``structure_m``: its metres of unknown gradient, of one beyond the bound, and
    off the ground.
    """

    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    climb_m: NDArray[np.float64]
    descent_m: NDArray[np.float64]
    unknown_m: NDArray[np.float64]
    steep_m: NDArray[np.float64]
    structure_m: NDArray[np.float64]


def compute_pace(
    gradient: NDArray[np.float64], kmh: NDArray[np.float64], pentes: Pentes, push_kmh: float
) -> NDArray[np.float64]:
    """Time at a gradient over time on the flat at ``kmh``; ``push_kmh``: a bicycle that is pushed.

    A ramp of 8 % over 500 m. On foot at 5 km/h, 360 s on the flat: exp(-3.5 × (0.13 - 0.05)) = 0.756 of that
    speed uphill, exp(-3.5 × (0.03 - 0.05)) = 1.073 downhill, so 476 s and 336 s. By bicycle at 15 km/h, 120 s
    on the flat: 1 - 4.744 × 0.08 = 0.620 uphill, 1 + 4.545 × 0.06 = 1.273 downhill, so 193 s and 94 s.

    >>> from maillage.catalogue.altitudes import load_pentes
    >>> ramp = np.array([0.08, 0.0, -0.08])
    >>> (360 * compute_pace(ramp, np.full(3, 5.0), load_pentes("marche"), 5)).round().tolist()
    [476.0, 360.0, 336.0]
    >>> (120 * compute_pace(ramp, np.full(3, 15.0), load_pentes("velo"), 4)).round().tolist()
    [193.0, 120.0, 94.0]

    At 18 %, riding would go at 2.2 km/h: one pushes, at 4 × exp(-3.5 × 0.18) = 2.13 km/h… and still rides; at
    19 %, riding at 1.48 km/h, one pushes at 2.06. A bicycle that is pushed on the flat walks all the way.

    >>> steep = compute_pace(np.array([0.18, 0.19]), np.full(2, 15.0), load_pentes("velo"), 4)
    >>> (15 / steep).round(2).tolist()
    [2.19, 2.06]
    >>> (4 / compute_pace(np.array([0.08]), np.array([4.0]), load_pentes("velo"), 4)).round(2).tolist()
    [3.02]
    """
    bounded = gradient.clip(-pentes.pente_max, pentes.pente_max)
    best = pentes.meilleure_pente
    walking = np.exp(-pentes.raideur * (np.abs(bounded + best) - best))
    if pentes.allure == A_PIED:
        return np.asarray(1 / walking)
    uphill = 1 - pentes.montee * bounded
    downhill = 1 + pentes.descente * np.minimum(-bounded, pentes.descente_max)
    riding = np.where(bounded > 0, uphill, downhill)
    pushing = walking * np.minimum(push_kmh / kmh, 1)
    return np.asarray(1 / np.where(kmh <= push_kmh * (1 + ROUNDING), walking, np.maximum(riding, pushing)))


def measure_slopes(
    ground: Ground,
    roads: tuple[Extract, Mode, Usage, Segments, Chains],
    driving_s: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Slopes:
    """What gradients do along each segment. ``driving_s``: seconds on the flat, both ways, stops left out."""
    extract, mode, usage, segments, chains = roads
    structure = find_structures(extract, ground.pentes)[segments.way]
    sailing = np.isin(usage.road_class, FERRIES)[segments.way]
    cut = cut_stretches(ground, segments, chains, structure)
    dry = ~sailing[cut.segment]
    gradient = np.where(np.isnan(cut.gradient) | ~dry, 0.0, cut.gradient)

    def add_up(value: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(cut.segment, cut.length_m * value, len(segments)), np.float64)

    added = [
        add_up(_find_pace(cut, sign * gradient, time_s, segments, ground, mode) - 1)
        * _divide(time_s, segments.length_m)
        for sign, time_s in zip((1, -1), driving_s, strict=True)
    ]
    return Slopes(
        added[0],
        added[1],
        add_up(gradient.clip(0, None)),
        add_up((-gradient).clip(0, None)),
        add_up(dry & np.isnan(cut.gradient)),
        add_up(np.abs(gradient) > ground.pentes.pente_max),
        np.where(structure & ~sailing, segments.length_m, 0.0),
    )


def _find_pace(
    cut: Stretches,
    gradient: NDArray[np.float64],
    time_s: NDArray[np.float64],
    segments: Segments,
    ground: Ground,
    mode: Mode,
) -> NDArray[np.float64]:
    """The pace of each stretch; 1 where the segment is not driven that way, or has no length."""
    kmh = _divide(3.6 * segments.length_m, time_s)[cut.segment]
    driven = kmh > 0
    pace = compute_pace(gradient, np.where(driven, kmh, 1.0), ground.pentes, mode.a_la_main_kmh)
    return np.where(driven, pace, 1.0)


def _divide(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """The quotient, 0 where it is not a number or the divisor nothing."""
    usable = np.isfinite(above) & np.isfinite(below) & (below > 0)
    return np.divide(above, below, out=np.zeros(len(above)), where=usable)
