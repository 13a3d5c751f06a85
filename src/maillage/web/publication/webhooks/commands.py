"""Writes of webhooks: by who may keep them, and by the worker that sends."""

from __future__ import annotations

import random
import secrets as chance
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone

from maillage.catalogue.lecture import read_toml
from maillage.web.publication.flux.parution import GenreDeParution, Parution
from maillage.web.publication.flux.queries import list_parutions
from maillage.web.publication.flux.views import find_autorite
from maillage.web.publication.rules import TENIR
from maillage.web.publication.webhooks import secrets
from maillage.web.publication.webhooks.adresse import AdresseRefusee, check
from maillage.web.publication.webhooks.client import PARTI, ReponseDeWebhook
from maillage.web.publication.webhooks.message import write_essai, write_parution
from maillage.web.publication.webhooks.models import ESSAI, EnvoiDeWebhook, Webhook
from maillage.web.socle.ecriture import ecriture

PARTIE = "L’adresse répond qu’elle ne veut plus rien recevoir (410)."
ILLISIBLE = "La clé de l’installation a changé sans l’ancienne : changez le secret, puis reprenez."
A_LA_MAIN = "Suspendu à la main."


def _check(auteur: Any, adresse: str) -> None:
    """Look an address up, before anything is locked: a name may take long to find."""
    if not auteur.has_perm(TENIR):
        raise PermissionDenied(TENIR)
    try:
        check(adresse)
    except AdresseRefusee as error:
        raise ValidationError({"adresse": str(error)}) from error


def register(auteur: Any, champs: Mapping[str, Any], site: str) -> tuple[Webhook, str]:
    """A new address and its secret, which is not told again; what appeared before is not sent to it."""
    _check(auteur, champs["adresse"])
    with ecriture(auteur, TENIR):
        secret = secrets.make_secret()
        atlases = [one.cle for one in list_parutions(timezone.now()) if one.genre is GenreDeParution.ATLAS]
        row = Webhook(
            **champs, site=site, secret=secrets.close(secret), atlas_vus=atlases, inscrit_par=auteur
        )
        row.save()
    return row, secret


def change(auteur: Any, row: Webhook, champs: Mapping[str, Any]) -> None:
    """Other words, another address, other kinds."""
    _check(auteur, champs["adresse"])
    with ecriture(auteur, TENIR):
        for name, value in champs.items():
            setattr(row, name, value)
        row.save(update_fields=list(champs))


def renew_secret(auteur: Any, row: Webhook) -> str:
    """Another secret; the former one signs too for a while, so that who receives has the time to change."""
    days = read_toml("flux.toml")["secret"]["recouvrement_jours"]
    with ecriture(auteur, TENIR):
        secret = secrets.make_secret()
        row.secret_precedent, row.secret = row.secret, secrets.close(secret)
        row.precedent_jusqu_au = timezone.now() + timedelta(days=days)
        row.save(update_fields=["secret", "secret_precedent", "precedent_jusqu_au"])
    return secret


def suspend(auteur: Any, row: Webhook) -> None:
    """Send nothing to it for now; what appears meanwhile waits."""
    with ecriture(auteur, TENIR):
        row.actif, row.motif = False, A_LA_MAIN
        row.save(update_fields=["actif", "motif"])


def resume(auteur: Any, row: Webhook) -> None:
    """Send again, from the first message that was not delivered."""
    with ecriture(auteur, TENIR):
        row.actif, row.motif = True, ""
        row.save(update_fields=["actif", "motif"])
        waiting = row.envois.filter(prochain_le__isnull=False)  # type: ignore[attr-defined]
        waiting.update(prochain_le=timezone.now(), tentatives=0)


def remove(auteur: Any, row: Webhook) -> None:
    """Forget an address, its secret and its messages."""
    with ecriture(auteur, TENIR):
        row.delete()


def try_it(auteur: Any, row: Webhook) -> EnvoiDeWebhook:
    """Send it a message that tells of nothing, once."""
    with ecriture(auteur, TENIR):
        now = timezone.now()
        return _put(row, f"{ESSAI}/{chance.token_hex(8)}", ESSAI, write_essai(row.nom, row.site, now), now)


def send_again(auteur: Any, envoi: EnvoiDeWebhook) -> None:
    """Send a message again: the same id, the same bytes."""
    with ecriture(auteur, TENIR):
        envoi.prochain_le, envoi.tentatives = timezone.now(), 0
        envoi.save(update_fields=["prochain_le", "tentatives"])


def _put(row: Webhook, cle: str, genre: str, corps: str, now: datetime) -> EnvoiDeWebhook:
    made: EnvoiDeWebhook = EnvoiDeWebhook.objects.create(
        webhook=row, cle=cle, genre=genre, corps=corps, identifiant=f"msg_{chance.token_hex(16)}",
        cree_le=now, prochain_le=now,
    )  # fmt: skip
    return made


