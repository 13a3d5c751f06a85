"""Writes on attempts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from maillage.catalogue.constantes import read_constant
from maillage.web.comptes.essais.bornes import Borne, find_refusal
from maillage.web.comptes.models import Essai


def count_attempt(bornes: Iterable[Borne]) -> tuple[Borne, int] | None:
    """Count one more attempt, unless a bound is reached: then nothing is counted, and the refusal is said."""
    now = timezone.now()
    end = now + timedelta(seconds=read_constant("attente_essais"))
    with transaction.atomic():
        rows = []
        for borne in bornes:
            start = {"nombre": 0, "expire_le": end}
            row, _ = Essai.objects.select_for_update().get_or_create(cle=borne.cle, defaults=start)
            rows.append(row)
        if refusal := find_refusal(bornes):
            return refusal
        for row in rows:
            row.nombre = row.nombre + 1 if now < row.expire_le <= end else 1
            row.expire_le = end
            row.save()
    return None


def forgive(bornes: Iterable[Borne]) -> None:
    """It succeeded: the account starts afresh, the address is given its attempt back."""
    with transaction.atomic():
        for borne in bornes:
            row = Essai.objects.select_for_update().filter(cle=borne.cle).first()
            if row is None:
                continue
            row.nombre = 0 if borne.quoi == "compte" else max(0, row.nombre - 1)
            row.save()
