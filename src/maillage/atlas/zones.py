"""Zones drawn by polygon (QPV): territories that follow no other mesh, cut out of the carreaux."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from maillage.territoires.decoupage import cut_by_polygons

LIENS: Final[dict[str, Any]] = {"carreau": pl.Int32, "zone": pl.Int32, "part": pl.Float64}
NIVEAU: Final = "zone"


def cut_zones(zones: pl.DataFrame, carreaux: pl.DataFrame, metres: NDArray[Any]) -> pl.DataFrame:
    """Links carreau → zone with the share of the carreau's people, taken as its share of area (an estimate).

    ``zones``: code, sorted; ``metres``: their shapes in the projection of the grid. Only the département's
    carreaux count; none where cells have no side.
    """
    inside = carreaux.filter("dans_departement")
    if zones.is_empty() or inside["taille_m"].is_null().any():
        return pl.DataFrame(schema=LIENS)
    x, y, side = (inside[name].to_numpy() for name in ("x_3035", "y_3035", "taille_m"))
    found = cut_by_polygons(
        shapely.box(x, y, x + side, y + side), dict(zip(zones["code"], metres, strict=True))
    )
    return pl.DataFrame({"carreau": found.place, "zone": found.territoire, "part": found.part}, schema=LIENS)


def keep_touching(zones: pl.DataFrame, contours: pl.DataFrame) -> pl.DataFrame:
    """The zones that meet the département's outline, sorted by code; none without outlines."""
    if zones.is_empty() or contours.is_empty():
        return zones.clear()
    whole = shapely.union_all(shapely.from_wkb(contours["wkb"].to_numpy()))
    touching = shapely.intersects(shapely.from_wkb(zones["wkb"].to_numpy()), whole)
    return zones.filter(pl.Series(touching)).sort("code")


def make_rows(
    zones: pl.DataFrame, links: pl.DataFrame, carreaux: pl.DataFrame, km2: NDArray[np.float64]
) -> pl.DataFrame:
    """The zones as rows of ``territoires``; their population is that of the carreaux, rounded."""
    people = carreaux["population"].fill_null(0)
    shared = links.with_columns(people=pl.col("part") * people.gather(links["carreau"]))
    total = shared.group_by("zone").agg(pl.col("people").sum())
    points = shapely.point_on_surface(shapely.from_wkb(zones["wkb"].to_numpy()))
    rows = zones.select("code", "nom").with_row_index("zone").cast({"zone": pl.Int32})
    return rows.join(total, on="zone", how="left", maintain_order="left").select(
        pl.lit(NIVEAU).alias("niveau"),
        "code",
        pl.coalesce("nom", "code"),
        population=pl.col("people").fill_null(0).round().cast(pl.Int64),
        superficie_km2=pl.Series(km2),
        lon=pl.Series(shapely.get_x(points)),
        lat=pl.Series(shapely.get_y(points)),
        partiel=pl.lit(value=False),
    )