def note_parutions(number: int) -> int:
    """Put in the queue of an address what appeared for it; how many messages. Each parution once.

    What was read before is read again over a stretch longer than any transaction: a write that ended after a
    later one is found too, and what is there already is left.
    """
    with ecriture(None):
        row = Webhook.objects.select_for_update().filter(pk=number).first()
        if row is None:
            return 0
        now, back = timezone.now(), timedelta(seconds=read_toml("flux.toml")["envois"]["recul_s"])
        found = list_parutions(max(row.vu_le - back, row.inscrit_le))
        known = set(row.envois.filter(cle__in=[one.cle for one in found]).values_list("cle", flat=True))
        new = [one for one in reversed(found) if one.cle not in known and _is_new(row, one)]
        for one in new:
            if one.genre in row.genres:
                _put(row, one.cle, str(one.genre), write_parution(one, row.site, find_autorite()), now)
        there = {one.cle for one in found if one.genre is GenreDeParution.ATLAS}
        row.atlas_vus = sorted(there.union(row.atlas_vus))  # one set aside for a while is not a new one
        row.vu_le = now
        row.save_without_historical_record(update_fields=["atlas_vus", "vu_le"])
    return len(new)


def _is_new(row: Webhook, one: Parution) -> bool:
    return one.genre is not GenreDeParution.ATLAS or one.cle not in row.atlas_vus


def take(number: int, now: datetime) -> Webhook | None:
    """Take up an address, so that no other process sends to it; null when another has it."""
    free = Q(pris_le=None) | Q(
        pris_le__lt=now - timedelta(seconds=read_toml("flux.toml")["envois"]["prise_s"])
    )
    with ecriture(None):
        taken = Webhook.objects.filter(free, pk=number, actif=True).update(pris_le=now)
    return Webhook.objects.filter(pk=number).first() if taken else None


def keep(number: int, now: datetime) -> None:
    """Still here: another message goes."""
    with ecriture(None):
        Webhook.objects.filter(pk=number).update(pris_le=now)


def release(number: int) -> None:
    """Another process may take it up."""
    with ecriture(None):
        Webhook.objects.filter(pk=number).update(pris_le=None)


def note_attempt(envoi: EnvoiDeWebhook, reponse: ReponseDeWebhook, now: datetime) -> None:
    """What came of an attempt: delivered, to try again later, or the address is suspended."""
    with ecriture(None):
        said = {"le": now.isoformat(), "statut": reponse.statut, "dit": reponse.dit, "ms": reponse.ms}
        envoi.essais = [*envoi.essais, said]
        envoi.tentatives += 1
        delays: Sequence[int] = read_toml("flux.toml")["relances"]["delais_s"]
        if reponse.recue:
            envoi.remis_le, envoi.prochain_le = now, None
        elif envoi.genre == ESSAI:
            envoi.prochain_le = None
        elif reponse.statut == PARTI or envoi.tentatives > len(delays):
            envoi.prochain_le = now
            _close(envoi.webhook_id, _explain(envoi, reponse))  # type: ignore[attr-defined]
        else:
            envoi.prochain_le = now + _spread(delays[envoi.tentatives - 1])
        envoi.save()


def _spread(delay_s: int) -> timedelta:
    """A delay and a share of chance: those that failed together do not come back together."""
    most: float = read_toml("flux.toml")["relances"]["gigue"]
    return timedelta(seconds=delay_s * (1 + random.uniform(0, most)))  # noqa: S311  no secret in it


def _explain(envoi: EnvoiDeWebhook, reponse: ReponseDeWebhook) -> str:
    if reponse.statut == PARTI:
        return PARTIE
    code = f"réponse {reponse.statut}" if reponse.statut else "aucune réponse"
    return f"{envoi.tentatives} essais sans succès du même message ({code}) : {reponse.dit}"[:400]


def _close(number: int, motif: str) -> None:
    for row in Webhook.objects.filter(pk=number):
        row.actif, row.motif = False, motif
        row.save(update_fields=["actif", "motif"])


def close_unreadable(number: int) -> None:
    """No key opens its secret: nothing can be signed, nothing is sent."""
    with ecriture(None):
        _close(number, ILLISIBLE)


def forget(now: datetime) -> int:
    """Retention: old messages, former secrets whose time is over; each secret goes under the present key."""
    old = now - timedelta(days=read_toml("flux.toml")["envois"]["garde_jours"])
    Webhook.objects.filter(precedent_jusqu_au__lt=now).update(secret_precedent="", precedent_jusqu_au=None)
    for row in Webhook.objects.all():
        _renew(row)
    return int(EnvoiDeWebhook.objects.filter(cree_le__lt=old, prochain_le=None).delete()[0])


def _renew(row: Webhook) -> None:
    try:
        kept = {
            name: secrets.renew(getattr(row, name))
            for name in ("secret", "secret_precedent")
            if getattr(row, name)
        }
    except secrets.SecretIllisible:
        return
    Webhook.objects.filter(pk=row.pk).update(**kept)
