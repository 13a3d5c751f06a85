"""Writes on any followed object: permission asked, atomic, signed in the history, told to who follows."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import queries
from maillage.web.suivi.models import (
    Abonnement,
    Commentaire,
    EnvoiEnCours,
    Mouvement,
    ObjetSuivi,
    Visite,
)

T = TypeVar("T", bound=ObjetSuivi)
UNE_VISITE = timedelta(hours=1)
"""Two openings closer than that are one visit."""
UN_ENVOI = timedelta(minutes=10)
"""A digest that a process took up is its own that long; then it was cut off, and another may."""
Nature = Mouvement.Nature


class ConflitVersion(Exception):
    """Somebody else wrote in between: ``actuel`` is what they left. Nothing was written."""

    def __init__(self, actuel: ObjetSuivi) -> None:
        super().__init__(f"{actuel.cle} est passé à la version {actuel.version}")
        self.actuel = actuel


def announce(
    auteur: Any, objet: ObjetSuivi, nature: Nature, texte: str = "", le: datetime | None = None
) -> None:
    """Tell those who follow ``objet``, what it measures, or its theme; called inside a command.

    ``le``: when it happened, now unless said.
    """
    themes = sorted(objet.perimetre.themes)  # type: ignore[attr-defined]
    Mouvement.objects.create(
        sorte=objet.SORTE,
        objet=objet.cle,
        sur=getattr(objet, "objet", ""),
        theme=themes[0] if len(themes) == 1 else "",
        nature=nature,
        intitule=str(objet)[:300],
        texte=texte[:300],
        auteur=auteur,
        le=le or timezone.now(),
    )


def create(auteur: Any, objet: ObjetSuivi, motif: str = "Création") -> None:
    """Write a new object; called inside a command that has asked the permission."""
    objet.check_rules()
    add(auteur, objet, motif)


def add(auteur: Any, objet: ObjetSuivi, motif: str) -> None:
    """Write a new object whose rules were just checked, with those of others made at once; as ``create``."""
    _save(objet, motif)
    announce(auteur, objet, Nature.CREATION)


def save_change(auteur: Any, objet: ObjetSuivi, champs: Iterable[str], motif: str) -> None:
    """Write a changed object as one more version; called inside a command that has asked the permission."""
    objet.check_rules()
    objet.version += 1
    _save(objet, motif)
    names = ", ".join(objet.name_champ(name) for name in champs)
    announce(auteur, objet, Nature.CHANGEMENT, " · ".join(part for part in (names, motif) if part))


def _save(objet: ObjetSuivi, motif: str) -> None:
    objet._change_reason = motif[:100] or None  # type: ignore[attr-defined]  # noqa: SLF001  simple_history's name
    objet.save()


def update(auteur: Any, objet: T, version: int, champs: Mapping[str, Any], motif: str) -> T:
    """Change fields of an object last read at ``version``; ``ConflitVersion`` when it has moved since."""
    with ecriture(auteur, objet.MODIFIER, objet):
        current = _lock(objet, version)
        current.write(champs)
        save_change(auteur, current, champs, motif)
        return current


def update_all(
    auteur: Any, objets: Iterable[T], versions: Mapping[str, int], champs: Mapping[str, Any], motif: str
) -> list[T]:
    """The same change on several objects (``versions`` by key): all of them, or none."""
    with ecriture(auteur):
        return [update(auteur, objet, versions[objet.cle], champs, motif) for objet in objets]


def restore(auteur: Any, objet: T, moment: datetime, version: int) -> T:
    """Put an object back as it was at a moment; the history keeps what it replaces."""
    with ecriture(auteur, f"{objet.espace}.restaurer", objet):
        current = _lock(objet, version)
        past = queries.get_etat(auteur, objet, moment)
        if past is None:
            raise ValidationError("L’objet n’existait pas à cette date.")
        when = f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"
        return _put_back(auteur, current, past, f"Restauré tel qu’au {when}")


def undo(auteur: Any, objets: Sequence[ObjetSuivi], versions: Mapping[str, int]) -> None:
    """Undo one's own last change, while nobody has written since: on all the objects, or none."""
    with ecriture(auteur):
        for objet in objets:
            _undo_one(auteur, objet, versions[objet.cle])


