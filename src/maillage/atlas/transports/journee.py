"""One day of timetables: its clock, its connections, the changes allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from maillage.atlas.transports.changements import Correspondances, list_changes
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.fauteuil import forbid_steps, keep_accessible, leave_steps
from maillage.atlas.transports.particulieres import make_rules, split_particular
from maillage.network.timetables.connections import Connections, open_day
from maillage.network.timetables.rules import ChangeRules, apply_rules
from maillage.network.timetables.timetable import Changes
from maillage.sources.gtfs.calendriers import list_starts

EPOCH = date(1970, 1, 1)
NOON_S = 12 * 3600
DAY_S = 24 * 3600


@dataclass(frozen=True)
class HorlogeJour:
    """The clock of a day. A service day counts from noon less twelve hours; people read a clock on a wall.

    They differ by an hour before noon on the two Sundays when the clock changes, and nowhere else.
    """

    jour: date
    fuseau: str

    @cached_property
    def debut_s(self) -> int:
        """The service day's zero, seconds since 1970 (UTC)."""
        return int(list_starts(self.fuseau, (self.jour - EPOCH).days, 1)[0])

    def read(self, clock_s: int) -> int:
        """Seconds of the service day at an hour of the wall clock; past midnight, hours go on (25:30).

        At an hour that comes twice, the first; at one that does not exist, an hour later.

        >>> spring = HorlogeJour(date(2026, 3, 29), "Europe/Paris")
        >>> spring.read(0), spring.read(8 * 3600) // 3600, spring.read(25 * 3600) // 3600
        (3600, 8, 25)
        """
        if clock_s >= NOON_S:
            return clock_s
        wall = datetime.combine(self.jour, time(), ZoneInfo(self.fuseau))
        moment = wall.replace(hour=clock_s // 3600, minute=clock_s // 60 % 60, second=clock_s % 60)
        return int(moment.timestamp()) - self.debut_s

    def tell(self, service_s: int) -> int:
        """The hour of the wall clock, in seconds, at a moment of the service day.

        >>> autumn = HorlogeJour(date(2025, 10, 26), "Europe/Paris")
        >>> [autumn.tell(hour * 3600) // 3600 for hour in (0, 1, 2, 3)]
        [1, 2, 2, 3]
        """
        if service_s >= NOON_S:
            return service_s
        wall = datetime.fromtimestamp(self.debut_s + service_s, ZoneInfo(self.fuseau))
        past = (wall.date() - self.jour).days * DAY_S
        return past + wall.hour * 3600 + wall.minute * 60 + wall.second


@dataclass(frozen=True)
class Journee:
    """A day to ask: its clock, its connections, the changes; ``correspondances`` tells how walks are known.

    Rows of ``connexions`` and ``changements`` are stops, those that rules tell apart being several.
    """

    horloge: HorlogeJour
    connexions: Connections
    changements: Changes
    correspondances: Correspondances


def open_journee(transports: Transports, jour: date, marche_min: float | None = None) -> Journee:
    """The connections of ``jour`` and its eve's after midnight; none outside the calendar.

    Without ``marche_min``, one changes at the same stop only, in no time, and transfers.txt does not count.
    With it, walks of at most so many minutes join stops, the feed's transfers apply, those of a line or a
    trip to it alone, and one may stay seated in a vehicle that goes on as another trip.
    """
    timetable = keep_accessible(transports)
    day = (jour - EPOCH).days - timetable.calendar.first_day
    clock = HorlogeJour(jour, transports.fuseaux[0])
    if marche_min is None:
        none = Correspondances.none(timetable.n_stops)
        return Journee(clock, open_day(timetable, day), none.changements, none)
    known, rules = list_transfers(transports, marche_min)
    changes = known.changements
    if rules is not None:
        timetable, changes = apply_rules(timetable, changes, rules)
    return Journee(clock, open_day(timetable, day, seated=True), changes, known)


def list_transfers(transports: Transports, marche_min: float) -> tuple[Correspondances, ChangeRules | None]:
    """The changes of these timetables, the same every day, and the rules of those for some lines or trips.

    Walks are of at most ``marche_min`` minutes; null without such rules.
    """
    stops, a_pied = transports.arrets, transports.a_pied
    general, particular = split_particular(transports.table("correspondances"))
    known = list_changes(stops, general, marche_min * 60, a_pied)
    known = known if transports.fauteuil is None else leave_steps(transports, known)
    if not particular.height:
        return known, None
    rules, own = make_rules(stops, particular, known, a_pied)
    rules = rules if transports.fauteuil is None else forbid_steps(transports, rules)
    return replace(known, marches=known.marches | own), rules


def list_dates(transports: Transports) -> tuple[date, date]:
    """The first and the last day on which something runs."""
    calendar = transports.horaires.calendar
    days = np.flatnonzero(calendar.active.any(axis=0))
    first, last = (int(days[0]), int(days[-1])) if len(days) else (0, 0)
    return tuple(EPOCH + timedelta(days=calendar.first_day + day) for day in (first, last))  # type: ignore[return-value]
