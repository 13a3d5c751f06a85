"""Writes on the programme: each one asks the permission, is atomic, and signs the history with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.afom import ChiffreCite
from maillage.sdaasp.amendements import TRANSITIONS
from maillage.sdaasp.echange import from_plain, to_plain
from maillage.sdaasp.indicateurs import from_atlas, validate_value
from maillage.sdaasp.programme import Declinaison as DeclinaisonPure
from maillage.sdaasp.structure import describe
from maillage.sdaasp.vocabulaire import EtatAmendement, get_libelle
from maillage.web.comptes.models import Personne
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields, to_value
from maillage.web.programme.rules import MODIFIER
from maillage.web.socle.ecriture import ecriture

T = TypeVar("T", bound=models.Suivi)


class ConflitVersion(Exception):
    """Somebody else wrote in between: ``actuel`` is what they left. Nothing was written."""

    def __init__(self, actuel: models.Suivi) -> None:
        super().__init__(f"{actuel.cle} est passé à la version {actuel.version}")
        self.actuel = actuel


def modifier(auteur: Any, objet: T, version: int, champs: Mapping[str, Any], motif: str) -> T:
    """Change fields of an object last read at ``version``; ``ConflitVersion`` when it has moved since.

    ``champs`` are in the exchange format. What is no longer « non repris » leaves that list by being written.
    """
    with ecriture(auteur, MODIFIER[objet.SORTE], objet):
        current = type(objet).objects.select_for_update().get(pk=objet.pk)
        if current.version != version:
            raise ConflitVersion(current)
        return _write(current, champs, motif)


def _write(row: T, champs: Mapping[str, Any], motif: str) -> T:
    for name, value in champs.items():
        setattr(row, name, value)
    if getattr(row, "non_repris", None):
        row.non_repris = [name for name in row.non_repris if name not in champs]  # type: ignore[attr-defined]
    check(row)
    row.version += 1
    _save(row, motif)
    return row


def _save(row: models.Suivi, motif: str) -> None:
    row._change_reason = motif[:100] or None  # type: ignore[attr-defined]  # noqa: SLF001  simple_history's name
    row.save()


def check(row: Any) -> None:
    """Refuse a row that the rules of the programme refuse, with every fault."""
    try:
        to_value(row)
    except EntreeInvalide as error:
        raise ValidationError([str(fault) for fault in error.fautes] or [error.message]) from error


def creer_declinaison(auteur: Any, declinaison: DeclinaisonPure, motif: str = "") -> models.Declinaison:
    """A new declinaison, in the next free number of its slot."""
    row = models.Declinaison(**to_fields(declinaison))
    with ecriture(auteur, "programme.modifier_declinaison", row):
        slot = {"theme": row.theme, "arrondissement": row.arrondissement, "annee": row.annee}
        taken = models.Declinaison.objects.filter(**slot).order_by("-numero").values_list("numero", flat=True)
        row.numero = (taken.first() or 0) + 1
        row.cle = replace(declinaison, numero=row.numero).cle
        check(row)
        _save(row, motif or "Création")
    return row


def modifier_en_lot(
    auteur: Any, cles_versions: Mapping[str, int], champs: Mapping[str, Any], motif: str
) -> list[models.Declinaison]:
    """The same change on several declinaisons: all of them, or none."""
    with ecriture(auteur):
        rows = models.Declinaison.objects.filter(cle__in=cles_versions).order_by("pk")
        return [modifier(auteur, row, cles_versions[row.cle], champs, motif) for row in rows]


def creer_indicateur(auteur: Any, objet: models.Suivi, champs: Mapping[str, Any]) -> models.IndicateurSuivi:
    """An indicator for an objective, a fiche or a declinaison."""
    perimetre = objet.perimetre  # type: ignore[attr-defined]
    with ecriture(auteur, "programme.modifier_indicateur", objet):
        number = models.IndicateurSuivi.objects.filter(objet=objet.cle).count() + 1
        row = models.IndicateurSuivi(
            cle=f"{objet.cle}#{number}",
            objet=objet.cle,
            themes=sorted(perimetre.themes),
            territoires=sorted(perimetre.territoires),
            **champs,
        )
        check(row)
        row.save()
    return row


def fixer_cible(
    auteur: Any, indicateur: models.IndicateurSuivi, annee: int, valeur: float | None, texte: str | None
) -> models.Cible:
    """Set or change the target of an indicator for a year."""
    with ecriture(auteur, "programme.modifier_indicateur", indicateur):
        if valeur is None and not texte:
            raise ValidationError("Une cible est un nombre ou une phrase.")
        row, _ = models.Cible.objects.update_or_create(
            indicateur=indicateur, annee=annee, defaults={"valeur": valeur, "texte": texte or None}
        )
    return row


def proposer_valeur(
    auteur: Personne, indicateur: models.IndicateurSuivi, champs: Mapping[str, Any]
) -> models.Valeur:
    """A value, to be validated by somebody else."""
    with ecriture(auteur, "programme.proposer_valeur", indicateur):
        return models.Valeur.objects.create(indicateur=indicateur, auteur=str(auteur), **champs)


def remplir_depuis_atlas(auteur: Any, chiffres: Mapping[str, ChiffreCite], jour: date) -> int:
    """Propose the figures of an atlas for the indicators bound to it (key → figure); the number proposed.

    An atlas proposes once: what it has already proposed for an indicator is left as it is.
    """
    with ecriture(auteur, "programme.valider_valeur"):
        count = 0
        for row in models.IndicateurSuivi.objects.filter(cle__in=chiffres).order_by("pk"):
            value = from_atlas(to_value(row), chiffres[row.cle], jour)
            if not row.valeurs.filter(auteur=value.auteur).exists():
                models.Valeur.objects.create(**to_fields(value) | {"indicateur": row})
                count += 1
    return count


def valider_valeur(auteur: Personne, valeur: models.Valeur, motif: str) -> models.Valeur:
    """Validate a proposed value, with the reason."""
    with ecriture(auteur, "programme.valider_valeur", valeur):
        row = models.Valeur.objects.select_for_update().get(pk=valeur.pk)
        try:
            validated = validate_value(to_value(row), by=str(auteur), reason=motif)
        except EntreeInvalide as error:
            raise ValidationError(error.message) from error
        row.etat, row.valideur, row.motif = validated.etat.value, validated.valideur, validated.motif
        row.save()
    return row


def commenter(auteur: Any, objet: models.Suivi, texte: str) -> models.Commentaire:
    """Say something about an object."""
    with ecriture(auteur, "programme.commenter"):
        if not texte.strip():
            raise ValidationError("Le commentaire est vide.")
        return models.Commentaire.objects.create(objet=objet.cle, texte=texte.strip(), auteur=auteur)


def suivre(auteur: Any, objet: models.Suivi, *, oui: bool) -> None:
    """Follow an object, or stop."""
    with ecriture(auteur, "programme.suivre"):
        if oui:
            models.Abonnement.objects.get_or_create(objet=objet.cle, personne=auteur)
        else:
            models.Abonnement.objects.filter(objet=objet.cle, personne=auteur).delete()


def proposer_amendement(
    auteur: Any, objet: models.Suivi, champ: str, apres: Any, motif: str
) -> models.Amendement:
    """Propose to change one field; nothing changes until it is adopted."""
    with ecriture(auteur, "programme.proposer_amendement"):
        if not motif.strip():
            raise ValidationError("Dites pourquoi : le motif accompagne la proposition jusqu’à la décision.")
        avant = to_plain(getattr(to_value(objet), champ))
        if avant == apres:
            raise ValidationError("La proposition ne change rien.")
        from_plain(objet.PUR, to_plain(to_value(objet)) | {champ: apres})
        return models.Amendement.objects.create(
            sorte=objet.SORTE,
            objet=objet.cle,
            champ=champ,
            avant=avant,
            apres=apres,
            motif=motif,
            auteur=auteur,
        )


def instruire_amendement(
    auteur: Any, amendement: models.Amendement, etat: EtatAmendement, reponse: str
) -> None:
    """Move an amendment; when adopted, the change is written. Its author may withdraw it."""
    mine = etat is EtatAmendement.RETIRE and amendement.auteur_id == auteur.pk
    with ecriture(auteur, None if mine else "programme.instruire_amendement"):
        row = models.Amendement.objects.select_for_update().get(pk=amendement.pk)
        if etat not in TRANSITIONS[EtatAmendement(row.etat)]:
            raise ValidationError(
                f"Un amendement « {row.etat_libelle} » ne peut pas devenir « {get_libelle(etat)} »."
            )
        decided = etat in (EtatAmendement.ADOPTE, EtatAmendement.REJETE)
        if decided and not reponse.strip():
            raise ValidationError("Toute proposition reçoit une réponse : indiquez-la.")
        row.etat, row.reponse = etat.value, reponse.strip() or row.reponse
        row.save()
        if etat is EtatAmendement.ADOPTE:
            objet = get_object_or_404(models.SORTES[row.sorte].objects.select_for_update(), cle=row.objet)
            _write(objet, {row.champ: row.apres}, f"Amendement n° {row.pk} adopté")


def ajouter_item(auteur: Any, champs: Mapping[str, Any]) -> models.ItemAfom:
    """An item of an AFOM matrix."""
    row = models.ItemAfom(**champs)
    with ecriture(auteur, "programme.contribuer_afom", row):
        count = models.ItemAfom.objects.filter(arrondissement=row.arrondissement, theme=row.theme).count()
        row.cle = f"{row.theme}/{row.arrondissement}/afom{count + 1}"
        check(row)
        row.save()
    return row


def voter(auteur: Any, item: models.ItemAfom) -> None:
    """Give one's voice to an item, or take it back."""
    with ecriture(auteur, "programme.contribuer_afom", item):
        vote, created = models.Vote.objects.get_or_create(item=item, personne=auteur)
        if not created:
            vote.delete()
        item.voix = item.votes.count()
        item.save()


def restaurer(auteur: Any, objet: T, moment: datetime, version: int) -> T:
    """Put an object back as it was at a moment; the history keeps what it replaces."""
    with ecriture(auteur, "programme.restaurer", objet):
        current = type(objet).objects.select_for_update().get(pk=objet.pk)
        if current.version != version:
            raise ConflitVersion(current)
        past = objet.history.filter(history_date__lte=moment).order_by("-history_date", "-history_id").first()  # type: ignore[attr-defined]
        if past is None:
            raise ValidationError("L’objet n’existait pas à cette date.")
        names = [champ.nom for champ in describe(objet.PUR) if champ.nom != "cle"]
        for name in names:
            setattr(current, name, getattr(past, name))
        check(current)
        current.version += 1
        _save(current, f"Restauré tel qu’au {timezone.localtime(moment):%d/%m/%Y %H:%M}")
    return current
