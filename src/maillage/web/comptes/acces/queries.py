"""Reads on ways into an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from maillage.web.comptes import secret
from maillage.web.comptes.models import CodeSecours, Personne, Recuperation, Session


def find_totp(personne: Personne) -> TOTPDevice | None:
    """The person's double authentication in force."""
    return TOTPDevice.objects.filter(user=personne, confirmed=True).order_by("pk").first()


def find_totp_a_confirmer(personne: Personne) -> TOTPDevice | None:
    """The one that waits for its first code."""
    return TOTPDevice.objects.filter(user=personne, confirmed=False).order_by("pk").first()


def count_codes(personne: Personne) -> int:
    """How many recovery codes still serve."""
    return CodeSecours.objects.filter(personne=personne, utilise_le=None).count()


def get_recuperation(clear: str) -> Recuperation:
    """The recovery of this secret, still open; 404 otherwise, with what to do."""
    return get_open_recuperation(empreinte=secret.empreinte(clear))


def get_open_recuperation(**which: Any) -> Recuperation:
    """A recovery that may still be used; 404 otherwise, with what to do."""
    still_open = {"utilisee_le": None, "expire_le__gt": timezone.now(), "personne__is_active": True}
    found = Recuperation.objects.select_related("personne").filter(**which, **still_open).first()
    if found is None:
        raise Http404("Ce lien de récupération a déjà servi ou n’est plus valable. Demandez-en un nouveau.")
    return found


@dataclass(frozen=True)
class SessionOuverte:
    """A session as its owner reads it; ``reference`` names it without giving a way into it."""

    reference: str
    appareil: str
    ouverte_le: datetime | None
    expire_le: datetime
    actuelle: bool


def list_sessions(personne: Personne, current: str | None) -> list[SessionOuverte]:
    """The sessions of a person that still open something, this one first, then the newest."""
    rows = Session.objects.filter(personne=personne, expire_date__gt=timezone.now()).order_by(
        "-expire_date", "pk"
    )
    found = [
        SessionOuverte(
            secret.empreinte(row.session_key),
            row.appareil or "Appareil inconnu",
            row.ouverte_le,
            row.expire_date,
            row.session_key == current,
        )
        for row in rows.order_by("-expire_date", "pk")
    ]
    return sorted(found, key=lambda session: not session.actuelle)
