"""What a feed says of changes (transfers.txt), of ways in stations (pathways.txt), of services on demand."""

from __future__ import annotations

import polars as pl

from maillage.sources.gtfs.arrets import find_row
from maillage.sources.gtfs.champs import parse_time, read_choice, read_integer
from maillage.sources.gtfs.rapport import RemarquesGtfs

FICHIER = "transfers.txt"
CHEMINS = "pathways.txt"
ENTRE_ARRETS = 3  # the last kind that ties two stops; 4 and 5 tie two trips
PARTICULIERES = {
    "ligne_de": "from_route_id",
    "ligne_vers": "to_route_id",
    "course_de": "from_trip_id",
    "course_vers": "to_trip_id",
}
DEMANDE = ("start_pickup_drop_off_window", "end_pickup_drop_off_window")


def read_transfers(
    cells: pl.DataFrame | None,
    stops: pl.DataFrame,
    lines: pl.DataFrame,
    trips: pl.DataFrame,
    rapport: RemarquesGtfs,
) -> pl.DataFrame:
    """``de``, ``vers`` (rows of ``stops``), ``genre`` (0 to 3), ``duree_s`` (null): those between stops.

    ``ligne_de``, ``ligne_vers``, ``course_de``, ``course_vers``: for whom each holds, null for any.
    ``trips``: as they run, ``modele`` the trip of the file; a rule of a frequency is one of each trip of it.
    """
    empty = {"de": pl.Int32, "vers": pl.Int32, "genre": pl.Int8, "duree_s": pl.Int32}
    schema = empty | dict.fromkeys(PARTICULIERES, pl.Int32)
    if cells is None or not cells.height:
        return pl.DataFrame(schema=schema)
    table = cells.with_columns(
        genre=read_choice(cells, "transfer_type", FICHIER, rapport, 5),
        duree_s=read_integer(cells, "min_transfer_time", FICHIER, rapport),
        de=find_row(cells["from_stop_id"], stops["id"]),
        vers=find_row(cells["to_stop_id"], stops["id"]),
        ligne_de=find_row(cells["from_route_id"], lines["id"]),
        ligne_vers=find_row(cells["to_route_id"], lines["id"]),
    ).filter(pl.col("genre") <= ENTRE_ARRETS)
    special = pl.any_horizontal(pl.col(name).is_not_null() for name in PARTICULIERES.values())
    rapport.say_rows("correspondance_particuliere", FICHIER, table.filter(special), "from_stop_id")
    for row, name in (("de", "from_stop_id"), ("vers", "to_stop_id")):
        rapport.say_rows("foreign_key_violation", FICHIER, table.filter(pl.col(row).is_null()), name)
    table = table.drop_nulls(["de", "vers"])
    for row in ("course_de", "course_vers"):
        table = name_trips(table, row, trips)
    for row, name in PARTICULIERES.items():
        lost = pl.col(name).is_not_null() & pl.col(row).is_null()
        rapport.say_rows("foreign_key_violation", FICHIER, table.filter(lost), name)
        table = table.filter(~lost)
    return table.select(pl.col(c).cast(t) for c, t in schema.items())


def name_trips(table: pl.DataFrame, row: str, trips: pl.DataFrame) -> pl.DataFrame:
    """The transfers with the trips that they name at one end: as many rows as the trip has runs."""
    runs = trips.select(
        pl.col("modele").alias(PARTICULIERES[row]), pl.int_range(pl.len(), dtype=pl.Int32).alias(row)
    )
    return table.join(runs, on=PARTICULIERES[row], how="left", maintain_order="left_right")


def read_pathways(cells: pl.DataFrame | None, stops: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """``de``, ``vers`` (rows of ``stops``), ``genre`` (1 walkway, 2 stairs, 3 moving walkway, 4 escalator,
    5 lift, 6 and 7 gates; 0 unknown), ``deux_sens`` (bool).
    """
    empty = {"de": pl.Int32, "vers": pl.Int32, "genre": pl.Int8, "deux_sens": pl.Boolean}
    if cells is None or not cells.height:
        return pl.DataFrame(schema=empty)
    table = cells.with_columns(
        genre=read_choice(cells, "pathway_mode", CHEMINS, rapport, 7),
        deux_sens=read_choice(cells, "is_bidirectional", CHEMINS, rapport, 1) == 1,
        de=find_row(cells["from_stop_id"], stops["id"]),
        vers=find_row(cells["to_stop_id"], stops["id"]),
    )
    for row, name in (("de", "from_stop_id"), ("vers", "to_stop_id")):
        rapport.say_rows("foreign_key_violation", CHEMINS, table.filter(pl.col(row).is_null()), name)
    return table.drop_nulls(["de", "vers"]).select(pl.col(c).cast(t) for c, t in empty.items())


def split_demand(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of stop times of fixed passages, and those of a window of time on demand."""
    window = pl.col(DEMANDE[0]).is_not_null() | pl.col(DEMANDE[1]).is_not_null()
    return cells.filter(~window), cells.filter(window)


def read_demand(
    cells: pl.DataFrame,
    trips: pl.DataFrame,
    groups: pl.DataFrame | None,
    rules: pl.DataFrame | None,
    rapport: RemarquesGtfs,
) -> pl.DataFrame:
    """The table ``a_la_demande`` of a feed."""
    zone = cells.select(pl.coalesce("location_group_id", "location_id", "stop_id")).to_series()
    if groups is not None:
        names = pl.coalesce("location_group_name", "location_group_id")
        zone = zone.replace(groups["location_group_id"], groups.select(names).to_series())
    rule = cells.select(pl.coalesce("pickup_booking_rule_id", "drop_off_booking_rule_id")).to_series()
    table = pl.DataFrame(
        {
            "_ligne": cells["_ligne"],
            "trip_id": cells["trip_id"],
            "course": find_row(cells["trip_id"], trips["id"]),
            "zone": zone,
            "debut_s": parse_time(cells[DEMANDE[0]]),
            "fin_s": parse_time(cells[DEMANDE[1]]),
            "preavis": explain_notice(rule, rules),
        }
    )
    lost = table.filter(pl.col("course").is_null())
    rapport.say_rows("foreign_key_violation", "stop_times.txt", lost, "trip_id")
    return table.drop_nulls("course").select("course", "zone", "debut_s", "fin_s", "preavis")


def explain_notice(rule: pl.Series, rules: pl.DataFrame | None) -> pl.Series:
    """How long before one must ask, in words, null where the feed does not say."""
    if rules is None or not rules.height:
        return pl.Series([None] * len(rule), dtype=pl.String)
    words = pl.Series([say_notice(row) for row in rules.iter_rows(named=True)], dtype=pl.String)
    return rule.replace_strict(rules["booking_rule_id"], words, default=None, return_dtype=pl.String)


def say_notice(row: dict[str, str | None]) -> str:
    """A booking rule in words.

    >>> say_notice({"booking_type": "2", "prior_notice_last_day": "1", "prior_notice_last_time": "17:00:00"})
    'au plus tard 1 jour avant, à 17:00'
    >>> say_notice({"booking_type": "1", "prior_notice_duration_min": "30"})
    'au moins 30 min avant'
    """
    match row["booking_type"]:
        case "0":
            return "sans préavis"
        case "1":
            return f"au moins {row['prior_notice_duration_min'] or '?'} min avant"
        case _:
            days = row["prior_notice_last_day"] or "?"
            jours = "jour" if days in {"0", "1"} else "jours"
            return f"au plus tard {days} {jours} avant, à {(row['prior_notice_last_time'] or '?')[:5]}"
