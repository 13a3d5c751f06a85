"""Zones: territories that follow no other mesh, drawn by polygon (QPV) or made of communes.

Those drawn by polygon are cut out of the carreaux by area, an estimate; those made of communes take the
fragments of these.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from maillage.territoires.decoupage import cut_by_polygons

LIENS: Final[dict[str, Any]] = {"carreau": pl.Int32, "zone": pl.Int32, "part": pl.Float64}
NIVEAU: Final = "zone"
QPV: Final = "quartier prioritaire (QPV)"
EMPTY: Final = shapely.to_wkb(shapely.Polygon())


def cut_zones(zones: pl.DataFrame, carreaux: pl.DataFrame, metres: NDArray[Any]) -> pl.DataFrame:
    """Links carreau → zone with the share of the carreau's people, taken as its share of area (an estimate).

    ``zones``: code, sorted; ``metres``: their shapes in the projection of the grid, empty where the zone is
    not drawn. Only the département's carreaux count; none where cells have no side.
    """
    inside = carreaux.filter("dans_departement")
    if zones.is_empty() or inside["taille_m"].is_null().any():
        return pl.DataFrame(schema=LIENS)
    x, y, side = (inside[name].to_numpy() for name in ("x_3035", "y_3035", "taille_m"))
    found = cut_by_polygons(
        shapely.box(x, y, x + side, y + side), dict(zip(zones["code"], metres, strict=True))
    )
    return pl.DataFrame({"carreau": found.place, "zone": found.territoire, "part": found.part}, schema=LIENS)


def keep_touching(zones: pl.DataFrame, contours: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """The zones that hold a commune of ``codes`` or meet their outlines, sorted by code.

    Without outlines, none that is drawn by polygon.
    """
    here = zones["communes"].list.set_intersection(codes.implode()).list.len().fill_null(0) > 0
    drawn = zones["wkb"].is_not_null()
    if drawn.any() and contours.height:
        whole = shapely.union_all(shapely.from_wkb(contours["wkb"].to_numpy()))
        meets = shapely.intersects(shapely.from_wkb(zones["wkb"].fill_null(EMPTY).to_numpy()), whole)
        here = here | pl.Series(meets)
    return zones.filter(here).sort("code")


def warn_elsewhere(zones: pl.DataFrame, territoires: pl.DataFrame) -> list[str]:
    """The département's own zones that are not in it, in French; priority districts come for all France."""
    kept = territoires.filter(pl.col("niveau") == NIVEAU)["code"]
    gone = zones.filter((pl.col("type") != QPV) & ~pl.col("code").is_in(kept.implode()))
    return [f"zone {code} : hors du département, laissée de côté" for code in gone["code"].sort()]


def list_members(zones: pl.DataFrame, communes: pl.DataFrame) -> pl.DataFrame:
    """Links commune → zone (row numbers) of the zones made of communes."""
    rows = pl.Series(np.arange(communes.height, dtype=np.int32))
    order = pl.DataFrame({"communes": communes["code_insee"], "commune": rows})
    numbered = zones.select(zone=pl.int_range(pl.len(), dtype=pl.Int32), communes="communes")
    return (
        numbered.drop_nulls()
        .explode("communes")
        .join(order, on="communes", maintain_order="left")
        .select("commune", "zone")
    )


def cut_members(members: pl.DataFrame, fragments: pl.DataFrame, carreaux: pl.DataFrame) -> pl.DataFrame:
    """Links carreau → zone of the zones made of communes, by the people of the fragments."""
    people = pl.lit(carreaux["population"].fill_null(0)).gather(pl.col("carreau"))
    part = pl.when(people > 0).then(pl.col("population") / people).otherwise(0.0)
    held = fragments.join(members, on="commune").group_by("carreau", "zone")
    return held.agg(pl.col("population").sum()).select("carreau", "zone", part=part)


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
