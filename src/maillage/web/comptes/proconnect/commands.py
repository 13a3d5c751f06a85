"""Writes of ProConnect: the account of a first log-in, the identity linked to an account that exists."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from maillage.web.comptes.acces.commands import close_sessions
from maillage.web.comptes.identites import IdentiteProConnect
from maillage.web.comptes.models import CodeSecours, Invitation, Personne, Recuperation
from maillage.web.comptes.proconnect.identite import IdentiteProuvee
from maillage.web.comptes.proconnect.refus import RefusProConnect
from maillage.web.socle.ecriture import ecriture


def enter(identite: IdentiteProuvee) -> Personne:
    """The account that this identity opens; a first log-in makes one, without mandate.

    The address never chooses the account: one that exists is left alone until it is linked.
    """
    try:
        with ecriture(None):
            row = _find(identite)
            if row is None:
                return _open_account(identite)
            if not row.personne.is_active:
                raise RefusProConnect("ferme")
            if Personne.objects.filter(email=identite.courriel).exclude(pk=row.personne_id).exists():
                raise RefusProConnect("autre-adresse")
            _note(row, identite)
            return row.personne
    except IntegrityError as error:  # the same first log-in, twice at once
        raise RefusProConnect("demande") from error


def _find(identite: IdentiteProuvee) -> IdentiteProConnect | None:
    known = IdentiteProConnect.objects.select_for_update(of=("self",)).select_related("personne")
    return known.filter(emetteur=identite.emetteur, sujet=identite.sujet).first()


def _open_account(identite: IdentiteProuvee) -> Personne:
    if Personne.objects.filter(email=identite.courriel).exists():
        raise RefusProConnect("compte-existant")
    personne = Personne.objects.create_user(
        identite.courriel, first_name=identite.prenom, last_name=identite.nom
    )
    _note(IdentiteProConnect(personne=personne), identite)
    return personne


def _note(row: IdentiteProConnect, identite: IdentiteProuvee) -> None:
    for name in ("emetteur", "sujet", "courriel", "siret", "niveau", "methodes"):
        setattr(row, name, getattr(identite, name))
    row.servie_le = timezone.now()
    row.save()


def link(personne: Personne, identite: IdentiteProuvee) -> None:
    """Let this identity open the account of who proved that it is theirs; one identity opens one account."""
    with ecriture(personne):
        row = _find(identite)
        if row is not None and row.personne_id != personne.pk:
            raise RefusProConnect("deja-relie")
        if not personne.is_active:
            raise RefusProConnect("ferme")
        _note(row or IdentiteProConnect(personne=personne), identite)


def link_by_invitation(invitation: Invitation, identite: IdentiteProuvee) -> Personne:
    """Open the invited account by ProConnect, without a password; no link of this person then serves."""
    with ecriture(invitation.personne):
        now = timezone.now()
        personne = Personne.objects.select_for_update().get(pk=invitation.personne_id)
        waiting = Invitation.objects.filter(pk=invitation.pk, acceptee_le=None, expire_le__gt=now)
        if personne.has_usable_password() or not waiting.update(acceptee_le=now):
            raise RefusProConnect("lien")
        Invitation.objects.filter(personne=personne, acceptee_le=None).delete()
        link(personne, identite)
    return personne


def link_by_recovery(recuperation: Recuperation, identite: IdentiteProuvee) -> Personne:
    """Use the link that the administration gave: its sessions end, ProConnect then opens the account."""
    with ecriture(recuperation.personne):
        now = timezone.now()
        personne = Personne.objects.select_for_update().get(pk=recuperation.personne_id)
        waiting = Recuperation.objects.filter(pk=recuperation.pk, utilisee_le=None, expire_le__gt=now)
        if not waiting.update(utilisee_le=now):
            raise RefusProConnect("lien")
        link(personne, identite)
        close_sessions(personne)
        if recuperation.retire_double:
            TOTPDevice.objects.filter(user=personne).delete()
            CodeSecours.objects.filter(personne=personne).delete()
    return personne


def unlink(auteur: Personne, identite_id: int) -> bool:
    """Take one of one's identities away; False when nothing else would open the account."""
    with ecriture(auteur):
        rows = auteur.identites.select_for_update()
        by_password = auteur.is_superuser or not settings.MAILLAGE_COMPTES_FERMES
        if not (by_password and auteur.has_usable_password()) and rows.exclude(pk=identite_id).count() == 0:
            return False
        rows.filter(pk=identite_id).delete()
    return True
