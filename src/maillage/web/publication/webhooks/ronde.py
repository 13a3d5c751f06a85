"""The round of the worker: what appeared is noted for each address, what is due is sent.

A message is sent outside any transaction, and noted after: cut in between, it is sent again under the same
id, once the address is free. So each arrives at least once, and who receives it tells it by its id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable

from django.utils import timezone

from maillage import __version__
from maillage.catalogue.lecture import read_toml
from maillage.web.publication.flux.queries import read_etat
from maillage.web.publication.webhooks import commands, queries, secrets
from maillage.web.publication.webhooks.adresse import AdresseRefusee, check
from maillage.web.publication.webhooks.client import ReponseDeWebhook, post
from maillage.web.publication.webhooks.models import EnvoiDeWebhook, Webhook

logger = logging.getLogger(__name__)
_seen: dict[int, Hashable] = {}
_lock = threading.Lock()


def run_round() -> None:
    """Note, then send; what one address makes fail stops neither the others nor the worker."""
    for number in Webhook.objects.order_by("pk").values_list("pk", flat=True):
        _safely(note_if_changed, number)
    for number in queries.list_due(timezone.now()):
        _safely(deliver, number)


def _safely(step: object, number: int) -> None:
    try:
        step(number)  # type: ignore[operator]
    except Exception:
        logger.exception("webhook %d", number)


def note_if_changed(number: int) -> None:
    """Note what appeared, when something was written since this process last looked."""
    state = read_etat()
    with _lock:
        if _seen.get(number) == state:
            return
    commands.note_parutions(number)
    with _lock:
        _seen[number] = state


def deliver(number: int) -> int:
    """Send to an address what is due, in its order, until one fails; how many were delivered."""
    row = commands.take(number, timezone.now())
    if row is None:
        return 0
    try:
        return _drain(row)
    finally:
        commands.release(number)


def _drain(row: Webhook) -> int:
    for sent in range(read_toml("flux.toml")["envois"]["par_tour"]):
        now = timezone.now()
        envoi = queries.find_next(row, now)
        if envoi is None:
            return sent
        commands.keep(row.pk, now)
        try:
            reponse = send(row, envoi)
        except secrets.SecretIllisible:
            commands.close_unreadable(row.pk)
            return sent
        commands.note_attempt(envoi, reponse, timezone.now())
        if not reponse.recue:
            return sent
    return sent + 1


def send(row: Webhook, envoi: EnvoiDeWebhook) -> ReponseDeWebhook:
    """One attempt: the address is looked up now, the message signed now.

    Raises:
        SecretIllisible: it cannot be signed.
    """
    now, corps = timezone.now(), envoi.corps.encode()
    kept = [row.secret]
    if row.secret_precedent and row.precedent_jusqu_au is not None and now < row.precedent_jusqu_au:
        kept.append(row.secret_precedent)
    moment = int(now.timestamp())
    signed = [secrets.sign(secrets.open_secret(one), envoi.identifiant, moment, corps) for one in kept]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Maillage/{__version__} (webhook)",
        "webhook-id": envoi.identifiant,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(signed),
    }
    try:
        return post(check(row.adresse), corps, headers)
    except AdresseRefusee as error:
        return ReponseDeWebhook(None, str(error), 0)
