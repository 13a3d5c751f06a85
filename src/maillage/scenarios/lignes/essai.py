"""Timetables with edited lines: the arrays and tables of an atlas's own, edit by edit, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.transports.a_pied import duration, on_sphere, read_walk
from maillage.atlas.transports.dossier import Transports
from maillage.network.timetables import edits
from maillage.network.timetables.timetable import Timetable
from maillage.scenarios.lignes.modifications import JOURS, Jour, list_weekdays, read_hour

Rows = NDArray[np.int64]
Window = tuple[int, int]
THURSDAY = 3  # the first day of 1970


@dataclass(frozen=True)
class TransportsEssayes(Transports):
    """Timetables in memory: those of a folder, edited.

    ``touches``: the stops that an edited line serves or served.
    """

    essai: Timetable = field(kw_only=True)
    essayees: Mapping[str, pl.DataFrame] = field(kw_only=True)
    touches: frozenset[int] = frozenset()

    @classmethod
    def of(cls, base: Transports) -> TransportsEssayes:
        """Nothing edited yet."""
        known = {name: base.table(name) for name in ("lignes", "courses")} | {"arrets": base.arrets}
        own = (base.dossier, base.manifest, base.fuseaux, base.services, base.a_pied)
        return cls(*own, essai=base.horaires, essayees=known)

    @property
    def horaires(self) -> Timetable:
        """The edited arrays."""
        return self.essai

    @property
    def arrets(self) -> pl.DataFrame:
        """The stops, new ones last."""
        return self.essayees["arrets"]

    def table(self, name: str) -> pl.DataFrame:
        """An edited table, else that of the folder."""
        return self.essayees[name] if name in self.essayees else super().table(name)

    @cached_property
    def weekday(self) -> NDArray[np.int64]:
        """The day of the week of each day of the calendar, Monday being 0."""
        calendar = self.essai.calendar
        return (calendar.first_day + THURSDAY + np.arange(calendar.active.shape[1])) % 7

    def on(self, jours: Sequence[Jour]) -> NDArray[np.bool_]:
        """Which days of the calendar are such days of the week."""
        return np.isin(self.weekday, list_weekdays(jours))

    def list_line(self, line: int, window: Window | None = None, jours: Sequence[Jour] = JOURS) -> Rows:
        """The trips of a line that leave in a window (≤ both) on some such day."""
        leaves = edits.leaves_s(self.essai)
        first, last = window or (-1, 2**30)
        own = (self.essai.trips.line == line) & (leaves >= max(first, 0)) & (leaves <= last)
        runs: NDArray[np.bool_] = np.any(self.essai.calendar.active & self.on(jours), axis=1)
        return np.flatnonzero(own & runs[self.essai.trips.service])

    def follow(self, trip: int) -> tuple[int, ...]:
        """The stops of a trip, in order."""
        first = self.essai.trips.first
        return tuple(self.essai.stop_times.stop[first[trip] : first[trip + 1]].tolist())

    def split_ways(self, trips: Rows) -> list[Rows]:
        """Trips by direction: where they are said to go, else their last stop."""
        said = self.table("courses")["direction"]
        keys: dict[str, list[int]] = {}
        for trip in trips.tolist():
            keys.setdefault(str(said[trip] or self.follow(trip)[-1]), []).append(trip)
        return [np.array(own, np.int64) for own in keys.values()]

    def pick_model(self, trips: Rows) -> int:
        """The first trip of the commonest way, the first met among equals."""
        ways: dict[tuple[int, ...], list[int]] = {}
        for trip in trips.tolist():
            ways.setdefault(self.follow(trip), []).append(trip)
        return max(ways.values(), key=len)[0]

    def edited(
        self, essai: Timetable, stops: Sequence[int] = (), **tables: pl.DataFrame
    ) -> TransportsEssayes:
        """The same, with other arrays and tables."""
        more = self.touches | frozenset(stops)
        return replace(self, essai=essai, essayees={**self.essayees, **tables}, touches=more)

    def touch(self, trips: Rows) -> set[int]:
        """The stops of some trips."""
        rows = edits.list_passages(self.essai.trips, trips)
        return set(self.essai.stop_times.stop[rows].tolist())

    def copy(
        self, source: Rows, by_s: Rows, running: Callable[[NDArray[np.bool_]], NDArray[np.bool_]]
    ) -> TransportsEssayes:
        """One more trip for each row, on days drawn from those of its source."""
        timetable, service = edits.derive_services(self.essai, source, running)
        courses = copy_rows(self.table("courses"), source, service)
        done = edits.copy_trips(timetable, source, by_s, service)
        return self.edited(done, sorted(self.touch(source)), courses=courses)

    def without(self, trips: Rows, days: NDArray[np.bool_]) -> TransportsEssayes:
        """These trips no longer run on ``days``."""
        done = edits.run_on(self.essai, trips, lambda own: own & ~days)
        return self.edited(done, sorted(self.touch(trips)))

    def add_stops(self, stops: Sequence[tuple[str, float, float]]) -> tuple[TransportsEssayes, Rows]:
        """New stops (name, lon, lat) and their numbers."""
        table = self.arrets
        names, lon, lat = ([stop[k] for stop in stops] for k in range(3))
        ids = [f"essai:{table.height + rank}" for rank in range(len(stops))]
        more = pl.DataFrame({"id": ids, "origine": ids, "nom": names, "lon": lon, "lat": lat}).with_columns(
            genre=pl.lit(0), fauteuil=pl.lit(0)
        )
        both = pl.concat([table, conform(more, table)])
        numbers = np.arange(table.height, both.height)
        return self.edited(edits.add_stops(self.essai, len(stops)), arrets=both), numbers

    def add_line(self, nom: str) -> tuple[TransportsEssayes, int]:
        """A new line and its number."""
        table = self.table("lignes")
        row = conform(pl.DataFrame({"id": [nom], "nom": [nom]}), table)
        return self.edited(self.essai, lignes=pl.concat([table, row])), table.height

    def add_runs(self, line: int, runs: Sequence[edits.Run], jours: Sequence[Jour]) -> TransportsEssayes:
        """Trips of a line on such days of the week, wherever the calendar has anything run."""
        calendar = self.essai.calendar
        days = self.on(jours) & self.open_days
        more = replace(
            calendar,
            active=np.concatenate([calendar.active, days[None]]),
            clock=np.concatenate([calendar.clock, np.zeros(1, np.int32)]),
        )
        service = np.full(len(runs), len(calendar.active), np.int32)
        done = edits.add_runs(replace(self.essai, calendar=more), runs, line, service)
        new = pl.DataFrame({"ligne": np.full(len(runs), line), "service": service, "id": [""] * len(runs)})
        courses = pl.concat([self.table("courses"), conform(new, self.table("courses"))])
        served = sorted({int(stop) for run in runs for stop in run.stop})
        return self.edited(done, served, courses=courses)

    @property
    def open_days(self) -> NDArray[np.bool_]:
        """The days from the first to the last on which something runs."""
        runs = np.flatnonzero(self.essai.calendar.active.any(axis=0))
        days = np.zeros(self.essai.calendar.active.shape[1], bool)
        if len(runs):
            days[runs[0] : runs[-1] + 1] = True
        return days


def copy_rows(courses: pl.DataFrame, source: Rows, service: NDArray[np.int32]) -> pl.DataFrame:
    """The trips' table with copies of some of its rows."""
    copied = courses[source].with_columns(
        service=pl.Series(service, dtype=courses.schema["service"]),
        avant=pl.lit(None, courses.schema["avant"]),
    )
    return pl.concat([courses, copied])


