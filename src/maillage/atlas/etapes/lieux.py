"""Places: territories and their outlines, carreaux, fragments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes.grille import order_carreaux
from maillage.atlas.etapes.zones import EMPTY, cut_members, cut_zones, keep_touching, list_members, make_rows
from maillage.atlas.lecture.format import TERRITOIRES
from maillage.atlas.projection import project, to_metres
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.seuils import load_seuils
from maillage.territoires.decoupage import intersect
from maillage.territoires.fragments import Fragments, fit_fragments
from maillage.territoires.frontiere import mark_cut

EMBOITES: Final = ("epci", "canton", "bassin_vie", "arrondissement", "departement")


def make_lieux(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The tables ``territoires``, ``contours``, ``carreaux``, ``fragments``; ``communes`` completed."""
    entrees = lots["entrees"]
    contours = frame_of(entrees, "contours")
    communes = complete_communes(frame_of(entrees, "communes"), contours, frame_of(entrees, "statistiques"))
    carreaux = order_carreaux(frame_of(entrees, "carreaux"), communes, contours)
    fragments = cut_carreaux(carreaux, communes, contours)
    border = share_near_border(carreaux, fragments)
    territoires = make_territoires(communes, border, str(parametres["nom"]))
    lot = {
        "communes": communes,
        "carreaux": carreaux,
        "fragments": fragments,
        "territoires": territoires,
        "contours": make_contours(communes, contours),
    }
    return add_zones(lot, keep_touching(frame_of(entrees, "zones"), contours, communes["code_insee"]), border)


