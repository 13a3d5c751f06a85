"""Reads on accounts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.sdaasp.mandats.autorite import Titulaire, may_take_over
from maillage.web.comptes import portees, secret
from maillage.web.comptes.identifiant import normalize_address
from maillage.web.comptes.models import Invitation, Jeton, Mandat, Personne


def get_invitation(clear: str) -> Invitation:
    """The invitation of this secret, still open; 404 otherwise, with what to do."""
    return get_open_invitation(empreinte=secret.empreinte(clear))


def get_open_invitation(**which: Any) -> Invitation:
    """An invitation that may still be accepted; 404 otherwise, with what to do."""
    still_open = {"acceptee_le": None, "expire_le__gt": timezone.now(), "personne__is_active": True}
    found = Invitation.objects.select_related("personne").filter(**which, **still_open).first()
    if found is None:
        raise Http404("Ce lien d’invitation a déjà servi ou n’est plus valable. Demandez-en un nouveau.")
    return found


def get_titulaire(courriel: str) -> Personne:
    """Who has an account under this address, in use; ``ValidationError`` with what to do otherwise."""
    found = Personne.objects.filter(email=normalize_address(courriel), is_active=True).first()
    if found is None:
        raise ValidationError("Personne n’a de compte en service à cette adresse : invitez-la plutôt.")
    return found


def list_mandats(personne: Personne) -> QuerySet[Mandat]:
    """All the mandates of a person, present and past."""
    return Mandat.objects.filter(personne=personne).select_related("organisation").order_by("-debut", "pk")


def tell_mandats(personne: Personne) -> list[tuple[Mandat, dict[str, str]]]:
    """(mandate, what it names in words by field) of a person; a field left open is not there."""
    known = portees.list_names()
    return [
        (
            mandat,
            {
                field: portees.name_scope(field, key, known) if (key := getattr(mandat, field)) else ""
                for field in ("theme", "territoire", "dimension")
            },
        )
        for mandat in list_mandats(personne)
    ]


def list_jetons(personne: Personne) -> QuerySet[Jeton]:
    """The API keys of a person that still serve."""
    return Jeton.objects.filter(personne=personne, revoque_le=None, expire_le__gt=timezone.now())


def get_jeton(personne: Personne, jeton_id: int) -> Jeton:
    """One API key of this person, or 404."""
    return get_object_or_404(Jeton, pk=jeton_id, personne=personne)


def find_jeton(clear: str) -> Jeton | None:
    """The API key of this secret, if it still serves and its owner is active."""
    return (
        Jeton.objects.select_related("personne")
        .filter(
            empreinte=secret.empreinte(clear),
            revoque_le=None,
            expire_le__gt=timezone.now(),
            personne__is_active=True,
        )
        .first()
    )


def list_comptes_demonstration() -> QuerySet[Personne]:
    """The demonstration accounts, named by role."""
    return Personne.objects.filter(demonstration=True).order_by("pk")


def read_titulaire(personne: Personne) -> Titulaire:
    """What this person holds in the base now, as the rule of authority reads it."""
    held = personne.mandats.order_by("pk")
    return Titulaire(tuple(m.pouvoir for m in held), superutilisateur=personne.is_superuser)


def is_in_charge_of(auteur: Personne, personne: Personne) -> bool:
    """Whether ``auteur`` may hold a way into this account, or close it."""
    return may_take_over(read_titulaire(auteur), read_titulaire(personne), timezone.localdate())
