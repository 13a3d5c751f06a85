"""Writes on indicators, targets and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError

from maillage.sdaasp.indicateurs.valeurs import from_atlas, validate_value
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.web.comptes.models import Personne
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields, to_value
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi.commands import Nature, announce, create, update
from maillage.web.suivi.queries import find_free_key

Liaison = tuple[ChiffreCite, float]
"""A figure of the atlas, and by what to multiply it to count it in the unit of the indicator."""


def create_indicateur(
    auteur: Any,
    objet: models.ObjetProgramme,
    champs: Mapping[str, Any],
    cible: Mapping[str, Any] | None = None,
) -> models.IndicateurSuivi:
    """An indicator for an objective, a fiche or a declinaison, with its first target if one is known."""
    with ecriture(auteur, "programme.modifier_indicateur", objet):
        models.Referentiel.lock()
        key = find_free_key(f"{objet.cle}#", (str(n) for n in count(1)))
        row = models.IndicateurSuivi(cle=key, objet=objet.cle, **champs)
        create(auteur, row)
        if cible is not None:
            set_cible(auteur, row, **cible)
    return row


def set_cible(
    auteur: Any, indicateur: models.IndicateurSuivi, annee: int, valeur: float | None, texte: str | None
) -> models.Cible:
    """Set or change the target of an indicator for a year."""
    with ecriture(auteur, "programme.modifier_indicateur", indicateur):
        if valeur is None and not texte:
            raise ValidationError("Une cible est un nombre ou une phrase.")
        row, _ = models.Cible.objects.update_or_create(
            indicateur=indicateur, annee=annee, defaults={"valeur": valeur, "texte": texte or None}
        )
        announce(auteur, indicateur, Nature.CIBLE, f"cible fixée pour {annee}")
    return row


def propose_valeur(
    auteur: Personne, indicateur: models.IndicateurSuivi, champs: Mapping[str, Any]
) -> models.Valeur:
    """A value, to be validated by somebody else."""
    with ecriture(auteur, "programme.proposer_valeur", indicateur):
        announce(auteur, indicateur, Nature.VALEUR, "valeur proposée")
        return models.Valeur.objects.create(indicateur=indicateur, auteur=str(auteur), **champs)


def create_from_figure(
    auteur: Any, objet: models.ObjetProgramme, champs: Mapping[str, Any], lien: Liaison, jour: date
) -> models.IndicateurSuivi:
    """An indicator that is a figure of the atlas, with what this atlas says, to be validated."""
    with ecriture(auteur, "programme.modifier_indicateur", objet):
        row = create_indicateur(auteur, objet, {**champs, **tell_link(lien[0])})
        _propose_figure(auteur, row, lien, jour)
    return row


def bind(auteur: Any, indicateur: models.IndicateurSuivi, lien: Liaison, jour: date) -> None:
    """Fill an indicator with a figure of the atlas from now on, beginning with what this atlas says."""
    with ecriture(auteur, "programme.modifier_indicateur", indicateur):
        row = update(auteur, indicateur, indicateur.version, tell_link(lien[0]), "")
        _propose_figure(auteur, row, lien, jour)


def tell_link(figure: ChiffreCite) -> dict[str, str]:
    """The fields of an indicator that say which figure fills it."""
    return {"indicateur_atlas": figure.indicateur, "niveau": figure.niveau, "code": figure.code}


def fill_from_atlas(auteur: Any, chiffres: Mapping[str, Liaison], jour: date) -> int:
    """Propose the figures of an atlas for the indicators bound to it (by key); the number proposed.

    An atlas proposes once: what it has already proposed for an indicator is left as it is. ``auteur`` None
    is the application itself, opened on a new atlas.
    """
    with ecriture(auteur, "programme.valider_valeur" if auteur else None):
        rows = models.IndicateurSuivi.objects.filter(cle__in=chiffres).order_by("pk")
        return sum(_propose_figure(auteur, row, chiffres[row.cle], jour) for row in rows)


def _propose_figure(auteur: Any, row: models.IndicateurSuivi, lien: Liaison, jour: date) -> bool:
    value = from_atlas(to_value(row), lien[0], jour, lien[1])
    said = {f"chiffre__{name}": getattr(lien[0], name) for name in ("indicateur", "niveau", "code")}
    if row.valeurs.filter(auteur=value.auteur, **said).exists():
        return False
    models.Valeur.objects.create(**to_fields(value) | {"indicateur": row})
    announce(auteur, row, Nature.VALEUR, f"valeur proposée par l’{value.auteur}")
    return True


def validate_valeur(auteur: Personne, valeur: models.Valeur, motif: str) -> models.Valeur:
    """Validate a proposed value, with the reason."""
    with ecriture(auteur, "programme.valider_valeur", valeur):
        row = models.Valeur.objects.select_for_update().get(pk=valeur.pk)
        with as_validation():
            validated = validate_value(to_value(row), by=str(auteur), reason=motif)
        row.etat, row.valideur, row.motif = validated.etat.value, validated.valideur, validated.motif
        row.save()
        announce(auteur, row.indicateur, Nature.VALEUR, f"valeur validée : {motif}")
    return row
