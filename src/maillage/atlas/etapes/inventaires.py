"""The offer: one inventory per service type, every facility at a place.

A type may be known from several sources. The inventory of a type is the best one: what the département enters
itself, then located points before counts by commune, then the newest vintage, then the source's name.
Facilities known by commune only are placed by one of two conventions (docs/adr/0031) and flagged ``impute``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import shapely

from maillage.access.repartition import spread
from maillage.atlas.lecture.format import FIABILITE

COLUMNS: dict[str, Any] = {
    "id": pl.String,
    "type": pl.String,
    "nom": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "code_insee": pl.String,
    "precision": pl.String,
    "effectif": pl.Int64,
    "capacite": pl.Float64,
    "horaires": pl.String,
    "itinerant": pl.Boolean,
    "source": pl.String,
    "millesime": pl.String,
    "fiabilite": FIABILITE,
    "activite": pl.Float64,
    "delai_jours": pl.Float64,
    "accessible": pl.Boolean,
    "maj": pl.String,
    "complement_source": pl.String,
    "complement_millesime": pl.String,
}
LOCALE = "lieux_departement"
LIEU, PANIER, STATISTIQUE = "lieu", "panier", "statistique"
USAGES = {
    LIEU: "un lieu du type, vers lequel des temps sont calculés",
    PANIER: "un lieu du panier de la vie courante, quand son inventaire n'est pas celui du type",
    STATISTIQUE: "un siège d'un effectif connu par commune ; le type est l'identifiant de la statistique",
}
"""What a row of the explicit list of places stands for."""
PLACES: dict[str, Any] = {"usage": pl.String, **COLUMNS}


def choose_inventories(points: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """The source of each type: ``type``, ``source``, ``millesime``, ``lieux`` (true where points).

    A source of points counts for a type only where it has some.
    """
    known = pl.concat(
        [
            points.select("type", "source", "millesime", lieux=pl.lit(value=True)),
            counts.select("type", "source", "millesime", lieux=pl.lit(value=False)),
        ]
    ).unique()
    local = pl.col("source") == LOCALE
    best = known.sort(
        "type", local, "lieux", "millesime", "source", descending=[False, True, True, True, False]
    )
    return best.unique("type", keep="first", maintain_order=True)


def keep_nearby(points: pl.DataFrame, carreaux: pl.DataFrame, departement: str | None = None) -> pl.DataFrame:
    """Points within the extent of the carreaux (the département and its buffer), or without coordinates.

    All points of ``departement``, when given, are kept: a place may stand beyond its last inhabited carreau.
    """
    if carreaux.is_empty():
        return points
    west, south, east, north = (
        carreaux.select(
            pl.col("lon").min(), pl.col("lat").min(), e=pl.col("lon").max(), n=pl.col("lat").max()
        )
        .row(0)
    )  # fmt: skip
    inside = pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north)
    own = pl.lit(value=False) if departement is None else pl.col("departement").eq_missing(departement)
    return points.filter(inside | pl.col("lon").is_null() | own)


def locate(points: pl.DataFrame, communes: pl.DataFrame, contours: pl.DataFrame) -> pl.DataFrame:
    """Give points their commune (by outline, where the source has none), or a town hall as a place.

    Points with neither commune nor coordinates cannot be placed: they are left out.
    """
    halls = communes.select("code_insee", "lon", "lat")
    points = points.with_columns(code_insee=find_communes(points, contours))
    placed = points.join(halls, on="code_insee", how="left", suffix="_mairie", maintain_order="left")
    nowhere = pl.col("lon").is_null() | pl.col("lat").is_null()
    return (
        placed.with_columns(
            precision=pl.when(nowhere).then(pl.lit("commune")).otherwise("precision"),
            lon=pl.coalesce("lon", "lon_mairie"),
            lat=pl.coalesce("lat", "lat_mairie"),
        )
        .drop("lon_mairie", "lat_mairie")
        .filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
    )


def find_communes(points: pl.DataFrame, contours: pl.DataFrame) -> pl.Series:
    """``code_insee`` of each point: the source's, else the commune whose outline holds it, else null."""
    codes = points["code_insee"].to_list()
    if contours.is_empty():
        return points["code_insee"]
    shapes = shapely.from_wkb(contours["wkb"].to_numpy())
    places = shapely.points(points["lon"].to_numpy(), points["lat"].to_numpy())
    found, outline = shapely.STRtree(shapes).query(places, predicate="within")
    names = contours["code_insee"].to_list()
    for point, shape in zip(found.tolist(), outline.tolist(), strict=True):
        codes[point] = codes[point] or names[shape]
    return pl.Series("code_insee", codes, dtype=pl.String)


def list_places(fragments: pl.DataFrame, carreaux: pl.DataFrame) -> pl.DataFrame:
    """The inhabited fragments as places: ``code_insee, population, lon, lat`` (their carreau's centre)."""
    centres = carreaux.select("lon", "lat")[fragments["carreau"]]
    return fragments.select("code_insee", "population").hstack(centres).filter(pl.col("population") > 0)


