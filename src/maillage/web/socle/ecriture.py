"""Each write goes through here: permission asked, one transaction, the author in the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from maillage.catalogue.erreurs import EntreeInvalide

_auteur: ContextVar[Any] = ContextVar("auteur", default=None)


@contextmanager
def ecriture(auteur: Any, permission: str | None = None, objet: Any = None) -> Iterator[None]:
    """One write by ``auteur``: refused without ``permission`` on ``objet``, atomic, signed in the history.

    ``permission`` None is for writes open to anyone (accepting an invitation); ``auteur`` None is the system.
    """
    if permission is not None and not auteur.has_perm(permission, objet):
        raise PermissionDenied(permission)
    token = _auteur.set(auteur)
    try:
        with transaction.atomic():
            yield
    finally:
        _auteur.reset(token)


@contextmanager
def as_validation() -> Iterator[None]:
    """What the rules refuse, as a form says it."""
    try:
        yield
    except EntreeInvalide as error:
        raise ValidationError([str(fault) for fault in error.fautes] or [error.message]) from error


def _sign(instance: models.Model, request: Any = None) -> Any:
    auteur = _auteur.get()
    return auteur if auteur is not None and auteur.pk else None


def historique(**options: Any) -> HistoricalRecords:
    """The history of a model: who, when, what; the author comes from :func:`ecriture`."""
    return HistoricalRecords(get_user=_sign, **options)
