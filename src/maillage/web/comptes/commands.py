"""Writes on accounts: invite, accept, mandate, double authentication, API keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from maillage.francais import de
from maillage.sdaasp.mandats.autorite import may_give
from maillage.web.comptes import queries, secret
from maillage.web.comptes.identifiant import normalize_address
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
    fin: date | None = None


def invite_personne(auteur: Any, demande: DemandeInvitation) -> str:
    """Make the account and its first mandate; the secret of the link.

    Inviting again gives one more link, to whom could give every mandate that person holds; links already
    handed out still serve, until one of them does. What is asked and not held yet is given too.
    """
    with ecriture(auteur, "comptes.inviter"):
        personne = _get_or_create_invited(auteur, demande)
        mandat = Mandat(
            personne=personne,
            organisation=demande.organisation,
            role=demande.role,
            theme=demande.theme,
            territoire=demande.territoire,
            dimension=demande.dimension,
            debut=timezone.localdate(),
            fin=demande.fin,
        )
        if not any(held.pouvoir == mandat.pouvoir for held in personne.mandats_en_cours):
            check_may_give(auteur, mandat)
            mandat.full_clean()
            mandat.save()
        clear, empreinte = secret.nouveau()
        Invitation.objects.create(
            empreinte=empreinte,
            personne=personne,
            invitee_par=auteur,
            expire_le=timezone.now() + INVITATION_VALABLE,
        )
    return clear


def _get_or_create_invited(auteur: Any, demande: DemandeInvitation) -> Personne:
    personne = Personne.objects.filter(email=normalize_address(demande.courriel)).first()
    if personne is None:
        return Personne.objects.create_user(
            demande.courriel,
            first_name=demande.prenom,
            last_name=demande.nom,
            organisation=demande.organisation,
        )
    if personne.has_usable_password() or personne.identites.exists() or not personne.is_active:
        raise ValidationError("Cette personne a déjà un compte : donnez-lui plutôt un mandat.")
    if not queries.is_in_charge_of(auteur, personne):
        raise ValidationError(
            "Cette personne est déjà invitée, avec un mandat que vous ne pourriez pas donner : son premier "
            "lien reste valable. Pour un autre, adressez-vous à l’administration."
        )
    return personne


def accept_invitation(invitation: Invitation, mot_de_passe: str) -> Personne:
    """Set the first password; no link of this person then serves any more."""
    with ecriture(invitation.personne):
        now = timezone.now()
        personne = Personne.objects.select_for_update().get(pk=invitation.personne_id)
        waiting = Invitation.objects.filter(pk=invitation.pk, acceptee_le=None, expire_le__gt=now)
        if personne.has_usable_password() or not personne.is_active or not waiting.update(acceptee_le=now):
            raise ValidationError("Ce lien a déjà servi ou n’est plus valable : demandez-en un nouveau.")
        Invitation.objects.filter(personne=personne, acceptee_le=None).delete()
        personne.set_password(mot_de_passe)
        personne.save(update_fields=["password"])
    return personne


def give_mandate(auteur: Any, mandat: Mandat) -> Mandat:
    """Give a mandate, or change one: what it was and what it becomes, both must be in the author's gift."""
    with ecriture(auteur, "comptes.inviter"):
        check_may_give(auteur, mandat, mandat.pk)
        mandat.full_clean()
        mandat.save()
    return mandat


def end_mandate(auteur: Any, mandat: Mandat) -> None:
    """Delete a mandate that the author could give; the history keeps it."""
    with ecriture(auteur, "comptes.inviter"):
        check_may_give(auteur, mandat, mandat.pk)
        mandat.delete()


def can_give(auteur: Any, mandat: Mandat) -> bool:
    """Whether the author could give this mandate as it is written."""
    return may_give(queries.read_titulaire(auteur), mandat.pouvoir, timezone.localdate())


