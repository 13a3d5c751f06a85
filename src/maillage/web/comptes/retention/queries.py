"""What the proofs of the retention rules say: when each was last applied, which ones did not succeed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from maillage.web.comptes.models import Menage

EVERY: Final = timedelta(days=1)


def read_preuves(now: datetime) -> dict[str, datetime]:
    """Rule → when it was last applied. A proof from the future, of a wrong clock, proves nothing."""
    known = Menage.objects.filter(le__lte=now).order_by().values_list("regle")
    return dict(known.annotate(dernier=Max("le")))


def list_due(rules: Iterable[str], preuves: Mapping[str, datetime], now: datetime) -> list[str]:
    """The rules without a proof of the last day, in their order."""
    return [rule for rule in rules if rule not in preuves or preuves[rule] <= now - EVERY]


def list_failed(rules: Iterable[str], preuves: Mapping[str, datetime]) -> list[str]:
    """The rules that the last round of the worker should have applied, and that left no proof of it."""
    if not preuves:
        return []
    return list_due(rules, preuves, max(preuves.values()))
