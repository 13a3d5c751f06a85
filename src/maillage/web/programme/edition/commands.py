"""Writes on any object of the programme: each one asks the permission, is atomic, and signs the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.echange import from_plain
from maillage.sdaasp.programme.structure import describe
from maillage.web.programme import models
from maillage.web.programme.conversion import name_field, to_dict, to_value
from maillage.web.programme.rules import MODIFIER
from maillage.web.programme.suivi.commands import Nature, announce
from maillage.web.programme.suivi.queries import get_etat, list_versions
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


def create(auteur: Any, row: models.Suivi, motif: str = "Création") -> None:
    """Write a new row, signed, and tell those who follow."""
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


def number_alone() -> None:
    """Until the end of the transaction, nobody else takes the next number."""
    models.Referentiel.objects.select_for_update().first()


def restaurer(auteur: Any, objet: T, moment: datetime, version: int) -> T:
    """Put an object back as it was at a moment; the history keeps what it replaces."""
    with ecriture(auteur, "programme.restaurer", objet):
        current = _lock(objet, version)
        past = get_etat(objet, moment)
        if past is None:
            raise ValidationError("L’objet n’existait pas à cette date.")
        return _put_back(
            auteur, current, past, f"Restauré tel qu’au {timezone.localtime(moment):%d/%m/%Y %H:%M}"
        )


def annuler(auteur: Any, objet: T, version: int) -> T:
    """Undo one's own last change, while nobody has written since."""
    with ecriture(auteur, MODIFIER[objet.SORTE], objet):
        current = _lock(objet, version)
        last, *before = list_versions(current)[:2]
        if not before or last.history_user != auteur:
            raise ValidationError(
                "Seul votre dernier changement peut être annulé ; l’historique garde le reste."
            )
        return _put_back(auteur, current, before[0], "Changement annulé")


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
