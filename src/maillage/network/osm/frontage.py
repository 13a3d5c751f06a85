"""Which ways serve the places beside them: nobody's door gives onto a tunnel, a viaduct or a motorway."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.extract import Extract, has, look_up
from maillage.network.osm.rules import FERRIES
from maillage.network.shapes import LAST_RESORT, SERVES, SERVES_NOBODY


def rank_frontage(extract: Extract, mode: Mode, road_class: NDArray[np.str_]) -> NDArray[np.uint8]:
    """Per way: :data:`SERVES`, :data:`LAST_RESORT` (where nothing else is within reach) or none (at sea)."""
    tags, n = extract.way_tags, len(road_class)
    without = np.isin(road_class, list(mode.sans_riverain))
    for key in mode.facade.cles:
        without |= look_up(tags, key, n, lambda value: value not in mode.facade.ordinaires) == 1
    for key, values in mode.facade.valeurs.items():
        without |= has(tags, key, n, values)
    without |= look_up(tags, "layer", n, _parse_layer, 0) < mode.facade.niveau_min
    rank = np.where(without, LAST_RESORT, SERVES)
    rank[np.isin(road_class, FERRIES)] = SERVES_NOBODY
    return rank.astype(np.uint8)


def _parse_layer(value: str) -> float:
    """The lowest level of a list, 0 where it is no number.

    >>> [_parse_layer(value) for value in ("-1", "0;-2", "sous-sol")]
    [-1.0, -2.0, 0.0]
    """
    try:
        return min(float(part) for part in value.split(";"))
    except ValueError:
        return 0.0
