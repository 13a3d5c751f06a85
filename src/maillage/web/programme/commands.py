"""Writes on the programme: each one asks the permission, is atomic, and signs the history with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from itertools import count
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.indicateurs.valeurs import from_atlas, validate_value
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.amendements import (
    A_SON_AUTEUR,
    Changement,
    check_move,
    list_changes,
    list_moved,
)
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sdaasp.programme.modele import Declinaison as DeclinaisonPure
from maillage.sdaasp.programme.structure import describe
from maillage.sdaasp.programme.vocabulaire import EtatAmendement
from maillage.web.comptes.models import Personne
from maillage.web.programme import models, queries
from maillage.web.programme.conversion import name_field, to_dict, to_fields, to_value
from maillage.web.programme.mouvements import Nature, announce
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
        current = _lock(objet, version)
        for name, value in champs.items():
            setattr(current, name, value)
        if getattr(current, "non_repris", None):
            current.non_repris = [name for name in current.non_repris if name not in champs]  # type: ignore[attr-defined]
        _save_change(auteur, current, champs, motif)
        return current


def _save_change(auteur: Any, row: models.Suivi, names: Iterable[str], motif: str) -> None:
    """Check, count the version, sign, and tell those who follow."""
    check(row)
    row.version += 1
    _save(row, motif)
    fields = ", ".join(name_field(type(row), name) for name in names)
    announce(auteur, row, Nature.CHANGEMENT, " · ".join(part for part in (fields, motif) if part))


def _save(row: models.Suivi, motif: str) -> None:
    row._change_reason = motif[:100] or None  # type: ignore[attr-defined]  # noqa: SLF001  simple_history's name
    row.save()


def _create(auteur: Any, row: models.Suivi, motif: str = "Création") -> None:
    check(row)
    _save(row, motif)
    announce(auteur, row, Nature.CREATION)


def check(row: Any) -> None:
    """Refuse a row that the rules of the programme refuse, with every fault."""
    with as_validation():
        to_value(row)


def check_fields(objet: models.Suivi, champs: Mapping[str, Any]) -> None:
    """Refuse fields that the rules of the programme would refuse on an object."""
    with as_validation():
        from_plain(objet.PUR, to_dict(objet) | dict(champs))


@contextmanager
def as_validation() -> Iterator[None]:
    """What the rules refuse, as a form says it."""
    try:
        yield
    except EntreeInvalide as error:
        raise ValidationError([str(fault) for fault in error.fautes] or [error.message]) from error


def _number_alone() -> None:
    """Until the end of the transaction, nobody else takes the next number."""
    models.Referentiel.objects.select_for_update().first()


def creer_declinaison(auteur: Any, declinaison: DeclinaisonPure, motif: str = "") -> models.Declinaison:
    """A new declinaison, in the next free number of its slot."""
    row = models.Declinaison(**to_fields(declinaison))
    with ecriture(auteur, "programme.modifier_declinaison", row):
        _number_alone()
        slot = {"theme": row.theme, "arrondissement": row.arrondissement, "annee": row.annee}
        taken = models.Declinaison.objects.filter(**slot).order_by("-numero").values_list("numero", flat=True)
        row.numero = (taken.first() or 0) + 1
        row.cle = replace(declinaison, numero=row.numero).cle
        _create(auteur, row, motif or "Création")
    return row


def creer_pratique(auteur: Any, champs: Mapping[str, Any]) -> models.BonnePratique:
    """A good practice; its key is made from its title."""
    row = models.BonnePratique(**champs)
    row.themes = models.list_themes(row)
    with ecriture(auteur, MODIFIER["pratique"], row):
        row.cle = _make_key(models.BonnePratique, row.titre)
        _create(auteur, row)
    return row


def creer_label(auteur: Any, champs: Mapping[str, Any]) -> models.Label:
    """A label; its key is made from its name."""
    with ecriture(auteur, MODIFIER["label"]):
        row = models.Label(cle=_make_key(models.Label, champs["nom"]), **champs)
        _create(auteur, row)
    return row


def _make_key(model: type[models.Suivi], text: str) -> str:
    """A free key that reads like the text."""
    base = slugify(text)[:80] or "sans-titre"
    taken = set(model.objects.filter(cle__startswith=base).values_list("cle", flat=True))
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def modifier_en_lot(
    auteur: Any, cles_versions: Mapping[str, int], champs: Mapping[str, Any], motif: str
) -> list[models.Declinaison]:
    """The same change on several declinaisons: all of them, or none."""
    with ecriture(auteur):
        rows = models.Declinaison.objects.filter(cle__in=cles_versions).order_by("pk")
        return [modifier(auteur, row, cles_versions[row.cle], champs, motif) for row in rows]


def creer_indicateur(
    auteur: Any, objet: models.Suivi, champs: Mapping[str, Any], cible: Mapping[str, Any] | None = None
) -> models.IndicateurSuivi:
    """An indicator for an objective, a fiche or a declinaison, with its first target if one is known."""
    perimetre = objet.perimetre  # type: ignore[attr-defined]
    with ecriture(auteur, "programme.modifier_indicateur", objet):
        _number_alone()
        number = models.IndicateurSuivi.objects.filter(objet=objet.cle).count() + 1
        row = models.IndicateurSuivi(
            cle=f"{objet.cle}#{number}",
            objet=objet.cle,
            themes=sorted(perimetre.themes),
            territoires=sorted(perimetre.territoires),
            **champs,
        )
        _create(auteur, row)
        if cible is not None:
            fixer_cible(auteur, row, **cible)
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
        announce(auteur, indicateur, Nature.CIBLE, f"cible fixée pour {annee}")
    return row


def proposer_valeur(
    auteur: Personne, indicateur: models.IndicateurSuivi, champs: Mapping[str, Any]
) -> models.Valeur:
    """A value, to be validated by somebody else."""
    with ecriture(auteur, "programme.proposer_valeur", indicateur):
        announce(auteur, indicateur, Nature.VALEUR, "valeur proposée")
        return models.Valeur.objects.create(indicateur=indicateur, auteur=str(auteur), **champs)


def remplir_depuis_atlas(auteur: Any, chiffres: Mapping[str, ChiffreCite], jour: date) -> int:
    """Propose the figures of an atlas for the indicators bound to it (key → figure); the number proposed.

    An atlas proposes once: what it has already proposed for an indicator is left as it is. ``auteur`` None
    is the application itself, opened on a new atlas.
    """
    with ecriture(auteur, "programme.valider_valeur" if auteur else None):
        proposed = 0
        for row in models.IndicateurSuivi.objects.filter(cle__in=chiffres).order_by("pk"):
            value = from_atlas(to_value(row), chiffres[row.cle], jour)
            if not row.valeurs.filter(auteur=value.auteur).exists():
                models.Valeur.objects.create(**to_fields(value) | {"indicateur": row})
                announce(auteur, row, Nature.VALEUR, f"valeur proposée par l’{value.auteur}")
                proposed += 1
    return proposed


def valider_valeur(auteur: Personne, valeur: models.Valeur, motif: str) -> models.Valeur:
    """Validate a proposed value, with the reason."""
    with ecriture(auteur, "programme.valider_valeur", valeur):
        row = models.Valeur.objects.select_for_update().get(pk=valeur.pk)
        with as_validation():
            validated = validate_value(to_value(row), by=str(auteur), reason=motif)
        row.etat, row.valideur, row.motif = validated.etat.value, validated.valideur, validated.motif
        row.save()
        announce(auteur, row.indicateur, Nature.VALEUR, f"valeur validée : {motif}")
    return row


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


def proposer_amendement(
    auteur: Any, objet: models.Suivi, champs: Mapping[str, Any], motif: str, *, brouillon: bool = False
) -> models.Amendement:
    """Propose to change fields of an object; nothing changes until it is adopted."""
    with ecriture(auteur, "programme.proposer_amendement"):
        if not motif.strip():
            raise ValidationError("Dites pourquoi : le motif accompagne la proposition jusqu’à la décision.")
        current = to_plain(to_value(objet))
        changes = list_changes(current, champs)
        if not changes:
            raise ValidationError("La proposition ne change rien.")
        check_fields(objet, champs)
        row = models.Amendement.objects.create(
            sorte=objet.SORTE,
            objet=objet.cle,
            changements=[asdict(change) for change in changes],
            motif=motif,
            auteur=auteur,
            etat=(EtatAmendement.BROUILLON if brouillon else EtatAmendement.PROPOSE).value,
        )
        if not brouillon:
            announce(auteur, objet, Nature.AMENDEMENT, f"amendement proposé : {motif}")
    return row


def instruire_amendement(
    auteur: Any, amendement: models.Amendement, etat: EtatAmendement, reponse: str, *, malgre: bool = False
) -> None:
    """Move an amendment. Its author proposes or withdraws it; those who decide do the rest.

    Adopted, it is written by ``modifier``: same checks, same history. When what it changes has itself changed
    since, it is refused unless ``malgre``.
    """
    mine = etat in A_SON_AUTEUR and amendement.auteur_id == auteur.pk
    with ecriture(auteur, None if mine else "programme.instruire_amendement"):
        row = models.Amendement.objects.select_for_update().get(pk=amendement.pk)
        with as_validation():
            check_move(EtatAmendement(row.etat), etat, reponse)
        row.etat, row.reponse = etat.value, reponse.strip() or row.reponse
        row.save()
        objet = get_object_or_404(models.SORTES[row.sorte], cle=row.objet)
        if etat is EtatAmendement.ADOPTE:
            _apply(auteur, objet, row, malgre=malgre)
        announce(auteur, objet, Nature.AMENDEMENT, f"amendement {row.etat_libelle.lower()} : {row.motif}")


def _apply(auteur: Any, objet: models.Suivi, row: models.Amendement, *, malgre: bool) -> None:
    changes = [Changement(**change) for change in row.changements]
    moved = list_moved(changes, to_plain(to_value(objet)))
    if moved and not malgre:
        names = ", ".join(name_field(type(objet), name) for name in moved)
        raise ValidationError(
            f"Le texte a changé depuis la proposition ({names}). Relisez-le ; pour adopter quand même, "
            "cochez « Remplacer le texte d’aujourd’hui »."
        )
    fields = {change.champ: change.apres for change in changes}
    modifier(auteur, objet, objet.version, fields, f"Amendement n° {row.pk} adopté")


def ajouter_item(auteur: Any, champs: Mapping[str, Any]) -> models.ItemAfom:
    """An item of an AFOM matrix."""
    row = models.ItemAfom(**champs)
    with ecriture(auteur, "programme.contribuer_afom", row):
        _number_alone()
        number = models.ItemAfom.objects.filter(arrondissement=row.arrondissement, theme=row.theme).count()
        row.cle = f"{row.theme}/{row.arrondissement}/afom{number + 1}"
        _create(auteur, row)
    return row


def voter(auteur: Any, item: models.ItemAfom) -> None:
    """Give one's voice to an item, or take it back."""
    with ecriture(auteur, "programme.contribuer_afom", item):
        item = models.ItemAfom.objects.select_for_update().get(pk=item.pk)
        vote, created = models.Vote.objects.get_or_create(item=item, personne=auteur)
        if not created:
            vote.delete()
        item.voix = item.votes.count()
        item.save()