def place_counts(
    counts: pl.DataFrame, convention: str, communes: pl.DataFrame, places: pl.DataFrame
) -> pl.DataFrame:
    """Facilities known by commune, at places: the columns of ``counts``, ``lon``, ``lat``, ``effectif``.

    ``places``: the inhabited fragments (code_insee, population, lon, lat). ``reparti`` spreads over them
    in proportion to people; ``mairie`` puts all at the town hall, and so does ``reparti`` where nobody lives.
    """
    counts = counts.filter(pl.col("nombre") > 0)
    halls = counts.join(communes.select("code_insee", "lon", "lat"), on="code_insee", maintain_order="left")
    halls = halls.with_columns(effectif=pl.col("nombre").cast(pl.Int64))
    if convention == "mairie":
        return halls
    order = {code: row for row, code in enumerate(communes["code_insee"])}
    index = pl.col("code_insee").replace_strict(order, return_dtype=pl.Int32)
    result = spread(
        counts.select(index).to_series().to_numpy(),
        counts["nombre"].cast(pl.Int32).to_numpy(),
        places.select(index).to_series().to_numpy(),
        places["population"].to_numpy(),
    )
    spots = places[result.lieu].select("lon", "lat")
    spreaded = counts[result.offre].with_columns(
        spots["lon"], spots["lat"], effectif=pl.Series(result.effectif)
    )
    spreaded = spreaded.with_columns(pl.col("effectif").cast(pl.Int64))
    left = halls.join(places.select("code_insee").unique(), on="code_insee", how="anti")
    return pl.concat([spreaded, left.select(spreaded.columns)])


def make_implantations(
    points: pl.DataFrame,
    counts: pl.DataFrame,
    choice: pl.DataFrame,
    places: Mapping[str, pl.DataFrame],
    convention: str,
) -> pl.DataFrame:
    """The table ``implantations``: the chosen inventory of each type, sorted by type and id."""
    chosen = choice.select("type", "source", "millesime", "lieux")
    keys = ["type", "source", "millesime"]
    located = points.join(chosen.filter("lieux"), on=keys, how="semi")
    located = located.with_columns(
        fiabilite=pl.when(pl.col("precision") == "commune")
        .then(pl.lit("impute"))
        .otherwise(pl.lit("observe"))
    )
    spots = place_counts(
        counts.join(chosen.filter(~pl.col("lieux")), on=keys, how="semi"),
        convention,
        places["communes"],
        places["lieux"],
    )
    spots = spots.sort("type", "code_insee", "lon", "lat").with_columns(
        rang=pl.int_range(pl.len()).over("type", "code_insee")
    )
    spots = spots.with_columns(
        id=pl.format("{}-{}-{}", "type", "code_insee", "rang"),
        precision=pl.lit("commune"),
        itinerant=pl.lit(value=False),
        fiabilite=pl.lit("impute"),
    )
    return pl.concat([fit(located), fit(spots)]).sort("type", "id")


def fit(frame: pl.DataFrame, columns: Mapping[str, Any] = COLUMNS) -> pl.DataFrame:
    """``frame`` with exactly the columns of ``implantations``."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in columns.items()
    )


def fixed(places: pl.DataFrame) -> pl.DataFrame:
    """The places that do not move: an itinerant one is no permanent access."""
    return places.filter(~pl.col("itinerant").fill_null(value=False))


def count_by_commune(places: pl.DataFrame) -> pl.DataFrame:
    """Facilities by commune and type: ``code_insee, type, effectif``.

    A commune absent from an inventory has none there; a place outside the département counts for nobody.
    """
    return (
        places.drop_nulls("code_insee")
        .group_by("code_insee", "type")
        .agg(pl.col("effectif").sum())
        .sort("type", "code_insee")
    )


def seat(
    counts: pl.DataFrame, usage: str, convention: str, communes: pl.DataFrame, places: pl.DataFrame
) -> pl.DataFrame:
    """Counts by commune (``type, source, millesime, code_insee, nombre``) as rows of the list of places."""
    spots = place_counts(counts, convention, communes, places)
    spots = spots.sort("type", "code_insee", "lon", "lat").with_columns(
        rang=pl.int_range(pl.len()).over("type", "code_insee")
    )
    return spots.select(
        usage=pl.lit(usage),
        id=pl.format("{}-{}-{}-{}", pl.lit(usage), "type", "code_insee", "rang"),
        type="type",
        nom=pl.lit(None, pl.String),
        precision=pl.lit("commune"),
        itinerant=pl.lit(value=False),
        fiabilite=pl.lit("impute"),
        **{name: pl.col(name) for name in ("lon", "lat", "code_insee", "effectif", "source", "millesime")},
    )


def total_broadest(counts: pl.DataFrame) -> pl.DataFrame:
    """All facilities by commune in the source that holds most types; with ``source`` and ``millesime``."""
    keys = ["source", "millesime"]
    breadth = counts.group_by(keys).agg(types=pl.col("type").n_unique())
    broadest = breadth.sort("types", "millesime", "source", descending=[True, True, False]).head(1)
    chosen = counts.join(broadest, on=keys, how="semi")
    return chosen.group_by("code_insee", *keys).agg(pl.col("nombre").sum()).sort("code_insee")
