"""Writes of those who follow and comment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.web.programme import models
from maillage.web.socle.ecriture import ecriture

Nature = models.Mouvement.Nature


def commenter(auteur: Any, objet: models.Suivi, texte: str) -> models.Commentaire:
    """Say something about an object."""
    with ecriture(auteur, "programme.commenter"):
        if not texte.strip():
            raise ValidationError("Le commentaire est vide.")
        announce(auteur, objet, Nature.COMMENTAIRE, texte.strip())
        return models.Commentaire.objects.create(objet=objet.cle, texte=texte.strip(), auteur=auteur)


def suivre(auteur: Any, objet: models.Suivi, *, oui: bool) -> None:
    """Follow an object, or stop."""
    with ecriture(auteur, "programme.suivre"):
        if oui:
            mail = models.Abonnement.objects.filter(personne=auteur, par_courriel=True).exists()
            models.Abonnement.objects.get_or_create(
                objet=objet.cle, personne=auteur, defaults={"par_courriel": mail}
            )
        else:
            models.Abonnement.objects.filter(objet=objet.cle, personne=auteur).delete()


def marquer_lu(auteur: Any, objet: str = "") -> None:
    """Mark as read what changed in everything followed, or around one object."""
    with ecriture(auteur, "programme.suivre"):
        rows = models.Abonnement.objects.filter(personne=auteur)
        (rows.filter(objet=objet) if objet else rows).update(lu_le=timezone.now())


def recevoir_par_courriel(auteur: Any, *, oui: bool) -> None:
    """Also receive by e-mail what changed in what is followed, or no longer; nothing past is sent."""
    with ecriture(auteur, "programme.suivre"):
        rows = models.Abonnement.objects.filter(personne=auteur)
        rows.update(par_courriel=oui, envoye_le=timezone.now())


def noter_envoi(personne: Any, moment: datetime) -> None:
    """What happened until ``moment`` has been sent to this person; written by the system."""
    with ecriture(None):
        models.Abonnement.objects.filter(personne=personne, par_courriel=True).update(envoye_le=moment)


def announce(auteur: Any, objet: models.Suivi, nature: Nature, texte: str = "") -> None:
    """Tell those who follow ``objet``, what it measures, or its theme; called inside a command."""
    themes = sorted(objet.perimetre.themes)  # type: ignore[attr-defined]
    models.Mouvement.objects.create(
        sorte=objet.SORTE,
        objet=objet.cle,
        sur=getattr(objet, "objet", ""),
        theme=themes[0] if len(themes) == 1 else "",
        nature=nature,
        intitule=str(objet)[:300],
        texte=texte[:300],
        auteur=auteur,
    )