def add_zones(
    lot: dict[str, pl.DataFrame], zones: pl.DataFrame, border: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The same tables with the zones; ``zones``, ``zones_communes``: the carreaux and communes of each."""
    communes, carreaux = lot["communes"], lot["carreaux"]
    drawn = shapely.from_wkb(zones["wkb"].fill_null(EMPTY).to_numpy())
    shapes = to_metres(drawn)
    members = list_members(zones, communes)
    links = cut_zones(zones, carreaux, shapes)
    rows = make_rows(zones, links, carreaux, shapely.area(shapes) / 1e6).filter(zones["wkb"].is_not_null())
    gathered = gather_zones(zones, members, communes.join(border, on="code_insee", how="left"))
    kinds = zones.select("code", type_zone="type")
    every = pl.concat([rows, gathered], how="diagonal").sort("code").join(kinds, on="code", how="left")
    return lot | {
        "zones": pl.concat([links, cut_members(members, lot["fragments"], carreaux)]).sort("carreau", "zone"),
        "zones_communes": members,
        "territoires": pl.concat([lot["territoires"], every], how="diagonal"),
        "contours": pl.concat([lot["contours"], outline_zones(zones, members, communes, lot["contours"])]),
    }


def gather_zones(zones: pl.DataFrame, members: pl.DataFrame, communes: pl.DataFrame) -> pl.DataFrame:
    """The zones made of communes as rows of ``territoires``; ``partiel`` where some are elsewhere."""
    named = zones.select(zone="code", zone_nom="nom", n="communes").with_columns(pl.col("n").list.len())
    known = communes[members["commune"]].hstack(named[members["zone"]])
    here = known.group_by("zone").agg(here=pl.len(), n=pl.col("n").first())
    cut = here.select(code="zone", partiel=pl.col("here") < pl.col("n"))
    return group_territoires(known, "zone").join(cut, on="code", how="left")


def outline_zones(
    zones: pl.DataFrame, members: pl.DataFrame, communes: pl.DataFrame, contours: pl.DataFrame
) -> pl.DataFrame:
    """Outlines of the zones: their polygon, or those of their communes joined up."""
    known = {
        code: shapely.from_wkb(wkb)
        for niveau, code, wkb in contours.select("niveau", "code", "wkb").iter_rows()
        if niveau == "commune"
    }
    codes = communes["code_insee"][members["commune"]].to_list()
    parts: dict[int, list[Any]] = {}
    for zone, code in zip(members["zone"].to_list(), codes, strict=True):
        parts.setdefault(zone, []).extend([known[code]] if code in known else [])
    joined = {zone: shapely.to_wkb(shapely.union_all(shapes)) for zone, shapes in parts.items() if shapes}
    wkb = [own or joined.get(row) for row, own in enumerate(zones["wkb"].to_list())]
    return (
        zones.select(pl.lit("zone").alias("niveau"), "code")
        .with_columns(wkb=pl.Series(wkb, dtype=pl.Binary))
        .drop_nulls("wkb")
    )


def complete_communes(
    communes: pl.DataFrame, contours: pl.DataFrame, statistiques: pl.DataFrame
) -> pl.DataFrame:
    """Communes with a point (the outline's own where the town hall is unknown) and an area.

    ``superficie_imputee`` is true where the area was measured on a generalised outline.
    """
    if contours.height:
        shapes = shapely.from_wkb(contours["wkb"].to_numpy())
        points = shapely.point_on_surface(shapes)
        known = contours.select(
            "code_insee",
            lon_c=pl.Series(shapely.get_x(points)),
            lat_c=pl.Series(shapely.get_y(points)),
            km2=pl.Series(shapely.area(to_metres(shapes)) / 1e6),
        )
    else:
        names = ("lon_c", "lat_c", "km2")
        known = pl.DataFrame(schema={"code_insee": pl.String, **dict.fromkeys(names, pl.Float64)})
    joined = communes.join(known, on="code_insee", how="left", maintain_order="left")
    published = ("superficie_km2", "population_2021")
    area = statistiques.select(
        "code_insee",
        *(
            name if name in statistiques.columns else pl.lit(None, pl.Float64).alias(name)
            for name in published
        ),
    )
    joined = joined.join(area, on="code_insee", how="left", maintain_order="left")
    return joined.with_columns(
        lon=pl.coalesce("lon", "lon_c"),
        lat=pl.coalesce("lat", "lat_c"),
        superficie_imputee=pl.col("superficie_km2").is_null(),
        superficie_km2=pl.coalesce("superficie_km2", "km2"),
    ).drop("lon_c", "lat_c", "km2")


def cut_carreaux(carreaux: pl.DataFrame, communes: pl.DataFrame, contours: pl.DataFrame) -> pl.DataFrame:
    """Fragments: carreau × commune, with the people of each."""
    inside = carreaux.filter("dans_departement")
    if contours.is_empty() or inside["x_3035"].is_null().any():
        cell, commune = nearest_communes(inside, communes)
        area = np.ones(len(cell))
    else:
        x, y, side = (inside[name].to_numpy() for name in ("x_3035", "y_3035", "taille_m"))
        squares = shapely.box(x, y, x + side, y + side)
        cell, commune, area = intersect(squares, to_metres(shapely.from_wkb(contours["wkb"].to_numpy())))
    cells = inside["population"].fill_null(0).to_numpy()
    found = fit_people(cell, commune, area, cells, communes)
    return pl.DataFrame(
        {
            "carreau": pl.Series(found.carreau, dtype=pl.Int32),
            "commune": pl.Series(found.commune, dtype=pl.Int32),
            "code_insee": communes["code_insee"].gather(found.commune),
            "population": found.population,
        }
    ).sort("carreau", "commune")


def fit_people(
    cell: NDArray[np.int64],
    commune: NDArray[np.int64],
    area: NDArray[np.float64],
    cells: NDArray[np.float64],
    communes: pl.DataFrame,
) -> Fragments:
    """The people of each fragment; outlines and grid that do not meet are refused."""
    people = communes["population"].cast(pl.Float64).to_numpy()
    try:
        return fit_fragments(cell, commune, area, cells, people)
    except ValueError as error:
        advice = "Les contours et la grille doivent couvrir le même département."
        faute = Faute("des carreaux ou des communes habités ne se recoupent pas", que_faire=advice)
        raise EntreeInvalide(
            "Les contours et la grille de population ne vont pas ensemble.", (faute,)
        ) from error


def nearest_communes(
    carreaux: pl.DataFrame, communes: pl.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Without outlines, each carreau belongs to the commune whose town hall is nearest."""
    halls = project(communes["lon"].to_numpy(), communes["lat"].to_numpy())
    centres = project(carreaux["lon"].to_numpy(), carreaux["lat"].to_numpy())
    found = np.asarray(KDTree(halls).query(centres)[1], dtype=np.int64)
    return np.arange(carreaux.height), found


def share_near_border(carreaux: pl.DataFrame, fragments: pl.DataFrame) -> pl.DataFrame:
    """Share of each commune's people (``code_insee, part_frontiere``) who live near people of elsewhere.

    A carreau is near the border when an inhabited carreau outside the département has its centre within
    ``frontiere_m`` (≤): a coast is no border. Null when nothing is known outside.
    """
    outside = carreaux.filter(~pl.col("dans_departement") & (pl.col("population") > 0))
    inside = carreaux.filter("dans_departement")
    if outside.is_empty():
        near = pl.lit(None, pl.Float64)
    else:
        away = KDTree(project(outside["lon"].to_numpy(), outside["lat"].to_numpy()))
        distance_m, _ = away.query(project(inside["lon"].to_numpy(), inside["lat"].to_numpy()))
        limit_m = load_seuils()["frontiere_m"].valeur
        close = np.where(np.asarray(distance_m) <= limit_m, 1.0, 0.0)
        near = pl.lit(pl.Series(close)).gather(pl.col("carreau"))
    people = pl.col("population")
    return (
        fragments.with_columns(near=near)
        .group_by("code_insee", maintain_order=True)
        .agg(part_frontiere=(pl.col("near") * people).sum() / people.sum(), habitants_carreaux=people.sum())
    )


def make_territoires(communes: pl.DataFrame, border: pl.DataFrame, nom: str) -> pl.DataFrame:
    """Every territory of every mesh, sorted by niveau and code."""
    known = communes.join(border, on="code_insee", how="left", maintain_order="left").with_columns(
        departement_nom=pl.lit(nom), commune=pl.col("code_insee"), commune_nom=pl.col("nom")
    )
    frames = [group_territoires(known, niveau) for niveau in ("commune", *EMBOITES)]
    order = pl.col("niveau").cast(pl.Enum(TERRITOIRES))
    return pl.concat(frames).sort(order, "code").with_columns(partiel=mark_partial(known))


def mark_partial(communes: pl.DataFrame) -> pl.Expr:
    """``partiel``: bassins de vie cut by the border; null where the data do not say, false elsewhere."""
    touches = (communes["part_frontiere"].fill_null(1.0) > 0).to_list()
    here = communes["departement"].to_list()
    cut = mark_cut(communes["bassin_vie"].to_list(), here, touches, str(here[0]))
    known = {code: value for code, value in cut.items() if value is not None}
    found = pl.col("code").replace_strict(known, default=None, return_dtype=pl.Boolean)
    return pl.when(pl.col("niveau") == "bassin_vie").then(found).otherwise(pl.lit(value=False))


def group_territoires(communes: pl.DataFrame, niveau: str) -> pl.DataFrame:
    """The territories of one niveau, from their communes; a commune without code for it is left out."""
    people = pl.col("population")
    border = pl.col("habitants_carreaux")
    name = f"{niveau}_nom"
    single = pl.col("densite_classe").first() if niveau == "commune" else pl.lit(None, pl.String)
    parents = pl.struct(
        (pl.col(parent).first() if niveau == "commune" else pl.lit(None, pl.String)).alias(parent)
        for parent in EMBOITES
    )
    grouped = (
        communes.drop_nulls(niveau)
        .group_by(niveau, maintain_order=True)
        .agg(
            pl.col(name).first().alias("nom")
            if name in communes.columns
            else pl.lit(None, pl.String).alias("nom"),
            pl.col("population").sum(),
            total_known("population_2021").cast(pl.Int64),
            pl.col("superficie_km2").sum(),
            ((pl.col("lon") * people).sum() / people.sum()).alias("lon"),
            ((pl.col("lat") * people).sum() / people.sum()).alias("lat"),
            single.alias("densite_classe"),
            parents.alias("parents"),
            ((pl.col("part_frontiere") * border).sum() / border.sum()).alias("part_frontiere"),
        )
    )
    return grouped.select(
        pl.lit(niveau).alias("niveau"),
        pl.col(niveau).alias("code"),
        pl.coalesce("nom", niveau),
        pl.exclude(niveau, "nom"),
    )


def total_known(name: str) -> pl.Expr:
    """The sum of a column; null as soon as one of its values is."""
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)


def make_contours(communes: pl.DataFrame, contours: pl.DataFrame) -> pl.DataFrame:
    """Outlines of every mesh: those of the communes, joined up."""
    if contours.is_empty():
        return pl.DataFrame(schema={"niveau": pl.String, "code": pl.String, "wkb": pl.Binary})
    shapes = shapely.from_wkb(contours["wkb"].to_numpy())
    frames = []
    for niveau in ("commune", *EMBOITES):
        codes = (communes["code_insee"] if niveau == "commune" else communes[niveau]).to_numpy()
        known = sorted({code for code in codes.tolist() if code})
        outlines = (
            shapes if niveau == "commune" else [shapely.union_all(shapes[codes == code]) for code in known]
        )
        frames.append(
            pl.DataFrame(
                {"niveau": niveau, "code": known, "wkb": shapely.to_wkb(outlines)},
                schema_overrides={"wkb": pl.Binary},
            )
        )
    order = pl.col("niveau").cast(pl.Enum(TERRITOIRES))
    return pl.concat(frames).sort(order, "code")
