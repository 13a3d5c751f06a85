"""The days that stand for others: chosen by rule from the calendars, named in each figure that uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import EPOCH, HorlogeJour, list_dates
from maillage.catalogue.calendrier import list_feries, list_vacances
from maillage.catalogue.gtfs import list_typical_days
from maillage.francais import jour as write_day
from maillage.network.timetables.timetable import Calendar


@dataclass(frozen=True)
class JourType:
    """A typical day: ``jour`` and its ``courses`` (trips that run), null and 0 when no day suits.

    ``vacances_connues``: whether school holidays are known on that day; where they are not, it stands for a
    day in term.
    """

    id: str
    nom: str
    jour: date | None
    courses: int
    vacances_connues: bool

    def __str__(self) -> str:
        """How a figure names it.

        >>> print(JourType("mardi_scolaire", "mardi en période scolaire", date(2026, 1, 13), 512, True))
        mardi en période scolaire (13 janvier 2026)
        """
        if self.jour is None:
            return f"{self.nom} (aucun dans ces horaires)"
        doubt = "" if self.vacances_connues else ", vacances scolaires inconnues"
        return f"{self.nom} ({write_day(self.jour)}{doubt})"


def choose_days(transports: Transports, departement: str) -> dict[str, JourType]:
    """Every typical day, by id: of the days that suit, the one with the most trips, the first of equals."""
    running = count_trips(transports.horaires.calendar, transports.horaires.trips.service)
    days = [day for day in list_ordinary(transports, departement) if running[day] > 0]
    found = {}
    for key, (name, weekday, off) in list_typical_days().items():
        suits = [day for day in days if day.weekday() == weekday and suit(day, departement, off=off)]
        best = max(suits, key=lambda day: (running[day], -day.toordinal()), default=None)
        count, known = (0, True) if best is None else (running[best], is_off(best, departement) is not None)
        found[key] = JourType(key, name, best, count, known)
    return found


def suit(day: date, departement: str, *, off: bool) -> bool:
    """Whether a day is a school holiday, as asked; one of which that is unknown stands for a day in term."""
    return (is_off(day, departement) or False) == off


def count_trips(calendar: Calendar, service: NDArray[np.int32]) -> dict[date, int]:
    """Trips that run each day of the calendar."""
    count = np.bincount(service, minlength=len(calendar.active)) @ calendar.active
    return {EPOCH + timedelta(days=calendar.first_day + row): int(n) for row, n in enumerate(count)}


def list_ordinary(transports: Transports, departement: str) -> Iterator[date]:
    """The calendar's days but public holidays and those when the clock changes."""
    first, last = list_dates(transports)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        steady = HorlogeJour(day, transports.fuseaux[0]).read(0) == 0
        if steady and day not in list_feries(day.year, departement):
            yield day


def is_off(day: date, departement: str) -> bool | None:
    """Whether a day is a school holiday, null where unknown."""
    known = list_vacances(day.year, departement)
    return None if known is None else day in known