def restaurer(auteur: Any, objet: T, moment: datetime, version: int) -> T:
    """Put an object back as it was at a moment; the history keeps what it replaces."""
    with ecriture(auteur, "programme.restaurer", objet):
        current = _lock(objet, version)
        past = queries.get_etat(objet, moment)
        if past is None:
            raise ValidationError("L’objet n’existait pas à cette date.")
        return _put_back(
            auteur, current, past, f"Restauré tel qu’au {timezone.localtime(moment):%d/%m/%Y %H:%M}"
        )


def annuler(auteur: Any, objet: T, version: int) -> T:
    """Undo one's own last change, while nobody has written since."""
    with ecriture(auteur, MODIFIER[objet.SORTE], objet):
        current = _lock(objet, version)
        last, *before = queries.list_versions(current)[:2]
        if not before or last.history_user != auteur:
            raise ValidationError(
                "Seul votre dernier changement peut être annulé ; l’historique garde le reste."
            )
        return _put_back(auteur, current, before[0], "Changement annulé")


def annuler_en_lot(auteur: Any, cles_versions: Mapping[str, int]) -> int:
    """Undo one's own bulk change: on all the declinaisons, or none; how many."""
    with ecriture(auteur):
        rows = list(models.Declinaison.objects.filter(cle__in=cles_versions).order_by("pk"))
        for row in rows:
            annuler(auteur, row, cles_versions[row.cle])
    return len(rows)


def _lock(objet: T, version: int) -> T:
    current = type(objet).objects.select_for_update().get(pk=objet.pk)
    if current.version != version:
        raise ConflitVersion(current)
    return current


def _put_back(auteur: Any, current: T, past: Any, motif: str) -> T:
    names = [champ.nom for champ in describe(current.PUR) if champ.nom != "cle"]
    changed = [name for name in names if getattr(current, name) != getattr(past, name)]
    for name in changed:
        setattr(current, name, getattr(past, name))
    _save_change(auteur, current, changed, motif)
    return current
