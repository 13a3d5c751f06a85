"""Travel times to every service type, and to the basket under each convention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES, Grades
from maillage.access.evaluation.horloge import to_seconds
from maillage.access.evaluation.valeurs import Valeurs
from maillage.catalogue.paniers import Panier
from maillage.diagnostic.millesimes import is_old
from maillage.network.estimate.formula import Habitants
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import NO_SITE, Nearest, Points, Sites, TravelTimes

Floats = NDArray[np.float64]
INVENTAIRE = ("type", "source", "millesime")


CELL_SPREAD = 6**-0.5
"""Root mean square distance to its centre of people spread evenly over a square of side 1."""


@dataclass(frozen=True)
class NearestByType:
    """``nearest`` over all types (columns ``types``); sites are rows of the implantations."""

    nearest: Nearest
    types: tuple[str, ...]


def to_points(frame: pl.DataFrame) -> Points:
    """The points of a table with ``lon`` and ``lat``."""
    return Points(frame["lon"].to_numpy().astype(np.float64), frame["lat"].to_numpy().astype(np.float64))


def estimate_from(origins: pl.DataFrame, people: pl.DataFrame) -> TravelTimes:
    """Estimated times from places; people spread over a cell where the place is one."""
    known = people.filter(pl.col("population") > 0)
    habitants = Habitants(to_points(known), known["population"].to_numpy())
    sides = (
        origins["taille_m"].drop_nulls() if "taille_m" in origins.columns else pl.Series([], dtype=pl.Int64)
    )
    side = float(sides[0]) if len(sides) else 0.0
    return Estimate(to_points(origins), habitants, spread_m=side * CELL_SPREAD)


def compute_nearest(
    times: TravelTimes, implantations: pl.DataFrame, types: Iterable[str] | None = None
) -> NearestByType:
    """The nearest fixed implantation of each of ``types`` (sorted; unless said, those that have one).

    Itinerant ones are no permanent access; a type without fixed place is unreachable everywhere.
    """
    fixed = implantations.with_row_index("rang").filter(~pl.col("itinerant").fill_null(value=False))
    chosen = sorted(fixed["type"].unique() if types is None else types)
    column = fixed["type"].replace_strict(
        {name: i for i, name in enumerate(chosen)}, default=None, return_dtype=pl.Int32
    )
    fixed, column = fixed.filter(column.is_not_null()), column.drop_nulls()
    found = times.nearest(Sites(to_points(fixed), column.to_numpy(), len(chosen)))
    rows = fixed["rang"].to_numpy().astype(np.int32)
    site = np.where(found.site == NO_SITE, NO_SITE, rows[found.site]) if len(rows) else found.site
    return NearestByType(Nearest(found.time_ds, site.astype(np.int32)), tuple(chosen))


def by_service(spots: pl.DataFrame, services: Sequence[Sequence[str]]) -> pl.DataFrame:
    """The spots that answer each service (the types that do), with its number: ``service``."""
    pieces = [
        spots.filter(pl.col("type").is_in(types)).with_columns(service=pl.lit(number, pl.Int32))
        for number, types in enumerate(services)
    ]
    return pl.concat(pieces)


def compute_basket(
    times: TravelTimes, spots: pl.DataFrame, services: Sequence[Sequence[str]]
) -> tuple[Floats, Grades]:
    """Seconds to the nearest of each service: float64[origins, services]; the worst of those places.

    ``services``: the types that answer each. Unreachable is inf; a service without any spot is NaN.
    """
    places = by_service(spots, services)
    sites = Sites(to_points(places), places["service"].to_numpy(), len(services))
    found = times.nearest(sites)
    known = np.bincount(sites.type_index, minlength=len(services)) > 0
    levels = np.append(grades_of(places), 0)  # the last one stands for no site
    return blank_unknown(to_seconds(found.time_ds), known), levels[found.site].max(axis=1)


def blank_unknown(seconds: Floats, known: NDArray[np.bool_]) -> Floats:
    """NaN in the columns of services that nobody knows of."""
    return np.where(known[None, :], seconds, np.nan)


def grades_of(places: pl.DataFrame) -> Grades:
    """The reliability of each place's position: uint8[places]."""
    order = {name: row for row, name in enumerate(FIABILITES)}
    levels: Grades = (
        places["fiabilite"].cast(pl.String).replace_strict(order, return_dtype=pl.UInt8).to_numpy()
    )
    return levels


