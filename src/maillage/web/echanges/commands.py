"""Writes in a space for exchange: permission asked, atomic, told to who follows, without what was said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.catalogue.constantes import read_constant
from maillage.web.echanges.models import EspaceEchange, MessageEchange
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.models import Mouvement

ECRIRE = "echanges.ecrire"


def open_espace(auteur: Any, espace: EspaceEchange) -> EspaceEchange:
    """Open a space that nobody had; the one that is open stays as it is. Who opens it follows it."""
    with ecriture(auteur, ECRIRE, espace):
        held = EspaceEchange.objects.filter(theme=espace.theme, territoire=espace.territoire).first()
        if held is None:
            espace.cle = f"echange-{espace.theme}-{espace.lieu}"
            suivi.create(auteur, espace, "Ouvert")
            suivi.follow(auteur, espace, oui=True)
    return held or espace


def write_message(
    auteur: Any, espace: EspaceEchange, texte: str, parent: MessageEchange | None = None
) -> MessageEchange:
    """Say something, or answer; the notice says that one wrote, not what."""
    if not texte.strip():
        raise ValidationError("Le message est vide.")
    with ecriture(auteur, ECRIRE, espace):
        if parent is not None:
            parent = _lock_parent(espace, parent)
        now = timezone.now()
        row = MessageEchange.objects.create(
            espace=espace, parent=parent, texte=texte.strip(), auteur=auteur, ecrit_le=now, dernier_le=now
        )
        if parent is not None:
            MessageEchange.objects.filter(pk=parent.pk).update(dernier_le=now)
        said = "Réponse à un message" if parent else "Nouveau message"
        suivi.announce(auteur, espace, Mouvement.Nature.COMMENTAIRE, said)
    return row


def _lock_parent(espace: EspaceEchange, parent: MessageEchange) -> MessageEchange:
    """The message that is answered, as it stands now."""
    current = MessageEchange.objects.select_for_update().get(pk=parent.pk)
    if current.espace_id != espace.pk or current.parent_id is not None:
        raise ValidationError("On répond à un message, non à une réponse.")
    if current.retire_le is not None:
        raise ValidationError("Ce message a été retiré entre-temps : votre réponse n’est pas enregistrée.")
    return current


def remove_message(auteur: Any, row: MessageEchange, motif: str) -> MessageEchange:
    """Take a message away, saying why; one that is gone already stays as it went."""
    if not motif.strip():
        raise ValidationError("Dites pourquoi ce message est retiré : qui le lisait le verra.")
    with ecriture(auteur, "echanges.retirer", row):
        current = MessageEchange.objects.select_for_update().get(pk=row.pk)
        if current.retire_le is None:
            current.retire_le, current.retire_par, current.motif = timezone.now(), auteur, motif.strip()
            current.save()
            suivi.announce(auteur, row.espace, Mouvement.Nature.COMMENTAIRE, "Message retiré")
    return current


def forget(now: datetime) -> int:
    """Erase the texts of the messages taken away long ago; how many. Who, when and why stay."""
    old = now - timedelta(days=read_constant("garde_des_messages_retires"))
    gone = MessageEchange.objects.filter(retire_le__lt=old).exclude(texte="")
    return int(gone.update(texte="", index=""))
