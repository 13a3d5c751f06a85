"""Grandeurs read off the places themselves: capacity and activity, waiting times, age of what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.horloge import Horloge
from maillage.access.evaluation.registre import Variable
from maillage.access.evaluation.reserve import TOUS, Recette
from maillage.access.evaluation.valeurs import Valeurs
from maillage.atlas.etapes.grandeurs import Origines, recall
from maillage.atlas.etapes.inventaires import fixed
from maillage.catalogue.types_service import list_types
from maillage.network.travel_times import NO_SITE

JAUGE: Final = pl.col("activite").is_not_null() & (pl.col("capacite") > 0)


def count_places(implantations: pl.DataFrame, contexte: Origines) -> dict[str, Valeurs]:
    """By commune: places known one by one, with hours, accessible; years since each was last checked.

    ``capacite_<type>``, ``activite_<type>``: over the ``jauges_<type>`` places, of ``lieux_<type>``, that
    state both.
    """
    known = pl.col("precision") == "adresse"
    said = pl.col("accessible").is_not_null()
    year = pl.coalesce("maj", "millesime").str.extract(r"(\d{4})", 1).cast(pl.Int64)
    places = implantations.with_columns(annee=year)
    newest = places["annee"].max()
    age = (pl.lit(newest) - pl.col("annee")) * pl.col("effectif")
    dated = pl.col("effectif").filter(pl.col("annee").is_not_null())
    complement = pl.col("complement_source").is_not_null()
    figures = {
        "implantations_adresse": known.sum(),
        "implantations_horaires": (known & pl.col("horaires").is_not_null()).sum(),
        "lieux_recenses": pl.col("effectif").sum(),
        "lieux_dates": dated.sum(),
        "anciennete_ans": age.sum(),
    }
    found = sum_up(places, figures, contexte, places.filter(known))
    found |= sum_up(
        places,
        {"lieux_accessibles": pl.col("accessible").sum(), "lieux_accessibilite_dite": said.sum()},
        contexte,
        places.filter(complement & said),
    )
    for kind in list_gauged(implantations):
        here = places.filter(pl.col("type") == kind)
        gauged = {f"{name}_{kind}": pl.col(name).filter(JAUGE).sum() for name in ("capacite", "activite")}
        gauged |= {f"jauges_{kind}": JAUGE.sum(), f"lieux_{kind}": pl.len()}
        found |= sum_up(here, gauged, contexte, here.filter(JAUGE))
    return found


def sum_up(
    places: pl.DataFrame, figures: Mapping[str, pl.Expr], contexte: Origines, sayers: pl.DataFrame
) -> dict[str, Valeurs]:
    """Each figure by commune, 0 where there is no place; nothing when nobody (``sayers``) says anything."""
    if sayers.is_empty():
        return {}
    counts = places.group_by("code_insee").agg(**figures)
    rows = contexte.communes.select("code_insee").join(
        counts, on="code_insee", how="left", maintain_order="left"
    )
    who = sayers.select(
        source=pl.coalesce("complement_source", "source"),
        quand=pl.coalesce("complement_millesime", "millesime"),
    )
    sources = frozenset(who["source"].unique())
    millesime = str(who["quand"].str.extract(r"(\d{4})", 1).max() or "")
    grade = "simule" if sources & contexte.simulees else "observe"
    return {
        name: replace(
            Valeurs.observe(rows[name].fill_null(0).cast(pl.Float64).to_numpy(), millesime, fiabilite=grade),
            sources=sources,
        )
        for name in figures
    }


def list_gauged(implantations: pl.DataFrame) -> list[str]:
    """The types some of whose places state activity and capacity."""
    return implantations.filter(JAUGE)["type"].unique().sort().to_list()


def list_waited(implantations: pl.DataFrame) -> list[str]:
    """The types some of whose fixed places state a waiting time."""
    return fixed(implantations).drop_nulls("delai_jours")["type"].unique().sort().to_list()


def find_waits(implantations: pl.DataFrame, clock: Horloge, contexte: Origines) -> dict[str, Valeurs]:
    """``delai_proche_<type>``: the waiting time of the nearest place, at each carreau."""
    waits = implantations["delai_jours"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    found = {}
    for kind in list_waited(implantations):
        site = clock.site[:, clock.column[kind]]
        days = np.where(site == NO_SITE, np.nan, waits[site])
        origin = implantations.filter((pl.col("type") == kind) & pl.col("delai_jours").is_not_null())
        source, millesime = origin.select("complement_source", "complement_millesime").row(0)
        grade = FIABILITES[clock.grade_of(source)]
        found[f"delai_proche_{kind}"] = contexte.observe(days, source, millesime, grade)
    return found


def make_place_recipes(implantations: pl.DataFrame, contexte: Origines) -> dict[str, Recette]:
    """How to make the figures of :func:`count_places`: all together, when one is asked."""
    made = recall(lambda: count_places(implantations, contexte))

    def recipe(prefix: str) -> Recette:
        of_type = frozenset(list_gauged(implantations))
        return Recette(lambda rest: made(prefix + rest), lambda rest: (rest,) if rest in of_type else (TOUS,))

    prefixes = ("implantations_", "lieux_", "anciennete_", "capacite_", "activite_", "jauges_")
    return {prefix: recipe(prefix) for prefix in prefixes}


def count_in_zones(zones: pl.DataFrame, people: NDArray[np.float64]) -> NDArray[np.float64]:
    """People of each carreau who live in a priority neighbourhood: by share of area, at most all of them.

    Unknown (NaN) where a neighbourhood holds people whose number is unknown.
    """
    part = np.bincount(zones["carreau"].to_numpy(), zones["part"].to_numpy(), len(people))
    return np.where(part > 0, people * np.minimum(part, 1.0), 0.0)


def make_domains(implantations: pl.DataFrame) -> dict[str, tuple[Variable, ...]]:
    """The types that names of saturation and waiting times take."""
    labels = list_types()

    def name_types(kinds: list[str]) -> tuple[Variable, ...]:
        return tuple(Variable(kind, labels[kind].libelle, kind) for kind in kinds if kind in labels)

    return {
        "jauge": name_types(list_gauged(implantations)),
        "attente": name_types(list_waited(implantations)),
    }
