"""Writes on amendments: proposed, spoken of, decided, taking effect on their day."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.amendements import (
    A_SON_AUTEUR,
    Changement,
    check_effect,
    check_move,
    list_changes,
    list_moved,
    put_opinion,
)
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sdaasp.programme.vocabulaire import EtatAmendement, Opinion
from maillage.web.programme import models
from maillage.web.programme.conversion import to_dict, to_value
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.versions.commands import keep_version
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi.commands import Nature, announce, save_change

logger = logging.getLogger(__name__)


def propose_amendement(
    auteur: Any,
    objet: models.ObjetProgramme,
    champs: Mapping[str, Any],
    motif: str,
    *,
    brouillon: bool = False,
) -> models.Amendement:
    """Propose to change fields of an object; nothing changes until it takes effect."""
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


def _lock(auteur: Any, amendement: models.Amendement) -> models.Amendement:
    """The amendment as it is, until the end of the transaction; a draft exists for its author alone."""
    row: models.Amendement = get_object_or_404(
        list_amendements(auteur).select_for_update(of=("self",)), pk=amendement.pk
    )
    return row


def give_opinion(auteur: Any, amendement: models.Amendement, sens: Opinion, texte: str) -> None:
    """Say what one thinks of an amendment before it is decided; saying it again replaces it."""
    with ecriture(auteur, "programme.proposer_amendement"):
        row = _lock(auteur, amendement)
        said = {"par": str(auteur), "sens": sens.value, "texte": texte.strip()[:1000]}
        stamp = {"personne": auteur.pk, "le": timezone.localdate().isoformat()}
        with as_validation():
            row.avis = put_opinion(EtatAmendement(row.etat), row.avis, said | stamp)
        row.save()


def move_amendement(
    auteur: Any,
    amendement: models.Amendement,
    etat: EtatAmendement,
    reponse: str,
    *,
    malgre: bool = False,
    effet_le: date | None = None,
    decision: str = "",
) -> None:
    """Move an amendment. Its author proposes or withdraws it; those who decide do the rest.

    A draft is its author's: to anybody else it does not exist, and nobody is told when it is thrown away.

    Adopted, it takes effect on ``effet_le``, today unless said; whoever adopts it may change its object. When
    what it changes has itself changed since, it is refused unless ``malgre``. ``decision``: key of the one,
    of a comité, that settles it.
    """
    mine = etat in A_SON_AUTEUR and amendement.auteur_id == auteur.pk
    with ecriture(auteur, None if mine else "programme.instruire_amendement"):
        row, today = _lock(auteur, amendement), timezone.localdate()
        with as_validation():
            check_move(EtatAmendement(row.etat), etat, reponse)
        row.etat, row.reponse = etat.value, reponse.strip() or row.reponse
        row.decision = decision or row.decision
        if etat is EtatAmendement.PROPOSE:
            row.propose_le = timezone.now()
        if etat is EtatAmendement.ADOPTE:
            row.effet_le, row.decide_par = effet_le or today, auteur
            with as_validation():
                check_effect(row.effet_le, today)
        row.save()
        if row.propose_le is None:
            return
        objet = _get_objet(row)
        announce(auteur, objet, Nature.AMENDEMENT, f"amendement {row.etat_libelle.lower()} : {row.motif}")
        if etat is EtatAmendement.ADOPTE:
            if not auteur.has_perm(objet.MODIFIER, objet):
                raise PermissionDenied(objet.MODIFIER)
            _check_text(objet, row, malgre=malgre)
            if row.effet_le <= today:
                _apply(auteur, row)


def _get_objet(row: models.Amendement) -> models.ObjetProgramme:
    objet: models.ObjetProgramme = get_object_or_404(models.SORTES[row.sorte], cle=row.objet)
    return objet


def _check_text(objet: models.ObjetProgramme, row: models.Amendement, *, malgre: bool) -> None:
    changes = [Changement(**change) for change in row.changements]
    moved = list_moved(changes, to_plain(to_value(objet)))
    if moved and not malgre:
        names = ", ".join(objet.name_champ(name) for name in moved)
        raise ValidationError(
            f"Le texte a changé depuis la proposition ({names}). Relisez-le ; pour adopter quand même, "
            "cochez « Remplacer le texte d’aujourd’hui »."
        )


def apply_amendement(auteur: Any, amendement: models.Amendement, *, malgre: bool = False) -> None:
    """Make an adopted amendment whose day has come take effect; the same checks as at its adoption."""
    with ecriture(auteur, "programme.instruire_amendement"):
        row = _lock(auteur, amendement)
        if not row.is_due(timezone.localdate()):
            raise ValidationError("Cet amendement n’est pas de ceux qui attendent de prendre effet.")
        objet = _get_objet(row)
        if not auteur.has_perm(objet.MODIFIER, objet):
            raise PermissionDenied(objet.MODIFIER)
        _check_text(objet, row, malgre=malgre)
        _apply(auteur, row)


def apply_due(today: date) -> int:
    """Make take effect every adopted amendment whose day has come, in the name of who adopted it; how many.

    One whose text has changed since, or that the rules refuse by now, waits for somebody to read it again;
    another does not wait for it. What fails otherwise is raised once the others are done: it is tried again.
    """
    waiting = models.Amendement.objects.filter(
        etat=EtatAmendement.ADOPTE, applique_le=None, effet_le__lte=today
    )
    done, failed = 0, []
    for pk in list(waiting.order_by("effet_le", "pk").values_list("pk", flat=True)):
        try:
            done += _apply_one(pk, today)
        except (ValidationError, EntreeInvalide):
            logger.exception("l’amendement n° %d ne peut pas prendre effet", pk)
        except Exception as error:  # noqa: BLE001 - raised below
            error.add_note(f"amendement n° {pk}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("amendements qui n’ont pas pris effet", failed)
    return done


def _apply_one(pk: int, today: date) -> bool:
    """Whether an amendment that should take effect did."""
    with ecriture(None):
        row = models.Amendement.objects.select_for_update(of=("self",)).get(pk=pk)
        objet = models.SORTES[row.sorte].objects.filter(cle=row.objet).first()
        changes = [Changement(**change) for change in row.changements]
        if not row.is_due(today) or objet is None or list_moved(changes, to_plain(to_value(objet))):
            return False
        with ecriture(row.decide_par):
            _apply(row.decide_par, row)
    return True


_seen: list[date] = []
"""The day on which this process last looked for what takes effect."""


def run_if_due() -> None:
    """Make take effect what should, once a day; called by the worker of the install."""
    today = timezone.localdate()
    if _seen[-1:] != [today]:
        apply_due(today)
        _seen[:] = [today]


def _apply(auteur: Any, row: models.Amendement) -> None:
    """Write what an amendment changes, and the version of the schema that it makes; inside a command."""
    model = models.SORTES[row.sorte]
    objet = model.objects.select_for_update().get(cle=row.objet)
    fields = {change["champ"]: change["apres"] for change in row.changements}
    motif = f"Amendement n° {row.pk} adopté"
    with keep_version(timezone.localdate(), f"{motif} : {row.motif}", row.pk):
        objet.write(fields)
        save_change(auteur, objet, fields, motif)
    row.applique_le = timezone.now()
    row.save()
