"""Road networks as a lot of a build: their arrays by mode, times on them, what stays off the road."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.construction.stages import Lot
from maillage.atlas.etapes import temps
from maillage.atlas.reseau.fichiers import Reseau, assemble, describe, list_arrays
from maillage.network.attach import NearestRoad
from maillage.network.routes.graph import NO_ARC
from maillage.network.travel_times import Points, TravelTimes

MODE: Final = "voiture"
FAUTEUIL: Final = "fauteuil"
"""The mode of those who go in a wheelchair: asked by routes, no figure counts it."""
OFF_ROAD: Final = {
    "quoi": pl.String,
    "id": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "population": pl.Float64,
}


def as_lot(networks: Iterable[Reseau]) -> Lot:
    """The arrays of these networks, each named ``<mode>/…``; an empty lot where times are estimated."""
    lot: dict[str, pl.DataFrame | NDArray[Any]] = {}
    for network in networks:
        lot |= {f"{network.mode}/{name}": array for name, array in list_arrays(network)}
        lot[f"{network.mode}/description"] = pl.DataFrame([describe(network)])
    return lot


def modes_of(lot: Lot) -> list[str]:
    """The modes whose networks a lot holds, sorted."""
    return sorted(name.split("/")[0] for name in lot if name.endswith("/description"))


def of_lot(lot: Lot, mode: str = MODE) -> Reseau | None:
    """The network of one mode of a lot; null when it has none."""
    described = lot.get(f"{mode}/description")
    if not isinstance(described, pl.DataFrame):
        return None

    def get(name: str) -> NDArray[Any]:
        return np.asarray(lot[f"{mode}/{name}"])

    names = {name.removeprefix(f"{mode}/") for name in lot if name.startswith(f"{mode}/")}
    return assemble(get, described.row(0, named=True), names)


def make_times(origins: pl.DataFrame, people: pl.DataFrame, reseau: Reseau | None) -> TravelTimes:
    """Times on the network where there is one, else estimated."""
    return reseau.times(temps.to_points(origins)) if reseau else temps.estimate_from(origins, people)


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
