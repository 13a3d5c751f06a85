"""The events of an élaboration as an iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.elaboration.modele import EtatEvenement
from maillage.web.elaboration.models import Elaboration, Evenement

PARIS: Final = ZoneInfo("Europe/Paris")
DUREE: Final = timedelta(hours=read_toml("delais_gouvernance.toml")["duree_seance"]["heures"])
ETATS: Final = {
    EtatEvenement.INVITE: "CONFIRMED",
    EtatEvenement.TENU: "CONFIRMED",
    EtatEvenement.ANNULE: "CANCELLED",
}


def write(elaboration: Elaboration, evenements: Iterable[Evenement], base: str) -> bytes:
    """The calendar; ``base``: scheme and host of the pages it leads to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Elaboration//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", str(elaboration))
    for row in evenements:
        calendar.add_component(_write_one(row, base))
    return bytes(calendar.to_ical())


def _write_one(row: Evenement, base: str) -> Event:
    event = Event()
    event.add("uid", f"{row.cle}@maillage")
    event.add("dtstamp", row.modifie_le)
    event.add("sequence", row.version - 1)
    event.add("summary", row.titre)
    event.add("status", ETATS.get(EtatEvenement(row.etat), "TENTATIVE"))
    event.add("url", base + row.get_absolute_url())
    if row.lieu:
        event.add("location", row.lieu)
    for name, value in _read_times(row).items():
        event.add(name, value)
    return event


def _read_times(row: Evenement) -> dict[str, Any]:
    """Whole days without an hour or over several, else what a meeting lasts from it."""
    if row.heure is None or row.fin != row.debut:
        return {"dtstart": row.debut, "dtend": row.fin + timedelta(days=1)}
    start = datetime.combine(row.debut, row.heure, PARIS)
    return {"dtstart": start, "dtend": start + DUREE}
