"""The stage ``durees``: times to the nearest of each type, and to the services of the basket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from maillage.access.fiabilite import FIABILITES
from maillage.atlas import temps
from maillage.atlas.etapes import Lot, frame_of
from maillage.atlas.lot_reseau import list_off_road, make_times, of_lot
from maillage.atlas.parametres import CONVENTIONS
from maillage.catalogue.paniers import list_baskets


def make_durees(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """Times by car from the département's carreaux, on the network or estimated; the basket's too."""
    lieux, supply = lots["lieux"], lots["offre"]
    carreaux, communes = frame_of(lieux, "carreaux"), frame_of(lieux, "communes")
    inside, reseau = carreaux.filter("dans_departement"), of_lot(lots["reseau"])
    times = make_times(inside, carreaux, reseau)
    found = temps.compute_nearest(times, frame_of(supply, "implantations"))
    lot: dict[str, Any] = {
        "time_ds": found.nearest.time_ds,
        "site": found.nearest.site,
        "types": pl.DataFrame({"type": found.types}, schema={"type": pl.String}),
        "fiabilite": np.array([FIABILITES.index(times.fiabilite)], dtype=np.uint8),
    }
    if "panier_offre" in supply:
        services = [service.types for service in list_baskets()[parametres["panier"]].services]
        for convention in CONVENTIONS:
            spots = frame_of(supply, f"panier_{convention}")
            lot[f"panier_{convention}"] = temps.compute_basket(times, spots, services)
        halls = make_times(communes, carreaux, reseau)
        counts = frame_of(supply, "panier_offre")
        lot["panier_commune"] = temps.compute_communal_basket(halls, communes, counts, services)
    if reseau:
        lot["sans_route"] = list_off_road(reseau, inside, frame_of(supply, "implantations"))
    return lot
