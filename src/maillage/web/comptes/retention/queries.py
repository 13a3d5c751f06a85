"""What the proofs of the retention rules say: when each was last applied, which ones did not succeed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Q

from maillage.web.comptes.models import Menage

EVERY: Final = timedelta(days=1)


def read_preuves(now: datetime) -> dict[str, datetime]:
    """Rule → when it was last applied. A proof from the future, of a wrong clock, proves nothing."""
    return read_issues(now)[0]


def read_issues(now: datetime) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """The same, then rule → when it last failed: 1 query."""
    known = Menage.objects.filter(le__lte=now).order_by().values_list("regle")
    last = list(
        known.annotate(
            applied=Max("le", filter=Q(nombre__isnull=False)), failed=Max("le", filter=Q(nombre=None))
        )
    )
    return (
        {rule: applied for rule, applied, _ in last if applied},
        {rule: failed for rule, _, failed in last if failed},
    )


def list_due(rules: Iterable[str], preuves: Mapping[str, datetime], now: datetime) -> list[str]:
    """The rules without a proof of the last day, in their order."""
    return [rule for rule in rules if rule not in preuves or preuves[rule] <= now - EVERY]


def list_failed(
    rules: Iterable[str], preuves: Mapping[str, datetime], echecs: Mapping[str, datetime]
) -> list[str]:
    """The rules that failed the last time, and those that a later round of others left without proof."""
    if not preuves and not echecs:
        return []
    last = max([*preuves.values(), *echecs.values()])
    return [
        rule
        for rule in rules
        if (rule in echecs and (rule not in preuves or preuves[rule] < echecs[rule]))
        or (rule in preuves and preuves[rule] <= last - EVERY)
    ]


def list_untried(
    rules: Iterable[str], preuves: Mapping[str, datetime], echecs: Mapping[str, datetime]
) -> list[str]:
    """The rules that no worker has come to yet, as after an update that brings one."""
    return [rule for rule in rules if rule not in preuves and rule not in echecs]
