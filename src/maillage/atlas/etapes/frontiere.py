"""Beyond the border: the places of elsewhere that count, and what is known of the other side, by type."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes.inventaires import find_communes, keep_nearby
from maillage.catalogue.departements import list_all

FRONTIERE: Final[dict[str, Any]] = {
    "type": pl.String,
    "source": pl.String,
    "voisins": pl.Boolean,
    "lieux_voisins": pl.Int64,
    "etranger": pl.Boolean,
    "lieux_etrangers": pl.Int64,
    "source_etranger": pl.String,
}
CLES: Final = ("type", "source", "millesime")


def gather_beyond(entrees: Lot, choice: pl.DataFrame, carreaux: pl.DataFrame) -> pl.DataFrame:
    """Places outside the département that are in no list of points: given ones, and neighbours' counts.

    Given places (``lieux_voisins``) add to the inventory of their type, whatever it is; one that stands in
    the département is left out, being in its inventory already or not to be counted twice. Counts of
    neighbouring communes follow the inventory chosen for the type: at their town halls, ``impute``.
    """
    given = keep_nearby(frame_of(entrees, "lieux_voisins"), carreaux)
    nowhere = given.with_columns(code_insee=pl.lit(None, pl.String))
    outside = nowhere.filter(find_communes(nowhere, frame_of(entrees, "contours")).is_null())
    counted = frame_of(entrees, "offre_voisine").filter(pl.col("nombre") > 0)
    counted = counted.join(choice.filter(~pl.col("lieux")), on=list(CLES), how="semi")
    fixed = {"itinerant": pl.lit(value=False)}
    return pl.concat(
        [
            outside.with_columns(
                effectif=pl.lit(1, pl.Int64),
                precision=pl.lit("adresse"),
                fiabilite=pl.lit("observe"),
                **fixed,
            ),
            counted.with_columns(
                id=pl.format("{}-{}-0", "type", "code_insee"),
                pays=pl.lit("FR"),
                effectif=pl.col("nombre").cast(pl.Int64),
                precision=pl.lit("commune"),
                fiabilite=pl.lit("impute"),
                **fixed,
            ).drop("nombre"),
        ],
        how="diagonal",
    )


def describe_border(
    entrees: Lot, choice: pl.DataFrame, beyond: pl.DataFrame, departement: str
) -> pl.DataFrame:
    """What is known beyond, by type: one row per type of the inventories.

    ``voisins``: the neighbouring départements' places count, the inventory's file holding them;
    ``lieux_voisins``: how many facilities of a list of points or beyond stand there, within the buffer.
    ``etranger``: some of the type are given there; null without a foreign border.
    """
    points = frame_of(entrees, "implantations")
    elsewhere = points.filter(pl.col("departement") != departement)
    near = keep_nearby(elsewhere, frame_of(entrees, "carreaux"))
    french = pl.concat(
        [near.select(*CLES, "effectif"), beyond.filter(pl.col("pays") == "FR").select(*CLES, "effectif")]
    )
    foreign = beyond.filter(pl.col("pays") != "FR")
    files = {row[:2] for row in elsewhere.select("source", "millesime").unique().rows()}
    files |= set(frame_of(entrees, "offre_voisine").select("source", "millesime").unique().rows())
    across = bool(list_all()[departement].pays_voisins)
    rows = []
    for name, source, millesime in choice.select(CLES).iter_rows():
        mine = french.filter((pl.col("type") == name) & (pl.col("source").is_in([source, "lieux_voisins"])))
        abroad = foreign.filter(pl.col("type") == name)
        known = (source, millesime) in files or (mine["source"] == "lieux_voisins").any()
        told = abroad["source"][0] if abroad.height else None
        rows.append(
            (
                name,
                source,
                known,
                int(mine["effectif"].sum()),
                bool(abroad.height) if across else None,
                abroad.height,
                told,
            )
        )
    return pl.DataFrame(rows, schema=FRONTIERE, orient="row").sort("type")
