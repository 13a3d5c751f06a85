"""A trip on a network drawn in metres: from the file to the engine's answer."""

from __future__ import annotations

from dataclasses import replace
from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np

from maillage.catalogue.vitesses import load_mode
from maillage.network.attach import index_roads
from maillage.network.osm.build import RoadNetwork, build_network
from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import factorise
from maillage.network.travel_times import UNREACHABLE, Points, Sites
from maillage.sources.osm.assemblage import read_osm

if TYPE_CHECKING:
    from pathlib import Path

METRES_PER_DEGREE = 6_371_008.8 * radians(1)
Spot = tuple[float, float]


def build(path: Path, mode: str = "voiture", ilot_min_km: float = 0) -> RoadNetwork:
    """The network of an extract, islands kept down to ``ilot_min_km``."""
    return build_network(read_osm(path), replace(load_mode(mode), ilot_min_km=ilot_min_km))


def place(*spots: Spot) -> Points:
    """Points drawn in metres around 3° E, 50° N, as ``write_osm`` draws them."""
    x, y = np.array(spots, float).T
    return Points(3 + x / (METRES_PER_DEGREE * cos(radians(50))), 50 + y / METRES_PER_DEGREE)


def trip_s(network: RoadNetwork, start: Spot, end: Spot, mode: str = "voiture") -> float | None:
    """Seconds from ``start`` to ``end``; None where there is no way."""
    rules = load_mode(mode)
    attach = index_roads(network.shapes, rules.acces_kmh, rules.acces_max_m)
    times = RoadTimes(network.graph, factorise(network.graph), attach, attach(place(start)))
    time_ds = int(times.nearest(Sites(place(end), np.zeros(1, np.int32), 1)).time_ds[0, 0])
    return None if time_ds == UNREACHABLE else time_ds / 10
