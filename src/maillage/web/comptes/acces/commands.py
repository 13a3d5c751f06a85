"""Writes on ways into an account: password, second factor, recovery, sessions, sleep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from maillage.catalogue.constantes import read_constant
from maillage.web.comptes import secret
from maillage.web.comptes.acces import queries
from maillage.web.comptes.essais.bornes import list_bornes
from maillage.web.comptes.essais.commands import forgive
from maillage.web.comptes.identifiant import normalize_address
from maillage.web.comptes.models import CodeSecours, Personne, Recuperation, Session
from maillage.web.comptes.queries import is_in_charge_of
from maillage.web.socle.ecriture import ecriture

CODES = 10


def change_password(auteur: Personne, actuel: str, nouveau: str, session: str | None) -> None:
    """A new password, by whom knows the present one; every other session and every link then end."""
    with ecriture(auteur):
        personne = Personne.objects.select_for_update().get(pk=auteur.pk)
        if not personne.check_password(actuel):
            raise ValidationError("Le mot de passe actuel n’est pas celui-là.")
        _set_password(personne, nouveau)
        close_sessions(auteur, sauf=session)
    auteur.password = personne.password


def _set_password(personne: Personne, password: str) -> None:
    personne.set_password(password)
    personne.save(update_fields=["password"])
    Recuperation.objects.filter(personne=personne, utilisee_le=None).delete()


def give_recovery(auteur: Personne, courriel: str, *, retire_double: bool) -> str:
    """The secret of a link to a new password, from an administrator to hand over; it also wakes the account.

    Only over people all of whose mandates the author could give. Links given before no longer serve.
    """
    with ecriture(auteur, "comptes.administrer"):
        personne = Personne.objects.filter(email=normalize_address(courriel)).first()
        if personne is None:
            raise ValidationError("Aucun compte ne porte cette adresse.")
        if not is_in_charge_of(auteur, personne):
            raise ValidationError(
                "Cette personne tient un mandat que vous ne pourriez pas donner : "
                "seule une administration au périmètre et au terme au moins égaux peut lui remettre un accès."
            )
        if not personne.has_usable_password() and not personne.identites.exists():
            raise ValidationError("Ce compte n’est pas encore ouvert : invitez cette personne de nouveau.")
        _wake(personne)
        if not personne.is_active:
            raise ValidationError("Ce compte est fermé. L’écran d’administration peut le rouvrir.")
        return _open_recovery(auteur, personne, read_constant("lien_remis"), retire_double=retire_double)


def open_recovery_by_mail(personne: Personne) -> str:
    """The secret of a link that is about to be sent to the address of the account."""
    with ecriture(None):
        return _open_recovery(None, personne, read_constant("lien_par_courriel"), retire_double=False)


def _open_recovery(auteur: Personne | None, personne: Personne, hours: float, *, retire_double: bool) -> str:
    Recuperation.objects.filter(personne=personne, utilisee_le=None).delete()
    clear, empreinte = secret.nouveau()
    Recuperation.objects.create(
        empreinte=empreinte,
        personne=personne,
        donnee_par=auteur,
        retire_double=retire_double,
        expire_le=timezone.now() + timedelta(hours=hours),
    )
    return clear


def recover_account(recuperation: Recuperation, mot_de_passe: str) -> None:
    """Use the link: a new password; every session ends, the wait after failed attempts too."""
    with ecriture(recuperation.personne):
        now = timezone.now()
        personne = Personne.objects.select_for_update().get(pk=recuperation.personne_id)
        waiting = Recuperation.objects.filter(pk=recuperation.pk, utilisee_le=None, expire_le__gt=now)
        if not personne.is_active or not waiting.update(utilisee_le=now):
            raise ValidationError("Ce lien a déjà servi ou n’est plus valable : demandez-en un nouveau.")
        _set_password(personne, mot_de_passe)
        close_sessions(personne)
        if recuperation.retire_double:
            TOTPDevice.objects.filter(user=personne).delete()
            CodeSecours.objects.filter(personne=personne).delete()
        forgive(list_bornes(personne.email, None)[:1])


def close_sessions(auteur: Personne, sauf: str | None = None) -> int:
    """End one's sessions but one; how many."""
    with ecriture(auteur):
        return int(Session.objects.filter(personne=auteur).exclude(session_key=sauf or "").delete()[0])


def close_session(auteur: Personne, reference: str) -> None:
    """End one of one's sessions."""
    with ecriture(auteur):
        for row in Session.objects.filter(personne=auteur).order_by("pk"):
            if secret.empreinte(row.session_key) == reference:
                row.delete()


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


def create_codes(auteur: Personne) -> list[str]:
    """Ten new recovery codes, shown once; former ones no longer serve."""
    with ecriture(auteur):
        CodeSecours.objects.filter(personne=auteur).delete()
        made = [secret.nouveau_code() for _ in range(CODES)]
        CodeSecours.objects.bulk_create(CodeSecours(personne=auteur, empreinte=kept) for _, kept in made)
    return [clear for clear, _ in made]


def check_second_factor(personne: Personne, code: str) -> bool:
    """Whether ``code`` is what this account asks for, if it asks; a recovery code serves once."""
    device = queries.find_totp(personne)
    if device is None:
        return True
    if code.isascii() and code.isdecimal():
        return bool(device.verify_token(code))
    kept = CodeSecours.objects.filter(personne=personne, empreinte=secret.empreinte_code(code))
    return bool(kept.filter(utilise_le=None).update(utilise_le=timezone.now()))


def wake_account(auteur: Personne, personne: Personne) -> None:
    """Let an account put to sleep be used again."""
    with ecriture(auteur, "comptes.administrer"):
        if not is_in_charge_of(auteur, personne):
            raise ValidationError(f"{personne} tient un mandat que vous ne pourriez pas donner.")
        _wake(personne)


def _wake(personne: Personne) -> None:
    if personne.endormi_le is not None:
        personne.is_active, personne.endormi_le, personne.reveille_le = True, None, timezone.now()
        personne.save(update_fields=["is_active", "endormi_le", "reveille_le"])


def sleep_accounts(personnes: Any) -> int:
    """Put accounts to sleep: nobody gets in by them until the administration wakes them; how many."""
    with ecriture(None):
        keys = [personne.pk for personne in personnes]
        Session.objects.filter(personne__in=keys).delete()
        return int(Personne.objects.filter(pk__in=keys).update(is_active=False, endormi_le=timezone.now()))
