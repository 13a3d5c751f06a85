"""The whole programme read from the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, Max, QuerySet, Sum, Value
from django.http import Http404

from maillage.sdaasp.programme.echange import from_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.web.programme import models
from maillage.web.programme.conversion import to_value
from maillage.web.socle.etat import VersionDesTables
from maillage.web.socle.memoire import Memoire

TABLES: dict[str, type[Any]] = {
    "correspondances": models.Correspondance,
    "fiches": models.FicheAction,
    "objectifs": models.ObjectifPrioritaire,
    "declinaisons": models.Declinaison,
    "afom": models.ItemAfom,
    "bonnes_pratiques": models.BonnePratique,
    "labels": models.Label,
    "mutualisations": models.Mutualisation,
    "plans_externes": models.PlanExterne,
    "orientations_fne": models.OrientationFne,
    "indicateurs": models.IndicateurSuivi,  # last: what they measure is there before them
}
MESURES: dict[str, type[Any]] = {"cibles": models.Cible, "valeurs": models.Valeur}
HISTORIQUES: tuple[type[Any], ...] = (models.Referentiel, models.Cible, models.Valeur)
DANS_REFERENTIEL = tuple(f.name for f in fields(Programme) if f.name not in (*TABLES, *MESURES))


class SchemaAbsent(Http404):
    """No schema has begun in this install."""

    def __init__(self) -> None:
        super().__init__(
            "Le schéma de ce département n’est pas encore commencé : l’onglet Programme dit comment faire."
        )


def read() -> Programme:
    """The programme in the database, whole; 404 while no schema has begun."""
    referentiel = models.Referentiel.objects.first()
    if referentiel is None:
        raise SchemaAbsent
    base = from_plain(Programme, referentiel.contenu)
    values: dict[str, Any] = {name: getattr(base, name) for name in DANS_REFERENTIEL}
    for name, model in TABLES.items():
        values[name] = tuple(to_value(row) for row in model.objects.all())
    rank = {fiche.cle: order for order, fiche in enumerate(values["fiches"])}
    values["objectifs"] = tuple(
        sorted(values["objectifs"], key=lambda op: (rank.get(op.fiche, -1), op.ordre))
    )
    for name, model in MESURES.items():
        values[name] = tuple(to_value(row) for row in model.objects.select_related("indicateur"))
    return Programme(**values)


# Kept in this process, by the version of the database: another process that writes changes the version.
_lus = Memoire(2)


def read_programme() -> Programme:
    """The whole programme; read again only when something was written since, by this process or another."""
    return read_version.hold(_lus, read)


def _ask_version() -> tuple[Any, ...]:
    """In two queries, written once for all: each write, whoever makes it, has every process ask."""
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for sql, values in _write_questions(connection.vendor):
            cursor.execute(sql, values)
            rows += cursor.fetchall()
    return tuple(sorted(rows))


@cache
def _write_questions(vendor: str) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """What a base of this kind is asked: rows, their writes, when they moved; the last historical records."""
    first, *others = (
        model.objects.order_by()
        .values(sorte=Value(sorte))
        .annotate(n=Count("pk"), writes=Sum("version"), at=Max("modifie_le"))
        for sorte, model in models.SORTES.items()
    )
    past, *more = (
        model.history.order_by()
        .values(sorte=Value(model.__name__))
        .annotate(n=Count("pk"), last=Max("history_id"), at=Max("history_date"))
        for model in HISTORIQUES
    )
    return tuple(one.query.sql_with_params() for one in (first.union(*others), past.union(*more)))


def _list_tables() -> Iterator[type[Any]]:
    yield from models.SORTES.values()
    for model in HISTORIQUES:
        yield from (model, model.history.model)


read_version = VersionDesTables("programme", _ask_version, _list_tables)
"""What changes at each write of the programme."""


def list_objectifs(fiche: str | None = None) -> QuerySet[models.ObjectifPrioritaire]:
    """The OP, of one fiche or all."""
    rows = models.ObjectifPrioritaire.objects.all()
    return rows.filter(fiche=fiche) if fiche else rows


def list_fiches() -> QuerySet[models.FicheAction]:
    """The fiches in the order of the programme."""
    return models.FicheAction.objects.all()
