"""What the stage ``acces`` knows of places, room and choice: early childhood, full sites, second choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.accueil import (
    Accueil,
    count_under_three,
    load_accueils,
    places_per_hundred,
    second_choice,
)
from maillage.access.catchment import build_weights
from maillage.access.decay import DS_PER_MIN, ErreurTemps, expected_step_weights
from maillage.access.evaluation.horloge import to_seconds
from maillage.access.saturation import find_no_room, saturation
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import inventaires as offre
from maillage.atlas.etapes import temps
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.seuils import load_seuils
from maillage.network.travel_times import Sites, TravelTimes

Floats = NDArray[np.float64]
Figures = dict[str, Floats]


@dataclass(frozen=True)
class Apport:
    """Figures of the stage that share one origin."""

    figures: Figures
    source: str
    millesime: str


def read_seuil(name: str) -> float:
    """A threshold of the catalogue that is one number."""
    return float(load_seuils()[name].valeur)  # type: ignore[arg-type]


def at(frame: pl.DataFrame) -> Sites:
    """The places of a table as sites of one type."""
    return Sites(temps.to_points(frame), np.zeros(frame.height, np.int32), 1)


def numbers(column: pl.Series) -> Floats:
    """A column as float64, null as NaN."""
    values: Floats = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return values


def share_places(
    lots: Mapping[str, Lot],
    parametres: Mapping[str, Any],
    times: TravelTimes,
    cells: pl.DataFrame,
    error: ErreurTemps,
) -> Iterator[Apport]:
    """Places in early childhood for 100 children under three, with their interval, where places are known."""
    children = count_under_three(
        cells["moins_15"].fill_null(0).cast(pl.Float64).to_numpy(), read_seuil("part_moins_3_ans")
    )
    for accueil in load_accueils().values():
        spots = find_places(accueil, lots, parametres)
        if spots is None or not children.sum():
            continue
        places = numbers(spots["places"])
        within = times.within(at(spots), accueil.steps.budget_ds)

        def found(law: ErreurTemps) -> Floats:
            weight = expected_step_weights(within.time_ds, accueil.steps, law)  # noqa: B023 - called at once
            return places_per_hundred(build_weights(within, weight, len(places)), places, children)  # noqa: B023

        every = [found(error), *(found(ErreurTemps(error.upper_ds, error.ratio[:, [x]])) for x in (1, -2))]
        name = f"places_{accueil.id}"
        ends = {f"{name}_bas": np.minimum.reduce(every), f"{name}_haut": np.maximum.reduce(every)}
        yield Apport({name: every[0]} | ends, *spots.select("source", "millesime").row(0))


def find_places(
    accueil: Accueil, lots: Mapping[str, Lot], parametres: Mapping[str, Any]
) -> pl.DataFrame | None:
    """Where the places are (lon, lat, places, source, millesime): sites with a capacity, else by commune."""
    sites = frame_of(lots["offre"], "implantations").filter(pl.col("type") == (accueil.type or ""))
    known = sites.filter(pl.col("complement_source").is_not_null() & pl.col("capacite").is_not_null())
    if known.height:
        return known.select(
            "lon", "lat", places="capacite", source="complement_source", millesime="complement_millesime"
        )
    statistics = frame_of(lots["entrees"], "statistiques")
    name = next((x for x in accueil.statistiques if x in statistics.columns), None)
    if name is None or not statistics[name].fill_null(0).sum():
        return None
    lieux = lots["lieux"]
    source, millesime = parametres["colonnes"][name]
    counts = statistics.select("code_insee", nombre=pl.col(name).round().cast(pl.Int64)).drop_nulls()
    inhabited = offre.list_places(frame_of(lieux, "fragments"), frame_of(lieux, "carreaux"))
    spots = offre.place_counts(
        counts.filter(pl.col("nombre") > 0),
        parametres["convention"],
        frame_of(lieux, "communes"),
        inhabited,
    )
    return spots.select("lon", "lat", places="effectif", source=pl.lit(source), millesime=pl.lit(millesime))


def find_full(lots: Mapping[str, Lot], times: TravelTimes) -> Iterator[Apport]:
    """Where every fixed site within reach is full, for each type whose activity is known somewhere."""
    sites = frame_of(lots["offre"], "implantations").filter(~pl.col("itinerant").fill_null(value=False))
    gauged = sites.filter(pl.col("activite").is_not_null() & (pl.col("capacite") > 0))
    budget_ds = int(read_seuil("portee_place_min") * DS_PER_MIN)
    for kind in gauged["type"].unique().sort():
        here = sites.filter(pl.col("type") == kind)
        within = times.within(at(here), budget_ds)
        reach = build_weights(within, np.ones(len(within.site)), here.height)
        full = find_no_room(reach, saturation(numbers(here["activite"]), numbers(here["capacite"])))
        origin = gauged.filter(pl.col("type") == kind).select("complement_source", "complement_millesime")
        yield Apport({f"sans_place_{kind}": full}, *origin.row(0))


def find_choices(
    lots: Mapping[str, Lot], parametres: Mapping[str, Any], times: TravelTimes
) -> Iterator[Apport]:
    """Services of the basket with a second place within 15 minutes (<), and what the second place adds."""
    name = f"panier_{parametres['convention']}"
    if name not in lots["offre"]:
        return
    spots = frame_of(lots["offre"], name)
    services = [service.types for service in list_baskets()[parametres["panier"]].services]
    pieces = [
        spots.filter(pl.col("type").is_in(types)).select(
            "lon", "lat", "effectif", service=pl.lit(n, pl.Int32)
        )
        for n, types in enumerate(services)
    ]
    twice = [piece.filter(pl.col("effectif") > 1) for piece in pieces]
    places = pl.concat([*pieces, *twice])
    sites = Sites(temps.to_points(places), places["service"].to_numpy(), len(services))
    seconds = to_seconds(times.k_nearest(sites, 2).time_ds)
    known = np.array([piece.height > 0 for piece in pieces])
    extra, exists = second_choice(seconds[:, :, 0], seconds[:, :, 1])
    near = exists & (seconds[:, :, 1] < 60 * read_seuil("choix_min"))
    count = np.where(known.any(), near[:, known].sum(axis=1).astype(np.float64), np.nan)
    met = np.isfinite(extra).sum(axis=1)
    mean = np.divide(np.nansum(extra, axis=1), met, out=np.full(len(met), np.nan), where=met > 0)
    source, millesime = frame_of(lots["offre"], "panier_offre").select("source", "millesime").row(0)
    yield Apport({"choix_panier": count, "detour_panier": mean}, source, millesime)
