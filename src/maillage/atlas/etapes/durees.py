"""The stage ``durees``: times to the nearest of each type, and to the services of the basket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.reseau.lot import FAUTEUIL, MODE, list_off_road, make_times, modes_of, of_lot
from maillage.catalogue.paniers import list_baskets
from maillage.network.travel_times import TravelTimes


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
    basket = time_basket(
        lots, parametres["panier"], lambda: times, lambda: make_times(communes, carreaux, reseau)
    )
    lot |= {name: make() for name, make in basket.items()}
    for mode in set(modes_of(lots["reseau"])) - {MODE, FAUTEUIL}:
        other = make_times(inside, carreaux, of_lot(lots["reseau"], mode))
        near = temps.compute_nearest(other, frame_of(supply, "implantations"), list_timed(supply)).nearest
        lot |= {name_mode("time_ds", mode): near.time_ds, name_mode("site", mode): near.site}
    if reseau:
        lot["sans_route"] = list_off_road(reseau, inside, frame_of(supply, "implantations"))
    return lot


def time_basket(
    lots: Mapping[str, Lot],
    panier: str,
    cells: Callable[[], TravelTimes],
    halls: Callable[[], TravelTimes],
) -> dict[str, Callable[[], NDArray[Any]]]:
    """How to make the times to the basket under each convention, and the worst place of each.

    ``cells``, ``halls``: the times from the carreaux, and from the town halls.
    """
    supply, communes = lots["offre"], frame_of(lots["lieux"], "communes")
    if "panier_offre" not in supply:
        return {}
    services = temps.list_services(list_baskets()[panier], frame_of(supply, "panier_inventaire"))
    made = cache(
        lambda convention: temps.compute_basket(cells(), frame_of(supply, f"panier_{convention}"), services)
    )
    counts = frame_of(supply, "panier_offre")
    makers: dict[str, Callable[[], NDArray[Any]]] = {
        "panier_commune": lambda: temps.compute_communal_basket(halls(), communes, counts, services)
    }
    for convention in CONVENTIONS:
        makers[f"panier_{convention}"] = partial(lambda name: made(name)[0], convention)
        makers[f"panier_{convention}_fiabilite"] = partial(lambda name: made(name)[1], convention)
    return makers


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
