"""Opening hours of the sources: OSM's opening_hours, checked; what France services publish, turned into it.

France services write a cell a day: "09:00 - 12:00 / 13:30 - 17:00".
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from maillage.horaires.regles import HoraireIllisible
from maillage.horaires.semaine import is_readable
from maillage.sources import controle as ctl

JOURS = {
    "h_lundi": "Mo",
    "h_mardi": "Tu",
    "h_mercredi": "We",
    "h_jeudi": "Th",
    "h_vendredi": "Fr",
    "h_samedi": "Sa",
    "h_dimanche": "Su",
}
PLAGE = re.compile(r"^(\d{1,2})[:hH](\d{2})\s*[-–]\s*(\d{1,2})[:hH](\d{2})$")
MINUIT_MIN = 24 * 60


INCONNU: Final = "unknown"
"""A day of which nothing is known, neither closed nor open."""


def clear_unreadable(controle: ctl.Controle, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` (``id``, ``horaires``, ``_ligne`` if any) with unreadable hours null, a warning for each."""
    texts = frame["horaires"].drop_nulls().unique()
    unreadable = pl.col("horaires").is_in([text for text in texts if not is_readable(text)])
    told = frame.filter(unreadable).with_columns(horaires=pl.format("« {} » ({})", "horaires", "id"))
    if "_ligne" not in told.columns:
        told = told.with_columns(_ligne=pl.lit(None, pl.Int64))
    controle.add_rows(told, "horaires", "horaires illisibles {}, laissés inconnus", fatal=False)
    return frame.with_columns(pl.when(~unreadable).then("horaires"))


def parse_range(text: str) -> tuple[int, int] | None:
    """One range in minutes after midnight; the empty range 00:00 - 00:00 is null.

    >>> parse_range("09:00 - 12:30")
    (540, 750)
    """
    match = PLAGE.match(text.strip())
    if not match:
        raise HoraireIllisible(text)
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or end > MINUIT_MIN or (end <= start and end > 0):
        raise HoraireIllisible(text)
    return None if start == end == 0 else (start, end or MINUIT_MIN)


def merge_ranges(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of ranges, sorted; touching ranges join.

    >>> merge_ranges([(540, 660), (660, 720), (600, 700), (800, 900)])
    [(540, 720), (800, 900)]
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def convert_day(text: str | None) -> str | None:
    """One day's cell to OSM ranges; null when closed or empty.

    >>> convert_day("09:00 - 11:00 / 11:00 - 12:00 / 13:30 - 17:00")
    '09:00-12:00,13:30-17:00'
    """
    if not text:
        return None
    ranges = [found for part in re.split(r"[/;,]", text) if part.strip() and (found := parse_range(part))]
    return ",".join(f"{write_time(a)}-{write_time(b)}" for a, b in merge_ranges(ranges)) or None


def write_time(minutes: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def convert_week(days: dict[str, str | None]) -> str | None:
    """OSM ranges by column (h_lundi …) to one rule set, equal consecutive days joined; null if all are.

    >>> convert_week({"h_lundi": "09:00-12:00", "h_mardi": "09:00-12:00", "h_jeudi": "14:00-17:00"})
    'Mo-Tu 09:00-12:00; Th 14:00-17:00'
    >>> convert_week({"h_lundi": "09:00-12:00", "h_mardi": INCONNU})
    'Mo 09:00-12:00; Tu unknown'
    """
    groups: list[tuple[list[str], str]] = []
    previous = None
    for column, day in JOURS.items():
        ranges = days.get(column)
        if ranges and groups and previous == ranges:
            groups[-1][0].append(day)
        elif ranges:
            groups.append(([day], ranges))
        previous = ranges
    return "; ".join(f"{write_days(names)} {ranges}" for names, ranges in groups) or None


def write_days(names: list[str]) -> str:
    """``Mo`` or ``Mo-Fr``."""
    return names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