def _undo_one(auteur: Any, objet: ObjetSuivi, version: int) -> None:
    with ecriture(auteur, objet.MODIFIER, objet):
        current = _lock(objet, version)
        last, before = queries.get_versions_around(current)
        if before is None or last.history_user != auteur:
            raise ValidationError(
                "Seul votre dernier changement peut être annulé ; l’historique garde le reste."
            )
        _put_back(auteur, current, before, "Changement annulé")


def _lock(objet: T, version: int) -> T:
    current = type(objet).objects.select_for_update().get(pk=objet.pk)  # type: ignore[attr-defined]
    if current.version != version:
        raise ConflitVersion(current)
    return current  # type: ignore[no-any-return]


def _put_back(auteur: Any, current: T, past: Any, motif: str) -> T:
    names = [name for name in current.list_champs() if getattr(current, name) != getattr(past, name)]
    for name in names:
        setattr(current, name, getattr(past, name))
    save_change(auteur, current, names, motif)
    return current


def comment(auteur: Any, objet: ObjetSuivi, texte: str) -> Commentaire:
    """Say something about an object."""
    with ecriture(auteur, f"{objet.espace}.commenter"):
        if not texte.strip():
            raise ValidationError("Le commentaire est vide.")
        announce(auteur, objet, Nature.COMMENTAIRE, texte.strip())
        return Commentaire.objects.create(objet=objet.cle, texte=texte.strip(), auteur=auteur)


def follow(auteur: Any, objet: ObjetSuivi, *, oui: bool) -> None:
    """Follow an object, or stop."""
    with ecriture(auteur, f"{objet.espace}.suivre"):
        mine = Abonnement.objects.filter(personne=auteur)
        if oui:
            mail = mine.filter(par_courriel=True).exists()
            Abonnement.objects.get_or_create(
                objet=objet.cle, personne=auteur, defaults={"par_courriel": mail}
            )
        else:
            mine.filter(objet=objet.cle).delete()


def mark_read(auteur: Any, objet: str = "") -> None:
    """Mark as read what changed in everything followed, or around one object."""
    with ecriture(auteur, "suivi.suivre"):
        rows = Abonnement.objects.filter(personne=auteur)
        (rows.filter(objet=objet) if objet else rows).update(lu_le=timezone.now())


def receive_mail(auteur: Any, *, oui: bool) -> None:
    """Also receive by e-mail what changed in what is followed, or no longer; nothing past is sent."""
    with ecriture(auteur, "suivi.suivre"):
        rows = Abonnement.objects.filter(personne=auteur)
        rows.update(par_courriel=oui, envoye_le=timezone.now())


def take_sending(personne: Any, jusqu_au: datetime, now: datetime) -> EnvoiEnCours | None:
    """Take up the digest of a person: the one that was cut off, else a new one; null when another has it."""
    with ecriture(None):
        row, _ = EnvoiEnCours.objects.select_for_update().get_or_create(
            personne=personne,
            defaults={
                "jusqu_au": jusqu_au,
                "identifiant": f"{secrets.token_hex(16)}.{personne.pk}",
                "pris_le": now - UN_ENVOI,
            },
        )
        if now - row.pris_le < UN_ENVOI:
            return None
        row.pris_le = now
        row.save()
        return row  # type: ignore[no-any-return]


def give_back(envoi: EnvoiEnCours) -> None:
    """A sending that was refused may be taken up at once."""
    with ecriture(None):
        EnvoiEnCours.objects.filter(pk=envoi.pk).update(pris_le=envoi.pris_le - UN_ENVOI)


def note_sent(envoi: EnvoiEnCours) -> None:
    """What a digest told has been sent: the mark and the end of the sending, both or neither."""
    with ecriture(None):
        Abonnement.objects.filter(
            personne=envoi.personne, par_courriel=True, envoye_le__lt=envoi.jusqu_au
        ).update(envoye_le=envoi.jusqu_au)
        EnvoiEnCours.objects.filter(pk=envoi.pk).delete()


def stop_mail(personne: Any) -> None:
    """No more digests, asked from a message by whoever received it."""
    with ecriture(personne):
        Abonnement.objects.filter(personne=personne).update(par_courriel=False)


def visit(personne: Any, now: datetime) -> datetime | None:
    """Note that somebody opens her desk; when she left it the time before, null the first time."""
    with ecriture(personne):
        row, _ = Visite.objects.select_for_update().get_or_create(personne=personne, defaults={"vue_le": now})
        if now - row.vue_le > UNE_VISITE:
            row.avant = row.vue_le
        row.vue_le = now
        row.save()
        return row.avant  # type: ignore[no-any-return]
