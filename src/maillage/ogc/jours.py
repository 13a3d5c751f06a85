"""Days and instants, as an address and a filter write them (RFC 3339): each in its calendar, on its clock."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

JOUR: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT: Final = re.compile(
    r"(?P<jour>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<heure>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<seconde>(?:[0-5]\d|60)(?:\.\d{1,9})?))?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?",
    re.ASCII,
)


def read_day(text: str) -> str:
    """A day of the calendar, and nothing more.

    >>> read_day("2028-02-29")
    '2028-02-29'

    Raises:
        ValueError: it is written otherwise, or no calendar has it.
    """
    if JOUR.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


def read_instant(text: str) -> datetime:
    """A day or an instant of it, on the clock that wrote it: its day is the one it says.

    >>> read_instant("2026-01-31"), read_instant("2026-01-31T23:30:00-05:00")
    (datetime.datetime(2026, 1, 31, 0, 0), datetime.datetime(2026, 1, 31, 23, 30))

    Raises:
        ValueError: it is written otherwise, or no calendar or clock has it.
    """
    found = INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day = datetime.combine(date.fromisoformat(found["jour"]), time.min)
    hours, minutes = int(found["heure"] or 0), int(found["minute"] or 0)
    whole = timedelta(hours=hours, minutes=minutes, seconds=min(59.999999, float(found["seconde"] or 0)))
    return day + whole


def read_day_of(text: str) -> str:
    """The day of a day or of an instant.

    >>> read_day_of("2026-01-31T10:00:00Z")
    '2026-01-31'

    Raises:
        ValueError: as ``read_instant``.
    """
    return read_instant(text).date().isoformat()
