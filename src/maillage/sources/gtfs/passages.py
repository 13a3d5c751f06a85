"""Stop times: rows of a large file, made into passages in order, with a time each."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.sources.gtfs.arrets import find_row
from maillage.sources.gtfs.champs import parse_time
from maillage.sources.gtfs.rapport import RemarquesGtfs

FICHIER = "stop_times.txt"
SANS_MONTER = "1"  # pickup_type, drop_off_type: not available
HEURES = (("arrival_time", "arrivee_s"), ("departure_time", "depart_s"))


def read_passages(
    cells: pl.DataFrame, trips: pl.DataFrame, stops: pl.DataFrame, rapport: RemarquesGtfs
) -> pl.DataFrame:
    """The table ``passages``, ``course`` being a row of ``trips``; trips that cannot be ridden are told."""
    table = refer(cells, trips, stops, rapport)
    table = rank(table, trips, rapport)
    table = fill(table, trips, rapport)
    table = order_times(table, trips, rapport)
    return table.select("course", "arret", "arrivee_s", "depart_s", "monte", "descend", "interpolee")


def refer(
    cells: pl.DataFrame, trips: pl.DataFrame, stops: pl.DataFrame, rapport: RemarquesGtfs
) -> pl.DataFrame:
    """Rows of known trips and stops, times in seconds; a time that is none sets its trip aside."""
    table = cells.select(
        "_ligne",
        "trip_id",
        "stop_id",
        course=find_row(cells["trip_id"], trips["id"]),
        arret=find_row(cells["stop_id"], stops["id"]),
        rang=cells["stop_sequence"].cast(pl.Int64, strict=False),
        texte_rang=cells["stop_sequence"],
        arrival_time=cells["arrival_time"],
        departure_time=cells["departure_time"],
        arrivee_s=parse_time(cells["arrival_time"]),
        depart_s=parse_time(cells["departure_time"]),
        monte=cells["pickup_type"].ne_missing(SANS_MONTER),
        descend=cells["drop_off_type"].ne_missing(SANS_MONTER),
    )
    for found, colonne in (("course", "trip_id"), ("arret", "stop_id")):
        lost = table.filter(pl.col(found).is_null())
        rapport.say_rows("foreign_key_violation", FICHIER, lost, colonne)
        table = table.filter(pl.col(found).is_not_null())
    unranked = table.filter(pl.col("rang").is_null())
    rapport.say_rows("invalid_integer", FICHIER, unranked, "texte_rang")
    table = table.filter(pl.col("rang").is_not_null())
    for text, value in HEURES:
        wrong = table.filter(pl.col(text).is_not_null() & pl.col(value).is_null())
        rapport.say_rows("invalid_time", FICHIER, wrong, text)
        table = leave_out(table, wrong["course"])
    return table.select("_ligne", "course", "arret", "rang", "arrivee_s", "depart_s", "monte", "descend")


def leave_out(table: pl.DataFrame, courses: pl.Series) -> pl.DataFrame:
    """The rows of the other trips."""
    return table.filter(~pl.col("course").is_in(courses.unique().implode())) if len(courses) else table


def tell_trips(code: str, rows: pl.DataFrame, trips: pl.DataFrame, rapport: RemarquesGtfs) -> None:
    """One remark for each trip of ``rows``, at its first row there."""
    first = rows.unique("course", keep="first", maintain_order=True)
    named = first.with_columns(trip_id=trips["id"].gather(first["course"]))
    rapport.say_rows(code, FICHIER, named, "trip_id")


def rank(table: pl.DataFrame, trips: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """By trip and rank; a rank had twice sets the trip aside."""
    table = table.sort("course", "rang", maintain_order=True)
    same = (pl.col("course") == pl.col("course").shift(1)) & (pl.col("rang") == pl.col("rang").shift(1))
    twice = table.filter(same)
    tell_trips("rang_repete", twice, trips, rapport)
    return leave_out(table, twice["course"])


def fill(table: pl.DataFrame, trips: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """A lone arrival or departure stands for both; blanks between two times are shared out evenly by rank."""
    table = table.with_columns(
        pl.coalesce("arrivee_s", "depart_s").alias("arrivee_s"),
        pl.coalesce("depart_s", "arrivee_s").alias("depart_s"),
    )
    change = pl.col("course") != pl.col("course").shift(1)
    last = pl.col("course") != pl.col("course").shift(-1)
    edge = change.fill_null(value=True) | last.fill_null(value=True)
    edgeless = table.filter(edge & pl.col("arrivee_s").is_null())
    tell_trips("missing_trip_edge", edgeless, trips, rapport)
    table = leave_out(table, edgeless["course"])
    blank = table["arrivee_s"].is_null()
    table = table.with_columns(interpolee=blank)
    if not blank.any():
        return table
    drawn = share_out(table["arrivee_s"].fill_null(-1).to_numpy(), table["depart_s"].fill_null(-1).to_numpy())
    return table.with_columns(
        arrivee_s=pl.Series(drawn[0], dtype=pl.Int32), depart_s=pl.Series(drawn[1], dtype=pl.Int32)
    )


def share_out(
    arrival_s: NDArray[np.int32], departure_s: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Times with those that are -1 drawn on a line between the departure before and the arrival after.

    >>> arrival, departure = share_out(np.array([0, -1, -1, 100]), np.array([10, -1, -1, 100]))
    >>> arrival.tolist(), departure.tolist()
    ([0, 40, 70, 100], [10, 40, 70, 100])
    """
    rows = np.arange(len(arrival_s))
    known = arrival_s >= 0
    before = np.maximum.accumulate(np.where(known, rows, 0))
    after = np.minimum.accumulate(np.where(known, rows, len(rows) - 1)[::-1])[::-1]
    start, end = departure_s[before].astype(np.int64), arrival_s[after].astype(np.int64)
    drawn = start + (end - start) * (rows - before) // np.maximum(after - before, 1)
    filled = (np.where(known, times, drawn).astype(np.int32) for times in (arrival_s, departure_s))
    return next(filled), next(filled)


def order_times(table: pl.DataFrame, trips: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """Trips whose times never go back, of two stops at least."""
    backwards = table.filter(pl.col("depart_s") < pl.col("arrivee_s"))
    tell_trips("stop_time_with_departure_before_arrival_time", backwards, trips, rapport)
    table = leave_out(table, backwards["course"])
    follows = pl.col("course") == pl.col("course").shift(1)
    early = table.filter(follows & (pl.col("arrivee_s") < pl.col("depart_s").shift(1)))
    tell_trips("stop_time_with_arrival_before_previous_departure_time", early, trips, rapport)
    table = leave_out(table, early["course"])
    alone = table.filter(pl.len().over("course") < 2)
    tell_trips("unusable_trip", alone, trips, rapport)
    return leave_out(table, alone["course"])