def origin_of(counts: pl.DataFrame) -> Valeurs:
    """The vintages and the sources of counts, as a figure of nothing."""
    years = "-".join(sorted(str(year) for year in counts["millesime"].unique()))
    return Valeurs(np.zeros(0), np.zeros(0), np.zeros(0, np.uint8), years, frozenset(counts["source"]))


def compute_communal_basket(
    times: TravelTimes, communes: pl.DataFrame, counts: pl.DataFrame, services: Sequence[Sequence[str]]
) -> Floats:
    """INSEE's older convention: town hall to town hall, zero inside a commune that has the service.

    ``times``: from the town halls of ``communes``. Seconds, float64[communes, services].
    """
    halls = counts.join(communes.select("code_insee", "lon", "lat"), on="code_insee", maintain_order="left")
    placed = halls.with_columns(fiabilite=pl.lit("impute"))
    seconds, _ = compute_basket(times, placed, services)
    for number, types in enumerate(services):
        here = communes["code_insee"].is_in(
            counts.filter(pl.col("type").is_in(types))["code_insee"].implode()
        )
        seconds[here.to_numpy(), number] = 0.0
    return seconds


def choose_basket(panier: Panier, counts: pl.DataFrame, choice: pl.DataFrame) -> pl.DataFrame:
    """The inventory of each type of a basket: ``type, source, millesime``, by type; empty when none is known.

    Of each service, the newest known: its types, or those that answer it in newer tables, in the inventories
    chosen for the atlas (``choice``), a service of several types being as old as its oldest; ties go to its
    types. A basket of one vintage takes all its services from one source: see :func:`keep_one_vintage`.
    """
    if panier.un_millesime:
        return keep_one_vintage(panier, counts)
    known = {row[0]: row for row in choice.select(INVENTAIRE).iter_rows()}
    kept: dict[str, tuple[str, ...]] = {}
    for service in panier.services:
        answers = [
            [known[name] for name in types if name in known] for types in (service.types, service.types_2024)
        ]
        newest = max(answers, key=lambda rows: min((row[2] for row in rows), default=""))
        kept |= {row[0]: row for row in newest}
    return pl.DataFrame(list(kept.values()), dict.fromkeys(INVENTAIRE, pl.String), orient="row").sort("type")


def keep_one_vintage(panier: Panier, counts: pl.DataFrame) -> pl.DataFrame:
    """The vintage of counts by commune that holds most of the basket's services; ties go to the newest."""
    services = [set(service.types) for service in panier.services]
    types = set().union(*services)
    known = counts.filter(pl.col("type").is_in(types) & (pl.col("nombre") > 0)).select(INVENTAIRE).unique()
    files = known.select("source", "millesime").unique().sort("millesime", "source", descending=True)
    best, most = known.clear(), 0
    for source, millesime in files.iter_rows():
        chosen = known.filter((pl.col("source") == source) & (pl.col("millesime") == millesime))
        held = sum(1 for one in services if one & set(chosen["type"]))
        if held > most:
            best, most = chosen, held
    return best.sort("type")


def list_services(panier: Panier, inventaire: pl.DataFrame) -> list[tuple[str, ...]]:
    """The types that answer each service of a basket, among those of its inventory; empty: unknown."""
    held = set(inventaire["type"])
    every = ((*service.types, *service.types_2024) for service in panier.services)
    return [tuple(dict.fromkeys(name for name in types if name in held)) for types in every]


def find_old_services(panier: Panier, inventaire: pl.DataFrame, year: int | None) -> list[bool]:
    """Whether each service of a basket is old beside the newest population: one of its types is."""
    years = dict(inventaire.select("type", "millesime").iter_rows())
    services = list_services(panier, inventaire)
    return [any(is_old(years[name], year) for name in types) for types in services]
