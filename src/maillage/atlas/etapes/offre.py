"""The stage ``offre``: who offers what where, each service placed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import inventaires as offre
from maillage.atlas.etapes import temps
from maillage.catalogue.paniers import list_baskets


def make_offre(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """``implantations``, the inventory of each type, counts by commune, the basket's services placed."""
    entrees, lieux = lots["entrees"], lots["lieux"]
    communes, carreaux = frame_of(lieux, "communes"), frame_of(lieux, "carreaux")
    nearby = offre.keep_nearby(frame_of(entrees, "implantations"), carreaux)
    points = offre.locate(nearby, communes, frame_of(entrees, "contours"))
    counts = frame_of(entrees, "offre")
    choice = offre.choose_inventories(points, counts)
    places = offre.list_places(frame_of(lieux, "fragments"), carreaux)
    lot: dict[str, pl.DataFrame] = {
        "choix": choice,
        "effectifs": offre.count_by_commune(points, counts, choice),
        "totaux": offre.total_broadest(counts),
        "implantations": offre.make_implantations(
            points, counts, choice, {"communes": communes, "lieux": places}, parametres["convention"]
        ),
    }
    seen = temps.see_basket(list_baskets()[parametres["panier"]], counts)
    if seen:
        lot["panier_offre"] = seen.counts
        for convention in CONVENTIONS:
            lot[f"panier_{convention}"] = offre.place_counts(seen.counts, convention, communes, places)
    return lot
