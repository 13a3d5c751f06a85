"""A road network as an input of a build: its arrays as a lot, what stays off the road, its copy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas import temps
from maillage.atlas.entrees import Entrees
from maillage.atlas.etapes import Lot
from maillage.atlas.reseau import Reseau, assemble, describe, list_arrays
from maillage.atlas.reseau_osm import FOLDER, ReseauOsm
from maillage.network.attach import NearestRoad
from maillage.network.graph import NO_ARC
from maillage.network.travel_times import Points, TravelTimes

MODE: Final = "voiture"
OFF_ROAD: Final = {
    "quoi": pl.String,
    "id": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "population": pl.Float64,
}


def as_lot(reseau: ReseauOsm | None) -> tuple[Lot, str]:
    """The network by car as a lot, and its key; an empty lot where times are estimated."""
    if reseau is None:
        return {}, ""
    network = reseau.load(MODE)
    return {
        **dict(list_arrays(network)),
        "description": pl.DataFrame([describe(network)]),
    }, reseau.manifest.empreinte


def of_lot(lot: Lot) -> Reseau | None:
    """The network of a lot; null when it is empty."""
    if not lot:
        return None
    described = lot["description"]
    assert isinstance(described, pl.DataFrame)  # noqa: S101 - made by as_lot

    def get(name: str) -> NDArray[Any]:
        return np.asarray(lot[name])

    return assemble(get, described.row(0, named=True), told="graphe.ways.indptr" in lot)


def list_off_road(reseau: Reseau, carreaux: pl.DataFrame, implantations: pl.DataFrame) -> pl.DataFrame:
    """Carreaux and implantations too far from any road: no time is known from or to them."""
    attach = reseau.attach()
    alone = [
        frame.filter(_is_alone(attach, frame)).select(
            pl.lit(quoi).alias("quoi"), "id", "lon", "lat", population.cast(pl.Float64).alias("population")
        )
        for quoi, frame, population in (
            ("carreau", carreaux, pl.col("population")),
            ("implantation", implantations, pl.lit(None)),
        )
    ]
    return pl.concat([pl.DataFrame(schema=OFF_ROAD), *alone])


def _is_alone(attach: NearestRoad, frame: pl.DataFrame) -> NDArray[np.bool_]:
    lon, lat = (frame[axis].to_numpy().astype(np.float64) for axis in ("lon", "lat"))
    return np.asarray(attach(Points(lon, lat)).arc == NO_ARC)


def add_network(entrees: Entrees, reseau: ReseauOsm | None) -> Entrees:
    """The inputs, with where the roads come from."""
    if reseau is None:
        return entrees
    return replace(entrees, provenances=entrees.provenances | reseau.manifest.sources)


def warn_off_road(durees: Lot) -> list[str]:
    """How many places are off the road, in French."""
    alone = durees.get("sans_route")
    if not isinstance(alone, pl.DataFrame) or not alone.height:
        return []
    carreaux = alone.filter(pl.col("quoi") == "carreau")
    people = round(float(carreaux["population"].sum()))
    who = f"{carreaux.height} carreaux ({people} habitants) et {alone.height - carreaux.height} implantations"
    return [f"{who} trop loin de toute route : aucun temps n'en part ou n'y mène (table sans_route)"]


def copy_network(folder: Path, reseau: ReseauOsm | None) -> dict[str, Any]:
    """The network within the atlas, so that its times can be explained; its entries for the manifest."""
    if reseau is None:
        return {}
    shutil.copytree(reseau.dossier / FOLDER, folder / FOLDER)
    return {name: entry for name, entry in reseau.manifest.tables.items() if name.startswith(f"{FOLDER}/")}


def make_times(origins: pl.DataFrame, people: pl.DataFrame, reseau: Reseau | None) -> TravelTimes:
    """Times on the network where there is one, else estimated."""
    return reseau.times(temps.to_points(origins)) if reseau else temps.estimate_from(origins, people)
