"""Who else answers a timetable: nigiri (pynigiri), one to one; a connection scan as in a book.

nigiri is given the same question: stops far apart under names of their own (it joins those that look alike),
changes at one stop in no time, the services of the day and of its eve.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.timetables.connections import Connections
from maillage.network.timetables.timetable import NEVER_S

DAY_MIN = 24 * 60  # the longest journey that nigiri looks for
FAR_DEG = 0.5
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def find_nigiri() -> Any:
    """The library, null when it is not installed."""
    try:
        import pynigiri  # noqa: PLC0415 - an opponent, not a need
    except ImportError:
        return None
    return pynigiri


def part_stops(feed: Path, out: Path) -> list[str]:
    """Write the feed, in a folder, with stops that nothing joins and changes in no time; their ids."""
    with zipfile.ZipFile(feed) as archive:
        archive.extractall(out)
    ids = [row["stop_id"] for row in read_rows(out / "stops.txt")]
    write_rows(out / "stops.txt", "stop_id,stop_name,stop_lat,stop_lon", map(place, enumerate(ids)))
    changes = ((name, name, 2, 0) for name in ids)
    write_rows(out / "transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time", changes)
    return ids


def clip(folder: Path, original: Path, day: date) -> None:
    """Keep, of the calendars, the day and its eve: what the question counts."""
    first, last = ((day - timedelta(days=back)).strftime("%Y%m%d") for back in (1, 0))
    with zipfile.ZipFile(original) as archive:
        for name in {"calendar.txt", "calendar_dates.txt"} & set(archive.namelist()):
            archive.extract(name, folder)
            rows = read_rows(folder / name)
            if name == "calendar_dates.txt":
                rows = [row for row in rows if first <= row["date"] <= last]
            else:
                rows = [shorten(row, first, last) for row in rows]
            write_rows(folder / name, ",".join(rows[0] if rows else ()), (row.values() for row in rows))


def shorten(row: dict[str, str], first: str, last: str) -> dict[str, str]:
    """A row of calendar.txt within two days; outside, its service runs on none."""
    start, end = max(row["start_date"], first), min(row["end_date"], last)
    if start > end:
        return row | dict.fromkeys(WEEK, "0") | {"start_date": first, "end_date": last}
    return row | {"start_date": start, "end_date": end}


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def place(numbered: tuple[int, str]) -> tuple[object, ...]:
    """A stop on a grid, far from the others."""
    rank, name = numbered
    return name, f"N{rank}", rank % 170 * FAR_DEG - 42, rank // 170 * FAR_DEG + 5


def write_rows(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    """A CSV table; without a header, no file."""
    if not header:
        path.unlink()
        return
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(header + "\n")
        csv.writer(stream).writerows(rows)


class Nigiri:
    """nigiri on one day of a feed written by :func:`part_stops` and :func:`clip`."""

    def __init__(self, feed: Path, ids: list[str], day: date, zone: str = "Europe/Paris") -> None:
        self.lib = find_nigiri()
        config, options = self.lib.LoaderConfig(), self.lib.FinalizeOptions()
        config.link_stop_distance = 0
        options.adjust_footpaths = options.merge_dupes_intra_src = False
        source = self.lib.TimetableSource("x", str(feed), config)
        span = (day - timedelta(days=1)).isoformat(), (day + timedelta(days=3)).isoformat()
        self.timetable = self.lib.load_timetable([source], *span, options)
        self.location = [self.timetable.find_location(name) for name in ids]
        self.midnight_min = int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp()) // 60

    def arrive(self, source: int, target: int, minute: int) -> int | None:
        """Earliest arrival in minutes since midnight, null for none within 24 hours."""
        query = self.lib.Query()
        query.start_time = self.midnight_min + minute
        query.start = [self.lib.Offset(self.location[source], 0, 0)]
        query.destination = [self.lib.Offset(self.location[target], 0, 0)]
        query.max_travel_time = DAY_MIN
        found = [
            journey.arrival_time() - self.midnight_min for journey in self.lib.route(self.timetable, query)
        ]
        return min(found, default=None)


def scan_plainly(
    day: Connections, n_stops: int, source: int, start_s: int, *, once: bool
) -> NDArray[np.int64]:
    """Earliest arrivals by the scan of the books; not ``once``: again until nothing changes, hence exact."""
    arrival_s = np.full(n_stops, int(NEVER_S))
    arrival_s[source] = start_s
    first = int(np.searchsorted(day.departure_s, start_s))
    hops = (day.departure_s, day.arrival_s, day.tail, day.head, day.run, day.boards, day.alights)
    while _pass(first, hops, np.full(day.n_runs, len(day)), arrival_s) and not once:
        pass
    return arrival_s


@njit(cache=True)
def _pass(first, hops, boarded, arrival_s):  # type: ignore[no-untyped-def]
    departure_s, reach_s, tail, head, run, boards, alights = hops
    better = False
    for c in range(first, len(run)):
        if boarded[run[c]] > c and boards[c] and arrival_s[tail[c]] <= departure_s[c]:
            boarded[run[c]] = c
        if boarded[run[c]] <= c and alights[c] and reach_s[c] < arrival_s[head[c]]:
            arrival_s[head[c]] = reach_s[c]
            better = True
    return better
