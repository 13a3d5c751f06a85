"""Writes on accounts: invite, accept, mandate, double authentication, API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from maillage.web.comptes import queries, secret
from maillage.web.comptes.models import Invitation, Jeton, Mandat, Organisation, Personne
from maillage.web.socle.ecriture import ecriture

INVITATION_VALABLE = timedelta(days=14)
JETON_VALABLE = timedelta(days=365)


@dataclass(frozen=True)
class DemandeInvitation:
    """Whom to invite, and the first mandate that comes with the account."""

    courriel: str
    prenom: str
    nom: str
    organisation: Organisation
    role: str
    theme: str = ""
    territoire: str = ""
    dimension: str = ""


def inviter(auteur: Any, demande: DemandeInvitation) -> str:
    """Make the account and its first mandate; the secret of the link. Inviting again renews it."""
    with ecriture(auteur, "comptes.inviter"):
        if demande.role == Mandat.Role.ADMINISTRATION and not auteur.has_perm("comptes.administrer"):
            raise ValidationError("Seule l’administration peut donner un mandat d’administration.")
        personne = Personne.objects.filter(email=demande.courriel.lower()).first()
        if personne is not None and personne.has_usable_password():
            raise ValidationError("Cette personne a déjà un compte : donnez-lui plutôt un mandat.")
        if personne is None:
            personne = Personne.objects.create_user(
                demande.courriel,
                first_name=demande.prenom,
                last_name=demande.nom,
                organisation=demande.organisation,
            )
            Mandat.objects.create(
                personne=personne,
                organisation=demande.organisation,
                role=demande.role,
                theme=demande.theme,
                territoire=demande.territoire,
                dimension=demande.dimension,
                debut=timezone.localdate(),
            )
        clear, empreinte = secret.nouveau()
        Invitation.objects.filter(personne=personne, acceptee_le=None).delete()
        Invitation.objects.create(
            empreinte=empreinte,
            personne=personne,
            invitee_par=auteur,
            expire_le=timezone.now() + INVITATION_VALABLE,
        )
    return clear


def accepter_invitation(invitation: Invitation, mot_de_passe: str) -> Personne:
    """Set the first password; the link then serves no more."""
    with ecriture(invitation.personne):
        now = timezone.now()
        waiting = Invitation.objects.filter(pk=invitation.pk, acceptee_le=None, expire_le__gt=now)
        if not waiting.update(acceptee_le=now):
            raise ValidationError("Ce lien a déjà servi ou n’est plus valable : demandez-en un nouveau.")
        personne = invitation.personne
        personne.set_password(mot_de_passe)
        personne.save(update_fields=["password"])
    return personne


def donner_mandat(auteur: Any, mandat: Mandat) -> Mandat:
    """Give or change a mandate."""
    with ecriture(auteur, "comptes.administrer"):
        mandat.full_clean()
        mandat.save()
    return mandat


def preparer_totp(auteur: Personne) -> TOTPDevice:
    """The person's double authentication, waiting for its first code."""
    with ecriture(auteur):
        device, _ = TOTPDevice.objects.get_or_create(user=auteur, name="application", confirmed=False)
    return device


def confirmer_totp(auteur: Personne, code: str) -> bool:
    """Confirm with a first code; the former device then serves no more."""
    with ecriture(auteur):
        device = queries.totp_a_confirmer(auteur)
        if device is None or not device.verify_token(code):
            return False
        TOTPDevice.objects.filter(user=auteur, confirmed=True).delete()
        device.confirmed = True
        device.save()
    return True


def creer_jeton(auteur: Personne, nom: str) -> str:
    """A new API key, valid for a year; its secret, shown once."""
    with ecriture(auteur, "comptes.gerer_jetons"):
        clear, empreinte = secret.nouveau()
        Jeton.objects.create(
            empreinte=empreinte, nom=nom, personne=auteur, expire_le=timezone.now() + JETON_VALABLE
        )
    return clear


def revoquer_jeton(auteur: Personne, jeton: Jeton) -> None:
    """End an API key."""
    with ecriture(auteur, "comptes.revoquer_jeton", jeton):
        Jeton.objects.filter(pk=jeton.pk, revoque_le=None).update(revoque_le=timezone.now())