def conform(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Rows with the columns of a table, null where they say nothing."""
    missing = [
        pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in rows.columns
    ]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())


def only(days: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.bool_]]:
    """These days, whatever those of the source."""
    return lambda own: np.broadcast_to(days, own.shape)


def shift_week(
    active: NDArray[np.bool_], weekday: Rows, comme: Jour, jours: Sequence[Jour]
) -> NDArray[np.bool_]:
    """On each of ``jours``, what is so on the day ``comme`` of the same week (Monday to Sunday).

    >>> week = np.arange(7)
    >>> shift_week(np.array([[False, True, False, False, False, False, False]]), week, "mardi", ["samedi"])
    array([[False, False, False, False, False,  True, False]])
    """
    model = JOURS.index(comme)
    days = np.arange(active.shape[1])
    there = days - weekday + model
    known = np.isin(weekday, list_weekdays(jours)) & (there >= 0) & (there < active.shape[1])
    return np.where(known, active[:, np.clip(there, 0, active.shape[1] - 1)], False)  # noqa: FBT003


def list_departures(de: str, a: str, every_min: int) -> list[int]:
    """Seconds of regular departures from ``de`` to ``a`` (≤).

    >>> [s // 60 for s in list_departures("07:00", "08:00", 30)]
    [420, 450, 480]
    """
    return list(range(read_hour(de), read_hour(a) + 1, every_min * 60))


def ride_straight(arrets: pl.DataFrame, one: int, other: int, kmh: float) -> int:
    """Seconds by road between two stops, a straight line lengthened as walks are."""
    walked = duration(np.linalg.norm(on_sphere(arrets[[one]]) - on_sphere(arrets[[other]]), axis=1))
    return round(float(walked[0]) * read_walk()[0] * 3.6 / kmh)


def repeat_run(stops: Sequence[int], minutes: Sequence[int], starts: Sequence[int]) -> Iterator[edits.Run]:
    """The same way at each start."""
    for start in starts:
        when = (start + 60 * np.array(minutes)).astype(np.int32)
        yield edits.Run(np.array(stops, np.int32), when, when)
