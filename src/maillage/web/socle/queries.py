"""Reads on background work, and on the state of the database."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.shortcuts import get_object_or_404

from maillage.web.socle.models import Travail


def get_travail(travail_id: int) -> Travail:
    """One piece of work by number."""
    return Travail.objects.get(pk=travail_id)


def get_travail_par_jeton(jeton: str) -> Travail:
    """One piece of work by the secret of its address, or 404."""
    return get_object_or_404(Travail, jeton=jeton)


def find_travail(cle: str) -> Travail | None:
    """The piece of work that answers this question, unless it ended without one or lost its file."""
    for travail in Travail.objects.filter(cle=cle):
        if travail.relancable:
            continue
        if travail.en_vie or (settings.EXPORTS / travail.jeton / travail.fichier).is_file():
            return travail
    return None


def find_dernier_travail(cle: str) -> Travail | None:
    """The piece of work asked last about this question, whatever became of it."""
    return Travail.objects.filter(cle=cle).order_by("-pk").first()


def list_pending_migrations() -> list[str]:
    """What the code expects of the database and that it does not hold yet; DatabaseError when it is mute."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def is_annulation_demandee(travail_id: int) -> bool:
    """Whether someone asked it to stop."""
    return Travail.objects.filter(pk=travail_id, annulation_demandee=True).exists()
