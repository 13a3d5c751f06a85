"""The stage ``marche``: walks between the stops of timetables along the streets, made once for all days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.reseau.lot import of_lot as find_network
from maillage.atlas.transports.a_pied import A_VOL_D_OISEAU, APied, EntreArrets
from maillage.atlas.transports.entree import of_lot
from maillage.catalogue.lecture import read_toml

MARCHE: Final = "marche"
"""The mode of the network on which one walks, and the stage's name."""
ENTRE_ARRETS: Final = "entre_arrets"
BORNES: Final = "bornes"


def make_walks(lots: Mapping[str, Lot], _: Mapping[str, Any]) -> Lot:
    """``entre_arrets``: see :class:`~maillage.atlas.transports.a_pied.EntreArrets`; ``bornes`` int64[2]: the
    number of stops, and the longest of these walks in seconds. Empty without timetables or without streets.
    """
    streets, timetables = find_network(lots["reseau"], MARCHE), of_lot(lots["horaires"])
    if streets is None or timetables is None:
        return {}
    limit_s = read_toml("horaires.toml")["acces"]["transports"]["changement_max_min"] * 60
    stops = timetables.arrets
    bounds = np.array([stops.height, limit_s], np.int64)
    return {ENTRE_ARRETS: APied(streets).walk_between(stops, limit_s), BORNES: bounds}


def find_walks(lots: Mapping[str, Lot]) -> APied:
    """How one walks: along the streets of the lots, where the walks between stops were made on them."""
    streets, made = find_network(lots.get("reseau", {}), MARCHE), find_between(lots.get(MARCHE, {}))
    return APied(streets, made) if streets and made else A_VOL_D_OISEAU


def find_between(lot: Lot) -> EntreArrets | None:
    """The walks between stops of a lot; null when it has none."""
    if BORNES not in lot:
        return None
    n_stops, limit_s = np.asarray(lot[BORNES]).tolist()
    return EntreArrets(n_stops, limit_s, frame_of(lot, ENTRE_ARRETS))
