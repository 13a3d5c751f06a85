"""Writes on who is who: one's own contact, and partners without an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.web.comptes.models import Organisation
from maillage.web.partenaires.models import ContactMontre, Partenaire
from maillage.web.socle.ecriture import ecriture

LIRE, DECRIRE = "gouvernance.lire", "gouvernance.decrire"


def show_contact(personne: Any, champs: Mapping[str, str], *, accepte: bool) -> ContactMontre:
    """Show one's own contact, from today's consent; nobody shows another's."""
    if not accepte:
        raise ValidationError("Sans votre accord, rien n’est montré.")
    if not champs.get("courriel") and not champs.get("telephone"):
        raise ValidationError("Donnez un courriel ou un téléphone à montrer.")
    with ecriture(personne, LIRE):
        values = {**champs, "consenti_le": timezone.localdate()}
        row, _ = ContactMontre.objects.update_or_create(personne=personne, defaults=values)
    return row


def hide_contact(personne: Any) -> None:
    """Take back one's consent: what was shown is erased."""
    with ecriture(personne):
        ContactMontre.objects.filter(personne=personne).delete()


def save_partenaire(
    auteur: Any, row: Partenaire, nom: str, nature: str, champs: Mapping[str, str]
) -> Partenaire:
    """Describe a partner; its organisation is the one of this name, made if there is none."""
    with ecriture(auteur, DECRIRE):
        row.organisation, _ = Organisation.objects.get_or_create(nom=nom, defaults={"nature": nature})
        for name, value in champs.items():
            setattr(row, name, value)
        row.save()
    return row


def remove_partenaire(auteur: Any, row: Partenaire) -> None:
    """A partner no more; its organisation stays."""
    with ecriture(auteur, DECRIRE):
        row.delete()
