"""Writes on amendments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.sdaasp.programme.amendements import (
    A_SON_AUTEUR,
    Changement,
    check_move,
    list_changes,
    list_moved,
)
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sdaasp.programme.vocabulaire import EtatAmendement
from maillage.web.programme import models
from maillage.web.programme.conversion import to_dict, to_value
from maillage.web.programme.discussion import list_amendements
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi.commands import Nature, announce, update


def propose_amendement(
    auteur: Any,
    objet: models.ObjetProgramme,
    champs: Mapping[str, Any],
    motif: str,
    *,
    brouillon: bool = False,
) -> models.Amendement:
    """Propose to change fields of an object; nothing changes until it is adopted."""
    with ecriture(auteur, "programme.proposer_amendement"):
        if not motif.strip():
            raise ValidationError("Dites pourquoi : le motif accompagne la proposition jusqu’à la décision.")
        current = to_plain(to_value(objet))
        changes = list_changes(current, champs)
        if not changes:
            raise ValidationError("La proposition ne change rien.")
        with as_validation():
            from_plain(objet.PUR, to_dict(objet) | dict(champs))
        row = models.Amendement.objects.create(
            sorte=objet.SORTE,
            objet=objet.cle,
            changements=[asdict(change) for change in changes],
            motif=motif,
            auteur=auteur,
            etat=(EtatAmendement.BROUILLON if brouillon else EtatAmendement.PROPOSE).value,
            propose_le=None if brouillon else timezone.now(),
        )
        if not brouillon:
            announce(auteur, objet, Nature.AMENDEMENT, f"amendement proposé : {motif}")
    return row


def move_amendement(
    auteur: Any, amendement: models.Amendement, etat: EtatAmendement, reponse: str, *, malgre: bool = False
) -> None:
    """Move an amendment. Its author proposes or withdraws it; those who decide do the rest.

    A draft is its author's: to anybody else it does not exist, and nobody is told when it is thrown away.

    Adopted, it is written by ``update``: same checks, same history. When what it changes has itself changed
    since, it is refused unless ``malgre``.
    """
    mine = etat in A_SON_AUTEUR and amendement.auteur_id == auteur.pk
    with ecriture(auteur, None if mine else "programme.instruire_amendement"):
        row = get_object_or_404(list_amendements(auteur).select_for_update(of=("self",)), pk=amendement.pk)
        with as_validation():
            check_move(EtatAmendement(row.etat), etat, reponse)
        row.etat, row.reponse = etat.value, reponse.strip() or row.reponse
        if etat is EtatAmendement.PROPOSE:
            row.propose_le = timezone.now()
        row.save()
        if row.propose_le is None:
            return
        objet = get_object_or_404(models.SORTES[row.sorte], cle=row.objet)
        if etat is EtatAmendement.ADOPTE:
            _apply(auteur, objet, row, malgre=malgre)
        announce(auteur, objet, Nature.AMENDEMENT, f"amendement {row.etat_libelle.lower()} : {row.motif}")


def _apply(auteur: Any, objet: models.ObjetProgramme, row: models.Amendement, *, malgre: bool) -> None:
    changes = [Changement(**change) for change in row.changements]
    moved = list_moved(changes, to_plain(to_value(objet)))
    if moved and not malgre:
        names = ", ".join(objet.name_champ(name) for name in moved)
        raise ValidationError(
            f"Le texte a changé depuis la proposition ({names}). Relisez-le ; pour adopter quand même, "
            "cochez « Remplacer le texte d’aujourd’hui »."
        )
    fields = {change.champ: change.apres for change in changes}
    update(auteur, objet, objet.version, fields, f"Amendement n° {row.pk} adopté")
