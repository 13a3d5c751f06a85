"""What the files hold beyond the département: sums by département, for the figures it is compared to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from maillage.atlas.etapes.inventaires import keep_nearby
from maillage.catalogue.constantes import MOYENNES
from maillage.catalogue.statistiques import list_statistics
from maillage.sources.base import Table

DEPARTEMENT: Final = (
    pl.when(pl.col("code_insee").str.starts_with("97"))
    .then(pl.col("code_insee").str.head(3))
    .otherwise(pl.col("code_insee").str.head(2))
    .alias("departement")
)


def gather_national(
    communes: pl.DataFrame, offre: pl.DataFrame, statistiques: Iterable[Table]
) -> dict[str, pl.DataFrame]:
    """``offre_departements``, ``statistiques_departements``, ``populations_departements``, by département.

    ``communes``, ``offre`` and the statistics hold whatever communes the files hold, here or elsewhere.
    """
    return {
        "offre_departements": offre.group_by(DEPARTEMENT, "type", "source", "millesime")
        .agg(pl.col("nombre").sum())
        .sort("departement", "type", "source", "millesime"),
        "statistiques_departements": average_statistics(communes, statistiques),
        "populations_departements": communes.group_by("departement")
        .agg(pl.col("population").sum(), communes=pl.len(), inconnues=pl.col("population").null_count())
        .sort("departement"),
    }


def average_statistics(communes: pl.DataFrame, statistiques: Iterable[Table]) -> pl.DataFrame:
    """Each statistic by département: ``departement, statistique, somme, poids, manque``.

    ``somme`` = Σ of a count, or Σ P·x of a figure that is averaged, P the communes' people; ``poids`` = Σ P
    where it is known, ``manque`` where it is not. A statistic given twice is the first's, as in the atlas.
    """
    means = {name for name, column in list_statistics().items() if column.unite in MOYENNES}
    people = communes.select("code_insee", pl.col("population").cast(pl.Float64))
    known: set[str] = set()
    frames = [pl.DataFrame(schema=STATISTIQUES)]
    for table in statistiques:
        names = [name for name in table.frame.columns if name != "code_insee" and name not in known]
        known |= set(names)
        long = (
            table.frame.select("code_insee", pl.col(names).cast(pl.Float64))
            .unpivot(index="code_insee", variable_name="statistique", value_name="valeur")
            .join(people, on="code_insee", how="inner")
        )
        frames.append(sum_statistics(long.drop_nulls("population"), means))
    return pl.concat(frames).sort("departement", "statistique")


def find_neighbours(
    communes: pl.DataFrame, offre: pl.DataFrame, departement: str, carreaux: pl.DataFrame
) -> pl.DataFrame:
    """The offer of other départements' communes, at their town halls, within the extent of the carreaux.

    Empty unless the communes' list has theirs too, with a point, and the offer's file theirs.
    """
    away = communes.filter((pl.col("departement") != departement) & pl.col("lon").is_not_null())
    near = keep_nearby(away, carreaux) if carreaux.height else away.clear()
    return offre.join(near.select("code_insee", "lon", "lat"), on="code_insee", how="inner")


STATISTIQUES: Final = {
    "departement": pl.String,
    "statistique": pl.String,
    "somme": pl.Float64,
    "poids": pl.Float64,
    "manque": pl.Float64,
}


def sum_statistics(long: pl.DataFrame, means: set[str]) -> pl.DataFrame:
    """The sums of :func:`average_statistics` from one row per commune and statistic."""
    people, held = pl.col("population"), pl.col("valeur").is_not_null()
    weight = pl.when(pl.col("statistique").is_in(list(means))).then(people).otherwise(1.0)
    return (
        long.group_by(DEPARTEMENT, "statistique")
        .agg(
            somme=(pl.col("valeur") * weight).sum(),
            poids=people.filter(held).sum(),
            manque=people.filter(~held).sum(),
        )
        .select(list(STATISTIQUES))
    )
