"""What is kept how long: rules that run by themselves and leave proof of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from types import MappingProxyType

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from maillage.catalogue.constantes import read_constant
from maillage.web.comptes.acces.commands import sleep_accounts
from maillage.web.comptes.models import (
    Essai,
    Invitation,
    Jeton,
    Mandat,
    Menage,
    Personne,
    Recuperation,
    Session,
)
from maillage.web.comptes.retention.queries import list_due, read_preuves
from maillage.web.fichiers import commands as fichiers
from maillage.web.socle.commands import forget_travaux

PREUVES = "preuves de ménage"
# A rule that failed is tried again after this while, not at each turn of the worker.
REPRISE_S = 3600.0
logger = logging.getLogger(__name__)
_failed: dict[str, float] = {}
"""When this process last saw each rule fail, on the clock that never goes back."""


def run_if_due() -> None:
    """Apply each rule once a day; called by the worker of the install. One that failed is tried again."""
    now = timezone.now()
    recent = monotonic() - REPRISE_S
    due = list_due(RULES, read_preuves(now), now)
    if due := [rule for rule in due if _failed.get(rule, -inf) <= recent]:
        apply_rules(due)


def apply_rules(rules: Iterable[str] = ()) -> dict[str, int]:
    """Apply these rules now, or every one; rule → rows concerned, also written down and logged.

    A rule that fails is not in the answer; its failure is written down and logged, the others go on.
    """
    now = timezone.now()
    done = {}
    for rule in tuple(rules) or tuple(RULES):
        try:
            with transaction.atomic():
                count = RULES[rule](now)
                Menage.objects.create(regle=rule, le=now, nombre=count)
        except Exception:
            logger.exception("ménage : la règle « %s » n’a pas abouti", rule)
            _failed[rule] = monotonic()
            _note_failure(rule, now)
        else:
            done[rule] = count
            _failed.pop(rule, None)
    logger.info("ménage : %s", ", ".join(f"{rule} {count}" for rule, count in done.items()))
    return done


def _note_failure(rule: str, now: datetime) -> None:
    with suppress(DatabaseError), transaction.atomic():  # what fails is in the log already
        Menage.objects.create(regle=rule, le=now, nombre=None)


def list_unused(now: datetime) -> list[Personne]:
    """Accounts nobody has used for the stated time; never the last one that can wake the others."""
    limit = now - timedelta(days=settings.MAILLAGE_SOMMEIL_JOURS)
    seen = Greatest(
        "date_joined", Coalesce("last_login", "date_joined"), Coalesce("reveille_le", "date_joined")
    )
    active = (
        Personne.objects.filter(is_active=True, demonstration=False).annotate(vu=seen).order_by("vu", "pk")
    )
    unused = list(active.filter(vu__lt=limit, is_superuser=False))
    keeper = _list_administrators(now).filter(is_active=True).annotate(vu=seen).order_by("-vu", "-pk").first()
    return [personne for personne in unused if personne != keeper]


def _list_administrators(now: datetime) -> QuerySet[Personne]:
    today = timezone.localdate(now)
    running = Mandat.objects.filter(role=Mandat.Role.ADMINISTRATION, debut__lte=today)
    running = running.filter(Q(fin=None) | Q(fin__gte=today))
    return Personne.objects.filter(Q(is_superuser=True) | Q(pk__in=running.values("personne")))


def _before(now: datetime, constant: str) -> datetime:
    return now - timedelta(days=read_constant(constant))


def _forget_invitations(now: datetime) -> int:
    old = _before(now, "garde_des_liens")
    return int(Invitation.objects.filter(Q(expire_le__lt=old) | Q(acceptee_le__lt=old)).delete()[0])


def _forget_recoveries(now: datetime) -> int:
    old = _before(now, "garde_des_liens")
    return int(Recuperation.objects.filter(Q(expire_le__lt=old) | Q(utilisee_le__lt=old)).delete()[0])


def _forget_keys(now: datetime) -> int:
    old = _before(now, "garde_des_liens")
    return int(Jeton.objects.filter(Q(expire_le__lt=old) | Q(revoque_le__lt=old)).delete()[0])


def _forget_admin_log(now: datetime) -> int:
    return int(LogEntry.objects.filter(action_time__lt=_before(now, "garde_des_menages")).delete()[0])


_rules: dict[str, Callable[[datetime], int]] = {
    "essais de connexion": lambda now: int(Essai.objects.filter(expire_le__lt=now).delete()[0]),
    "sessions": lambda now: int(Session.objects.filter(expire_date__lt=now).delete()[0]),
    "invitations": _forget_invitations,
    "récupérations": _forget_recoveries,
    "clés d’API": _forget_keys,
    "fichiers retirés": fichiers.forget,
    "travaux": lambda now: forget_travaux(_before(now, "garde_des_travaux")),
    "journal d’administration": _forget_admin_log,
    "comptes en sommeil": lambda now: sleep_accounts(list_unused(now)),
    PREUVES: lambda now: int(Menage.objects.filter(le__lt=_before(now, "garde_des_menages")).delete()[0]),
}
RULES = MappingProxyType(_rules)


def register(regle: str, apply: Callable[[datetime], int]) -> None:
    """Let an app above this one add a rule of its own, before the proofs are cleaned."""
    proofs = _rules.pop(PREUVES)
    _rules[regle] = apply
    _rules[PREUVES] = proofs
