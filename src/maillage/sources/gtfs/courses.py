"""Trips as they run: those drawn from frequencies, those that nothing serves, vehicles that go on."""

from __future__ import annotations

import numpy as np
import polars as pl

from maillage.catalogue.limites import read_limit
from maillage.sources.gtfs.arrets import find_row
from maillage.sources.gtfs.champs import parse_time, read_choice, read_integer
from maillage.sources.gtfs.rapport import RemarquesGtfs

FICHIER = "frequencies.txt"
RESTE_ASSIS, DESCEND = 4, 5  # transfer_type


def read_frequencies(cells: pl.DataFrame, trips: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """``course``, ``debut_s``, ``fin_s`` (excluded), ``cadence_s``, ``exacte``: one row a span of time."""
    table = cells.select(
        "_ligne",
        "trip_id",
        "start_time",
        "end_time",
        course=find_row(cells["trip_id"], trips["id"]),
        debut_s=parse_time(cells["start_time"]),
        fin_s=parse_time(cells["end_time"]),
        cadence_s=read_integer(cells, "headway_secs", FICHIER, rapport, 1, 86_400, "invalid_integer"),
        exacte=read_choice(cells, "exact_times", FICHIER, rapport, 1) == 1,
    )
    rapport.say_rows("foreign_key_violation", FICHIER, table.filter(pl.col("course").is_null()), "trip_id")
    for value, text in (("debut_s", "start_time"), ("fin_s", "end_time")):
        rapport.say_rows("invalid_time", FICHIER, table.filter(pl.col(value).is_null()), text)
    empty = table.filter(cells["headway_secs"].is_null())
    rapport.say_rows("missing_required_field", FICHIER, empty, "trip_id")
    table = table.drop_nulls(["course", "debut_s", "fin_s", "cadence_s"])
    rapport.say_rows(
        "start_and_end_range_out_of_order",
        FICHIER,
        table.filter(pl.col("fin_s") < pl.col("debut_s")),
        "end_time",
    )
    table = table.filter(pl.col("fin_s") > pl.col("debut_s")).sort("course", "debut_s", maintain_order=True)
    over = (pl.col("course") == pl.col("course").shift(1)) & (pl.col("debut_s") < pl.col("fin_s").shift(1))
    rapport.say_rows("overlapping_frequency", FICHIER, table.filter(over), "trip_id")
    return table


def expand(
    trips: pl.DataFrame,
    passages: pl.DataFrame,
    frequencies: pl.DataFrame,
    named: pl.Series,
    rapport: RemarquesGtfs,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each trip of a frequency gives way to one trip a departure, at every headway from the start on.

    ``named``: ids of the trips that have a frequency, be it one that cannot be read: their own times only say
    how long they take from the first stop.
    """
    models = frequencies.filter(pl.col("course").is_in(passages["course"].unique().implode()))
    own = trips["id"].is_in(named.unique().implode()).arg_true()
    kept = passages.filter(~pl.col("course").is_in(own.implode()))
    if not models.height:
        return trips, kept
    span_s = (models["fin_s"] - models["debut_s"]).to_numpy()
    headway_s = models["cadence_s"].to_numpy()
    count = -(-span_s // headway_s)
    row = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    start_s = models["debut_s"].to_numpy()[row] + nth * headway_s[row]
    model = models["course"].to_numpy()[row]
    number = np.arange(trips.height, trips.height + len(model), dtype=np.int32)
    rows = passages.group_by("course", maintain_order=True).agg(pl.len(), pl.first("depart_s"))
    length = dict(rows.select("course", "len").iter_rows())
    if sum(length[c] for c in model.tolist()) > (most := int(read_limit("gtfs", "passages"))):
        rapport.say("archive_trop_lourde", FICHIER, f"{most} passages, soit plus d’un millier de milliards")
        rapport.refuse()
    drawn = pl.DataFrame({"modele": model, "course": number, "part_s": start_s.astype(np.int32)})
    fresh = (
        drawn.join(rows.select(modele="course", origine_s="depart_s"), on="modele")
        .join(passages.rename({"course": "modele"}), on="modele", maintain_order="left_right")
        .with_columns(
            (pl.col(c) + pl.col("part_s") - pl.col("origine_s")).cast(pl.Int32)
            for c in ("arrivee_s", "depart_s")
        )
        .select(passages.columns)
    )
    times = pl.Series(start_s).map_elements(write_time, pl.String)
    free = ~models["exacte"].to_numpy()[row]
    more = trips[model].with_columns(
        id=pl.col("id") + "@" + times,
        bloc=pl.lit(None, pl.String),
        cadence_s=pl.Series(np.where(free, headway_s[row], 0), dtype=pl.Int32).replace(0, None),
    )
    return pl.concat([trips, more]), pl.concat([kept, fresh])


def write_time(seconds: int) -> str:
    """``HH:MM:SS``, beyond 24 hours too.

    >>> write_time(90_061)
    '25:01:01'
    """
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def follow(trips: pl.DataFrame, passages: pl.DataFrame, transfers: pl.DataFrame | None) -> pl.Series:
    """For each trip, the one whose passengers stay seated for it, null for none.

    The trips of a block follow one another within a service, in the order of their departures, unless the
    feed says that one gets off (transfer_type 5); transfer_type 4 says that one stays.
    """
    ends = passages.group_by("course").agg(pl.col("depart_s").min(), pl.col("arrivee_s").max())
    table = (
        trips.with_row_index("course").with_columns(pl.col("course").cast(pl.Int32)).join(ends, on="course")
    )
    blocks = table.drop_nulls("bloc").sort("service", "bloc", "depart_s")
    same = (pl.col("service") == pl.col("service").shift(1)) & (pl.col("bloc") == pl.col("bloc").shift(1))
    after = pl.col("depart_s") >= pl.col("arrivee_s").shift(1)
    pairs = blocks.select("course", avant=pl.col("course").shift(1), ok=same & after).filter("ok").drop("ok")
    if transfers is not None:
        pairs = apply_seats(pairs, trips, table, transfers)
    pairs = pairs.filter(pl.col("avant").is_unique() & pl.col("course").is_unique())
    before = np.full(trips.height, -1, np.int32)
    before[pairs["course"].to_numpy()] = pairs["avant"].to_numpy()
    return pl.Series("avant", before).replace(-1, None)


def apply_seats(
    pairs: pl.DataFrame, trips: pl.DataFrame, table: pl.DataFrame, transfers: pl.DataFrame
) -> pl.DataFrame:
    """Pairs of trips with those where one stays seated, without those where one gets off."""
    told = transfers.select(
        avant=find_row(transfers["from_trip_id"], trips["id"]),
        course=find_row(transfers["to_trip_id"], trips["id"]),
        genre="transfer_type",
    ).drop_nulls(["avant", "course"])
    stays, leaves = (told.filter(pl.col("genre") == str(kind)) for kind in (RESTE_ASSIS, DESCEND))
    times = table.select("course", "depart_s", "arrivee_s")
    stays = (
        stays.join(times, on="course")
        .join(times.rename({"course": "avant"}), on="avant", suffix="_avant")
        .filter(pl.col("depart_s") >= pl.col("arrivee_s_avant"))
    )
    pairs = pairs.join(leaves, on=["avant", "course"], how="anti")
    return pl.concat([pairs, stays.select("course", "avant")]).unique(maintain_order=True)


def settle(
    trips: pl.DataFrame, passages: pl.DataFrame, demand: pl.DataFrame, told: pl.Series, rapport: RemarquesGtfs
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The trips that serve something, renumbered, with their passages and their services on demand.

    ``told``: the trips that a row of stop times names; the others are without any.
    """
    numbered = trips.with_row_index("course").with_columns(pl.col("course").cast(pl.Int32))
    without = numbered.filter(
        ~pl.col("course").is_in(told.implode())
        & ~pl.col("course").is_in(passages["course"].unique().implode())
    )
    rapport.say_rows("unused_trip", "trips.txt", without, "id")
    used = pl.concat([passages["course"], demand["course"]]).unique().sort()
    renumber = {
        name: table.with_columns(course=find_row(table["course"], used))
        for name, table in (("p", passages), ("d", demand))
    }
    kept = trips[used]
    if "avant" in kept.columns:
        kept = kept.with_columns(avant=find_row(kept["avant"], used))
    return kept, renumber["p"].sort("course", maintain_order=True), renumber["d"]
