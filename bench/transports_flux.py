"""Synthetic timetable feeds, stated and seeded, of any size: towns of stops, lines, trips all day.

Stops gather around towns; a line visits stops of its town and of a neighbour, near ones after one another;
its trips leave all day, more at peak hours, and take up to four minutes a stop. A tenth of the hops take no
minute.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

SEED = 2026
STOPS_A_LINE = 25
TRIPS_A_LINE = 50  # one way
SERVICES = {
    "tous": "1,1,1,1,1,1,1",
    "semaine": "1,1,1,1,1,0,0",
    "samedi": "0,0,0,0,0,1,0",
    "dimanche": "0,0,0,0,0,0,1",
}
CALENDAR = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
DATES = "20260101,20261231"


def make_feed(
    path: Path, n_stops: int, n_trips: int, shares: tuple[float, ...] = (0.1, 0.6, 0.2, 0.1), seed: int = SEED
) -> Path:
    """Write a feed of so many stops and trips; ``shares`` of the trips for each of ``SERVICES``."""
    rng = np.random.default_rng(seed)
    lon, lat, town = scatter(n_stops, rng)
    n_lines = -(-n_trips // (2 * TRIPS_A_LINE))
    routes = draw_routes(n_lines, lon, lat, town, rng)
    line = np.arange(n_trips) // (2 * TRIPS_A_LINE)
    back = np.arange(n_trips) // TRIPS_A_LINE % 2 == 1
    stop = np.where(back[:, None], routes[line, ::-1], routes[line])
    hop_min = rng.choice(5, (n_trips, STOPS_A_LINE), p=(0.1, 0.35, 0.3, 0.15, 0.1))
    minute = draw_departures(n_trips, rng)[:, None] + np.cumsum(hop_min, axis=1)
    service = rng.choice(list(SERVICES), n_trips, p=shares)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        write_small(archive, lon, lat, n_lines)
        trips = pl.DataFrame({"route_id": line, "service_id": service, "trip_id": np.arange(n_trips)})
        archive.writestr(
            "trips.txt", trips.with_columns(pl.format("T{}", "trip_id").alias("trip_id")).write_csv()
        )
        archive.writestr("stop_times.txt", write_times(stop.ravel(), minute.ravel()))
    return path


def scatter(
    n_stops: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Stops around towns of sizes that follow a power law: longitude, latitude, town."""
    n_towns = max(n_stops // 60, 2)
    size = 1 / np.arange(1, n_towns + 1) ** 0.7
    town = rng.choice(n_towns, n_stops, p=size / size.sum())
    centre = rng.uniform((2.0, 49.0), (4.2, 51.0), (n_towns, 2))
    place = centre[town] + rng.normal(0, 0.03, (n_stops, 2))
    return place[:, 0], place[:, 1], town


def draw_routes(
    n_lines: int,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    town: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Stops of each line, int64[lines, STOPS_A_LINE]: of two towns, in the order of a direction."""
    n_towns = int(town.max()) + 1
    members = [np.flatnonzero(town == t) for t in range(n_towns)]
    big = [t for t in range(n_towns) if len(members[t]) >= STOPS_A_LINE]
    routes = np.empty((n_lines, STOPS_A_LINE), np.int64)
    for line in range(n_lines):
        two = np.concatenate([members[t] for t in rng.choice(big, 2, replace=False)])
        chosen = rng.choice(two, STOPS_A_LINE, replace=False)
        angle = rng.uniform(0, 2 * np.pi)
        routes[line] = chosen[np.argsort(lon[chosen] * np.cos(angle) + lat[chosen] * np.sin(angle))]
    return routes


def draw_departures(n_trips: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Minutes of departure: all day from 5 to 24, a third around 8 and 17 o'clock."""
    all_day = rng.integers(5 * 60, 24 * 60, n_trips)
    peak = rng.normal(rng.choice((8 * 60, 17 * 60), n_trips), 45).astype(np.int64)
    return np.where(rng.random(n_trips) < 1 / 3, peak, all_day)


def write_small(
    archive: zipfile.ZipFile, lon: NDArray[np.float64], lat: NDArray[np.float64], n_lines: int
) -> None:
    """Agency, stops, routes and calendar."""
    archive.writestr(
        "agency.txt",
        "agency_id,agency_name,agency_url,agency_timezone\nR,Essai,https://exemple.fr,Europe/Paris\n",
    )
    stops = pl.DataFrame({"stop_id": [f"S{i}" for i in range(len(lon))], "stop_lat": lat, "stop_lon": lon})
    archive.writestr("stops.txt", stops.with_columns(stop_name="stop_id").write_csv())
    routes = pl.DataFrame({"route_id": range(n_lines), "agency_id": "R", "route_type": 3})
    archive.writestr("routes.txt", routes.with_columns(route_short_name="route_id").write_csv())
    archive.writestr(
        "calendar.txt", CALENDAR + "".join(f"{name},{week},{DATES}\n" for name, week in SERVICES.items())
    )


def write_times(stop: NDArray[np.int64], minute: NDArray[np.int64]) -> str:
    """stop_times.txt."""
    row = np.arange(len(stop))
    hour, rest = (pl.Series(part).cast(pl.String).str.zfill(2) for part in (minute // 60, minute % 60))
    clock = hour + ":" + rest + ":00"
    table = pl.DataFrame({"trip": row // STOPS_A_LINE, "stop": stop, "stop_sequence": row % STOPS_A_LINE})
    named = table.select(
        trip_id=pl.format("T{}", "trip"),
        arrival_time=clock,
        departure_time=clock,
        stop_id=pl.format("S{}", "stop"),
        stop_sequence="stop_sequence",
    )
    return named.write_csv()
