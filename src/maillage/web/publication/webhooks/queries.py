"""Reads of webhooks: those that are kept, their messages, what waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.shortcuts import get_object_or_404

from maillage.catalogue.lecture import read_toml
from maillage.web.publication.webhooks.models import ESSAI, EnvoiDeWebhook, Webhook

ATTEND = Q(envois__prochain_le__isnull=False)


def list_webhooks() -> QuerySet[Webhook]:
    """Every address with how many messages wait (``attente``) and when the last one was delivered."""
    told = {"attente": Count("envois", filter=ATTEND), "dernier": Max("envois__remis_le")}
    return Webhook.objects.select_related("inscrit_par").annotate(**told).order_by("nom", "pk")


def get_webhook(number: int) -> Webhook:
    """One address, or a 404."""
    return get_object_or_404(list_webhooks(), pk=number)


def get_envoi(number: int) -> EnvoiDeWebhook:
    """One message, or a 404."""
    return get_object_or_404(EnvoiDeWebhook.objects.select_related("webhook"), pk=number)


def list_envois(row: Webhook) -> QuerySet[EnvoiDeWebhook]:
    """The messages of an address, newest first."""
    return row.envois.order_by("-pk")  # type: ignore[attr-defined,no-any-return]


def list_due(now: datetime) -> list[int]:
    """Numbers of the active addresses that have something to receive now, and that no process has taken."""
    free = Q(pris_le=None) | Q(
        pris_le__lt=now - timedelta(seconds=read_toml("flux.toml")["envois"]["prise_s"])
    )
    due = EnvoiDeWebhook.objects.filter(prochain_le__lte=now).order_by().values("webhook")
    return list(
        Webhook.objects.filter(free, actif=True, pk__in=due).order_by("pk").values_list("pk", flat=True)
    )


def find_next(row: Webhook, now: datetime) -> EnvoiDeWebhook | None:
    """What goes now: a trial, else the oldest message that was not delivered, if its time has come.

    One that waits for its next attempt holds those after it: an address receives them in their order.
    """
    waiting = row.envois.filter(prochain_le__isnull=False).order_by("pk")  # type: ignore[attr-defined]
    trial = waiting.filter(genre=ESSAI, prochain_le__lte=now).first()
    head = waiting.exclude(genre=ESSAI).first()
    due: Any = trial or (head if head is not None and head.prochain_le <= now else None)
    return due  # type: ignore[no-any-return]


def count_suspended() -> int:
    """How many addresses are suspended, by us or by hand."""
    return int(Webhook.objects.filter(actif=False).count())
