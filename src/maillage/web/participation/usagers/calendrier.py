"""The meetings of a comité d'usagers as an iCalendar (RFC 5545), public as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from maillage.web.gouvernance.calendrier import DUREE, PARIS
from maillage.web.participation.models import ComiteUsagers, ReunionUsagers


def write(comite: ComiteUsagers, reunions: Iterable[ReunionUsagers], base: str) -> bytes:
    """The calendar; ``base``: scheme and host of the pages it leads to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Participation//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", str(comite))
    for row in reunions:
        calendar.add_component(_write_one(comite, row, base))
    return bytes(calendar.to_ical())


def _write_one(comite: ComiteUsagers, row: ReunionUsagers, base: str) -> Event:
    event = Event()
    event.add("uid", f"{row.cle}@maillage")
    event.add("dtstamp", row.modifie_le)
    event.add("sequence", row.version - 1)
    event.add("summary", str(comite))
    event.add("status", "CANCELLED" if row.annulee else "CONFIRMED")
    event.add("url", base + row.get_absolute_url())
    if row.lieu:
        event.add("location", row.lieu)
    for name, value in _read_times(row).items():
        event.add(name, value)
    return event


def _read_times(row: ReunionUsagers) -> dict[str, Any]:
    """A whole day without an hour, else what a meeting lasts from it."""
    if row.heure is None:
        return {"dtstart": row.jour, "dtend": row.jour + timedelta(days=1)}
    start = datetime.combine(row.jour, row.heure, PARIS)
    return {"dtstart": start, "dtend": start + DUREE}
