"""The stage ``durees``: times to the nearest of each type, and to the services of the basket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.reseau.lot import MODE, list_off_road, make_times, modes_of, of_lot
from maillage.catalogue.paniers import list_baskets


def make_durees(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """Times by car from the département's carreaux, on the network or estimated; the basket's too.

    Then the nearest of each type by the other modes of the network.
    """
    lieux, supply = lots["lieux"], lots["offre"]
    carreaux, communes = frame_of(lieux, "carreaux"), frame_of(lieux, "communes")
    inside, reseau = carreaux.filter("dans_departement"), of_lot(lots["reseau"])
    times = make_times(inside, carreaux, reseau)
    found = temps.compute_nearest(times, frame_of(supply, "implantations"), list_timed(supply))
    lot: dict[str, Any] = {
        "time_ds": found.nearest.time_ds,
        "site": found.nearest.site,
        "types": pl.DataFrame({"type": found.types}, schema={"type": pl.String}),
        "fiabilite": np.array([FIABILITES.index(times.fiabilite)], dtype=np.uint8),
    }
    if "panier_offre" in supply:
        services = temps.list_services(
            list_baskets()[parametres["panier"]], frame_of(supply, "panier_inventaire")
        )
        for convention in CONVENTIONS:
            spots = frame_of(supply, f"panier_{convention}")
            seconds, grade = temps.compute_basket(times, spots, services)
            lot |= {f"panier_{convention}": seconds, f"panier_{convention}_fiabilite": grade}
        halls = make_times(communes, carreaux, reseau)
        counts = frame_of(supply, "panier_offre")
        lot["panier_commune"] = temps.compute_communal_basket(halls, communes, counts, services)
    for mode in set(modes_of(lots["reseau"])) - {MODE}:
        other = make_times(inside, carreaux, of_lot(lots["reseau"], mode))
        near = temps.compute_nearest(other, frame_of(supply, "implantations"), list_timed(supply)).nearest
        lot |= {name_mode("time_ds", mode): near.time_ds, name_mode("site", mode): near.site}
    if reseau:
        lot["sans_route"] = list_off_road(reseau, inside, frame_of(supply, "implantations"))
    return lot


def list_timed(supply: Lot) -> set[str]:
    """The types that times are computed to: those with a fixed place, now or in the inventories."""
    known = frame_of(supply, "inventaires").filter("fixe")["type"]
    return {*known, *fixed(frame_of(supply, "implantations"))["type"]}


def name_mode(name: str, mode: str) -> str:
    """The name of a mode's array in the lot.

    >>> name_mode("time_ds", "voiture"), name_mode("time_ds", "velo")
    ('time_ds', 'time_ds_velo')
    """
    return name if mode == MODE else f"{name}_{mode}"


def list_modes(durees: Lot) -> list[str]:
    """The modes of a lot of times, by car first."""
    prefix = "time_ds_"
    return [MODE, *sorted(name.removeprefix(prefix) for name in durees if name.startswith(prefix))]
