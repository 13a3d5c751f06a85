"""Training sessions as an iCalendar (RFC 5545), open to all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from maillage.web.annuaire.ambassadeurs.models import SeanceFormation

PARIS: Final = ZoneInfo("Europe/Paris")


def write(seances: Iterable[SeanceFormation], page: str) -> bytes:
    """The calendar of these sessions; ``page``: address of the page that lists them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Formations//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Formations à l’accueil")
    for seance in seances:
        calendar.add_component(_write_one(seance, page))
    return bytes(calendar.to_ical())


def _write_one(seance: SeanceFormation, page: str) -> Event:
    event = Event()
    event.add("uid", f"formation-{seance.pk}@maillage")
    event.add("dtstamp", seance.annoncee_le)
    event.add("sequence", 1 if seance.annulee_le else 0)
    event.add("summary", seance.titre)
    event.add("location", seance.lieu)
    event.add("description", f"Pour : {seance.public}. Organisée par : {seance.organisation}.")
    event.add("url", page)
    event.add("status", "CANCELLED" if seance.annulee_le else "CONFIRMED")
    if seance.debut is None:
        event.add("dtstart", seance.jour)
        event.add("dtend", seance.jour + timedelta(days=1))
    else:
        event.add("dtstart", datetime.combine(seance.jour, seance.debut, PARIS))
        if seance.fin is not None:
            event.add("dtend", datetime.combine(seance.jour, seance.fin, PARIS))
    return event
