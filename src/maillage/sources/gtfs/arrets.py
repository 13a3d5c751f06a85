"""Stops, lines and trips of a feed: who they are, where, and what they refer to."""

from __future__ import annotations

import polars as pl

from maillage.sources.gtfs.champs import read_choice, read_degrees, read_integer
from maillage.sources.gtfs.rapport import RemarquesGtfs

NEAR_ORIGIN = 1.0  # degrees: no stop stands there, off the coast of Africa


def find_row(ids: pl.Series, known: pl.Series) -> pl.Series:
    """The row (int32) of each id among the ``known`` ones, the first where it is twice, null for none.

    >>> find_row(pl.Series(["b", "x", None]), pl.Series(["a", "b"])).to_list()
    [1, None, None]
    """
    rows = pl.Series(range(len(known)), dtype=pl.Int32)
    once = known.is_first_distinct()
    return ids.replace_strict(known.filter(once), rows.filter(once), default=None, return_dtype=pl.Int32)


def read_stops(cells: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """The table ``arrets`` of a feed."""
    where = place(cells, rapport)
    kind = read_choice(cells, "location_type", "stops.txt", rapport, 4)
    chair = read_choice(cells, "wheelchair_boarding", "stops.txt", rapport, 2)
    parent = find_row(cells["parent_station"], cells["stop_id"])
    lost = cells["parent_station"].is_not_null() & parent.is_null()
    rapport.say_rows("gare_inconnue", "stops.txt", cells.filter(lost), "parent_station")
    of_parent = chair.gather(parent.fill_null(0)).set(parent.is_null(), 0) if len(chair) else chair
    return pl.DataFrame(
        {
            "id": cells["stop_id"],
            "nom": cells["stop_name"],
            "lon": where["stop_lon"],
            "lat": where["stop_lat"],
            "genre": kind,
            "gare": parent,
            "quai": cells["platform_code"],
            "fauteuil": pl.select(pl.when(chair == 0).then(of_parent).otherwise(chair)).to_series(),
        }
    )


def place(cells: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """Longitude and latitude, both null where one is unknown or where they say 0;0."""
    lat = read_degrees(cells, "stop_lat", rapport, 90.0)
    lon = read_degrees(cells, "stop_lon", rapport, 180.0)
    origin = ((lat.abs() < NEAR_ORIGIN) & (lon.abs() < NEAR_ORIGIN)).fill_null(value=False)
    rapport.say_rows("point_near_origin", "stops.txt", cells.filter(origin), "stop_id")
    needed = cells["location_type"].fill_null("0").is_in(["0", "1", "2"])
    empty = (cells["stop_lat"].is_null() | cells["stop_lon"].is_null()) & needed
    rapport.say_rows("stop_without_location", "stops.txt", cells.filter(empty), "stop_id")
    unknown = lat.is_null() | lon.is_null() | origin
    return pl.DataFrame({"stop_lon": lon.set(unknown, None), "stop_lat": lat.set(unknown, None)})


def read_lines(cells: pl.DataFrame, agencies: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """The table ``lignes``; a line without an agency takes the only one there is."""
    only = agencies["agency_name"][0] if agencies.height == 1 else None
    owner = find_row(cells["agency_id"], agencies["agency_id"])
    names = agencies["agency_name"].gather(owner.drop_nulls())
    name = pl.Series([only] * cells.height, dtype=pl.String).scatter(owner.is_not_null().arg_true(), names)
    short, long = cells["route_short_name"], cells["route_long_name"]
    return pl.DataFrame(
        {
            "id": cells["route_id"],
            "nom": pl.select(pl.coalesce(short, long, cells["route_id"])).to_series(),
            "detail": long.set(short.is_null(), None),
            "genre": read_integer(cells, "route_type", "routes.txt", rapport, 0, 2000),
            "reseau": name,
        }
    )


def read_trips(
    cells: pl.DataFrame, lines: pl.DataFrame, services: tuple[str, ...], rapport: RemarquesGtfs
) -> pl.DataFrame:
    """Trips that refer to a known line and a known service; with their ``bloc`` and ``_ligne``."""
    line = find_row(cells["route_id"], lines["id"])
    service = find_row(cells["service_id"], pl.Series(services, dtype=pl.String))
    for found, colonne in ((line, "route_id"), (service, "service_id")):
        lost = cells.filter(found.is_null())
        rapport.say_rows("foreign_key_violation", "trips.txt", lost, colonne)
    trips = pl.DataFrame(
        {
            "_ligne": cells["_ligne"],
            "id": cells["trip_id"],
            "ligne": line,
            "service": service,
            "direction": cells["trip_headsign"],
            "fauteuil": read_choice(cells, "wheelchair_accessible", "trips.txt", rapport, 2),
            "bloc": cells["block_id"],
        }
    )
    return trips.filter(pl.col("ligne").is_not_null() & pl.col("service").is_not_null())