def check_may_give(auteur: Any, mandat: Mandat, stored: int | None = None) -> None:
    """Refuse what the author could not give: as it is written, and as row ``stored`` stands in the base."""
    rows = list(Mandat.objects.filter(pk=stored)) if stored else []
    if not all(can_give(auteur, one) for one in (mandat, *rows)):
        raise ValidationError(
            f"« {mandat} » dépasse ce que vos propres mandats vous permettent de donner : "
            "seule une administration au périmètre et au terme au moins égaux le peut."
        )


def create_jeton(auteur: Personne, nom: str, droits: Iterable[str] = ()) -> str:
    """A new API key, valid for a year, reading ``droits`` beyond the public part; its secret, shown once."""
    read = [Jeton.Droit(one).value for one in droits]
    with ecriture(auteur, "comptes.gerer_jetons"):
        clear, empreinte = secret.nouveau()
        until = timezone.now() + JETON_VALABLE
        Jeton.objects.create(empreinte=empreinte, nom=nom, personne=auteur, expire_le=until, droits=read)
    return clear


def revoke_jeton(auteur: Personne, jeton: Jeton) -> None:
    """End an API key."""
    with ecriture(auteur, "comptes.revoquer_jeton", jeton):
        Jeton.objects.filter(pk=jeton.pk, revoque_le=None).update(revoque_le=timezone.now())


# Demonstration accounts are named by role, never as people: (role, first name, theme, dimension).
DEMONSTRATION = (
    (Mandat.Role.ADMINISTRATION, "Administration", "", ""),
    (Mandat.Role.CHARGE_MISSION, "Chargé·e de mission", "", ""),
    (Mandat.Role.PILOTE_DEPARTEMENTAL, "Pilote départemental", "", ""),
    (Mandat.Role.PILOTE_THEMATIQUE, "Pilote santé", "sante", ""),
    (Mandat.Role.REFERENT_DIMENSION, "Référent·e inclusion numérique", "", "inclusion-numerique"),
    (Mandat.Role.PARTENAIRE, "Partenaire", "", ""),
    (Mandat.Role.ACCUEIL, "Agent d’accueil", "", ""),
)


def create_demonstration(arrondissements: Mapping[str, str]) -> tuple[str, list[Personne]]:
    """Make the demonstration accounts, or give them a new password; the password and the accounts.

    ``arrondissements``: name by code; the one in the middle has a pilote territorial, none without any.
    Only for an install that tries the tool: ``maillage demo`` calls it, nothing else does.
    """
    password = get_random_string(14)
    kept = make_password(password)  # once for all: it is slow on purpose
    with transaction.atomic():
        organisation, _ = Organisation.objects.get_or_create(
            nom="Organisation de démonstration", defaults={"nature": Organisation.Nature.AUTRE}
        )
        accounts = [
            _create_account(organisation, kept, role, nom, theme=theme, dimension=dimension)
            for role, nom, theme, dimension in DEMONSTRATION
        ]
        if arrondissements:
            code, nom = sorted(arrondissements.items())[(len(arrondissements) - 1) // 2]
            role, title = Mandat.Role.PILOTE_TERRITORIAL, f"Pilote territorial {de(nom)}"
            place = f"arrondissement:{code}"
            accounts.append(_create_account(organisation, kept, role, title, territoire=place))
    return password, accounts


def _create_account(organisation: Organisation, kept: str, role: str, nom: str, **portee: str) -> Personne:
    personne, _ = Personne.objects.get_or_create(
        email=f"{role.replace('_', '-')}@demonstration.invalid",
        defaults={
            "first_name": nom,
            "last_name": "(démonstration)",
            "organisation": organisation,
            "demonstration": True,
            "is_staff": role == Mandat.Role.ADMINISTRATION,
        },
    )
    personne.password = kept
    personne.save(update_fields=["password"])
    Mandat.objects.get_or_create(
        personne=personne,
        role=role,
        organisation=organisation,
        defaults={**portee, "debut": timezone.localdate()},
    )
    return personne
