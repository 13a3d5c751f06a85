"""The meetings as an iCalendar (RFC 5545) that a diary subscribes to, private by its address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from icalendar import Calendar, Event

from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.comptes.models import Personne
from maillage.web.gouvernance import models
from maillage.web.gouvernance.queries import Reperes

SEL: Final = "gouvernance.calendrier"
DUREE: Final = timedelta(hours=read_toml("delais_gouvernance.toml")["duree_seance"]["heures"])
PARIS: Final = ZoneInfo("Europe/Paris")
ETATS: Final = {
    EtatSeance.CONVOQUEE: "CONFIRMED",
    EtatSeance.TENUE: "CONFIRMED",
    EtatSeance.ANNULEE: "CANCELLED",
}


def make_jeton(personne: Personne) -> str:
    """The private end of this person's address; a new password makes another."""
    return signing.dumps([personne.pk, _mark(personne)], salt=SEL, compress=True)


def _mark(personne: Personne, cle: str | None = None) -> str:
    return salted_hmac(SEL, personne.password, secret=cle).hexdigest()[:16]


def _is_marked(personne: Personne, mark: str) -> bool:
    """Whether this mark was made of her password of today, by a key that the install has or keeps."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_mark(personne, key), mark) for key in keys)


def read_jeton(jeton: str) -> Personne | None:
    """Whose address it is; null when it is nobody's any more."""
    try:
        pk, mark = signing.loads(jeton, salt=SEL)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Personne.objects.filter(pk=pk, is_active=True).first()
    return found if found is not None and _is_marked(found, mark) else None


def write(seances: Iterable[models.Seance], reperes: Reperes, base: str) -> bytes:
    """The calendar of these meetings; ``base``: scheme and host of the pages they lead to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Gouvernance//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Comités : {reperes.noms.schema['nom']}")
    for seance in seances:
        calendar.add_component(_write_one(seance, reperes, base))
    return bytes(calendar.to_ical())


def _write_one(seance: models.Seance, reperes: Reperes, base: str) -> Event:
    event = Event()
    event.add("uid", f"{seance.cle}@maillage")
    event.add("dtstamp", seance.modifie_le)
    event.add("sequence", seance.version - 1)
    event.add("summary", reperes.name_seance(seance))
    event.add("status", ETATS.get(EtatSeance(seance.etat), "TENTATIVE"))
    event.add("url", base + seance.get_absolute_url())
    if seance.lieu:
        event.add("location", seance.lieu)
    for name, value in _read_times(seance).items():
        event.add(name, value)
    return event


def _read_times(seance: models.Seance) -> dict[str, Any]:
    """A whole day without an hour, else what a meeting lasts from it (``delais_gouvernance.toml``)."""
    if seance.heure is None:
        return {"dtstart": seance.jour, "dtend": seance.jour + timedelta(days=1)}
    start = datetime.combine(seance.jour, seance.heure, PARIS)
    return {"dtstart": start, "dtend": start + DUREE}
