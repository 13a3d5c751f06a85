"""Writes on accounts: invite, accept, mandate, double authentication, API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
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


def invite_personne(auteur: Any, demande: DemandeInvitation) -> str:
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


def accept_invitation(invitation: Invitation, mot_de_passe: str) -> Personne:
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


def prepare_totp(auteur: Personne) -> TOTPDevice:
    """The person's double authentication, waiting for its first code."""
    with ecriture(auteur):
        device, _ = TOTPDevice.objects.get_or_create(user=auteur, name="application", confirmed=False)
    return device


def confirm_totp(auteur: Personne, code: str) -> bool:
    """Confirm with a first code; the former device then serves no more."""
    with ecriture(auteur):
        device = queries.find_totp_a_confirmer(auteur)
        if device is None or not device.verify_token(code):
            return False
        TOTPDevice.objects.filter(user=auteur, confirmed=True).delete()
        device.confirmed = True
        device.save()
    return True


def create_jeton(auteur: Personne, nom: str) -> str:
    """A new API key, valid for a year; its secret, shown once."""
    with ecriture(auteur, "comptes.gerer_jetons"):
        clear, empreinte = secret.nouveau()
        Jeton.objects.create(
            empreinte=empreinte, nom=nom, personne=auteur, expire_le=timezone.now() + JETON_VALABLE
        )
    return clear


def revoke_jeton(auteur: Personne, jeton: Jeton) -> None:
    """End an API key."""
    with ecriture(auteur, "comptes.revoquer_jeton", jeton):
        Jeton.objects.filter(pk=jeton.pk, revoque_le=None).update(revoque_le=timezone.now())


# Demonstration accounts are named by role, never as people: (role, first name, theme, territory, dimension).
DEMONSTRATION = (
    (Mandat.Role.ADMINISTRATION, "Administration", "", "", ""),
    (Mandat.Role.CHARGE_MISSION, "Chargé·e de mission", "", "", ""),
    (Mandat.Role.PILOTE_DEPARTEMENTAL, "Pilote départemental", "", "", ""),
    (Mandat.Role.PILOTE_THEMATIQUE, "Pilote santé", "sante", "", ""),
    (Mandat.Role.PILOTE_TERRITORIAL, "Pilote territorial de Douai", "", "arrondissement:593", ""),
    (Mandat.Role.REFERENT_DIMENSION, "Référent·e inclusion numérique", "", "", "inclusion-numerique"),
    (Mandat.Role.PARTENAIRE, "Partenaire", "", "", ""),
)


def create_demonstration() -> tuple[str, list[Personne]]:
    """Make the demonstration accounts, or give them a new password; the password and the accounts.

    Only for an install that tries the tool: ``maillage demo`` calls it, nothing else does.
    """
    password = get_random_string(14)
    with transaction.atomic():
        organisation, _ = Organisation.objects.get_or_create(
            nom="Organisation de démonstration", defaults={"nature": Organisation.Nature.AUTRE}
        )
        accounts = [_create_account(organisation, password, *entry) for entry in DEMONSTRATION]
    return password, accounts


def _create_account(
    organisation: Organisation,
    password: str,
    role: str,
    nom: str,
    theme: str,
    territoire: str,
    dimension: str,
) -> Personne:
    personne, _ = Personne.objects.get_or_create(
        email=f"{role.replace('_', '-')}@demonstration.invalid",
        defaults={
            "first_name": f"{nom},",
            "last_name": "démonstration",
            "organisation": organisation,
            "demonstration": True,
            "is_staff": role == Mandat.Role.ADMINISTRATION,
        },
    )
    personne.set_password(password)
    personne.save(update_fields=["password"])
    portee = {"theme": theme, "territoire": territoire, "dimension": dimension}
    Mandat.objects.get_or_create(
        personne=personne,
        role=role,
        organisation=organisation,
        defaults={**portee, "debut": timezone.localdate()},
    )
    return personne
