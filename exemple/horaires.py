"""Simulated timetables: which days each kind of line runs, when its vehicles leave, how long they take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from exemple.lignes import Arrets, Ligne
from maillage.catalogue.calendrier import list_feries, list_vacances

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
DETOUR = 1.25
KMH = {"train": 75, "car": 45, "ville": 20, "bourg": 32, "village": 38}
DWELL_MIN = {"train": 1}

# service → (first departure, last departure, every), in minutes, in each direction: from the town, towards it
Span = tuple[int, int, int]
PATTERNS: dict[str, dict[str, tuple[list[Span], list[Span]]]] = {
    "train": {
        "semaine": ([(330, 1260, 60), (420, 510, 60), (1020, 1140, 60)],) * 2,
        "samedi": ([(390, 1230, 120)],) * 2,
        "dimanche": ([(540, 1260, 180)],) * 2,
    },
    "car": {
        "semaine": ([(390, 1170, 60)],) * 2,
        "scolaire": ([(440, 440, 60), (1035, 1035, 60)],) * 2,
        "samedi": ([(480, 1080, 120)],) * 2,
    },
    "ville": {
        "semaine": ([(360, 1220, 20)],) * 2,
        "samedi": ([(420, 1200, 30)],) * 2,
        "dimanche": ([(540, 1140, 60)],) * 2,
    },
    "bourg": {
        "semaine": ([(420, 1140, 90)], [(390, 1110, 90)]),
        "scolaire": ([(980, 1040, 60)], [(420, 450, 30)]),
        "samedi": ([(555, 1095, 180)], [(510, 1050, 180)]),
    },
    "village": {
        "semaine": ([(735, 735, 60), (1055, 1115, 60)], [(515, 515, 60), (810, 810, 60)]),
        "scolaire": ([(980, 980, 60)], [(420, 420, 60)]),
    },
}
MARKET_DAY = ([(730, 730, 60)], [(545, 545, 60)])  # Saturday of one rural line in three
SHIFT_MIN = 5


@dataclass(frozen=True)
class Course:
    """Departures of one way of a line on the days of ``service``; ``spans`` in minutes of the day."""

    service: str
    sens: int
    spans: tuple[Span, ...]


def draw_departures(ligne: Ligne, rng: np.random.Generator) -> list[Course]:
    """The line's own hours: those of its kind, moved by minutes; one rural line in three runs on Saturday."""
    pattern = dict(PATTERNS[ligne.genre])
    if ligne.genre == "village" and rng.random() < 1 / 3:
        pattern["samedi"] = MARKET_DAY
    shift = SHIFT_MIN * int(rng.integers(-2, 3))
    return [
        Course(service, sens, tuple((a + shift, b + shift, every) for a, b, every in spans))
        for service, ways in pattern.items()
        for sens, spans in enumerate(ways)
    ]


def ride(arrets: Arrets, way: list[int], genre: str) -> NDArray[np.int64]:
    """Minutes from the first departure to each (arrival, departure), int64[stops, 2]."""
    metres = np.hypot(*np.diff(arrets.points_m[way], axis=0).T)
    minutes = np.maximum(np.rint(metres * DETOUR / KMH[genre] * 60 / 1000).astype(np.int64), 1)
    dwell = DWELL_MIN.get(genre, 0)
    arrival = np.concatenate([[0], np.cumsum(minutes + dwell) - dwell])
    departure = arrival + dwell
    departure[0], departure[-1] = 0, arrival[-1]
    return np.column_stack([arrival, departure])


def list_exceptions() -> list[tuple[str, str, int]]:
    """(service, day, 1 added or 2 removed): what weekdays alone do not say."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    years = range(FIRST.year, LAST.year + 1)
    feries = {day for year in years for day in list_feries(year, "59")}
    off = {day for year in years for day in list_vacances(year, "59") or ()}
    rows = []
    for day in days:
        week = day.weekday() < 5
        if week and (day in off or day in feries):
            rows.append(("scolaire", day, 2))
        if day in feries and day.weekday() < 6:
            rows.append(("semaine" if week else "samedi", day, 2))
            rows.append(("dimanche", day, 1))
    return [(service, f"{day:%Y%m%d}", kind) for service, day, kind in rows]
