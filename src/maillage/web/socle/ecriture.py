"""Each write goes through here: permission asked, one transaction, the author in the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.textes import LONGUEUR, clean_all, clean_text

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


def check_texts(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    """Before any row of ours is saved: its texts are clean and of a bounded length, its numbers fit.

    A session holds what Django encodes, an import under way included: no text that anybody reads.
    """
    if not sender.__module__.startswith("maillage.") or issubclass(sender, AbstractBaseSession):
        return
    for field in sender._meta.concrete_fields:  # noqa: SLF001  Django's name
        value = getattr(instance, field.attname)
        if isinstance(value, str) and isinstance(field, models.CharField | models.TextField):
            with as_validation():
                setattr(instance, field.attname, _check(field, value))
        elif isinstance(value, list | dict) and isinstance(field, models.JSONField):
            setattr(instance, field.attname, clean_all(value))


def _check(field: Any, value: str) -> str:
    kept = clean_text(value)
    limit = field.max_length or (LONGUEUR if field.editable else None)
    if limit is not None and len(kept) > limit:
        reason = f"{str(field.verbose_name).capitalize()} : {len(kept)} caractères, {limit} au plus"
        raise EntreeInvalide(reason)
    return kept


def _sign(instance: models.Model, request: Any = None) -> Any:
    auteur = _auteur.get()
    return auteur if auteur is not None and auteur.pk else None


def historique(**options: Any) -> HistoricalRecords:
    """The history of a model: who, when, what; the author comes from :func:`ecriture`."""
    return HistoricalRecords(get_user=_sign, **options)
