"""Writes that begin a schema, or take it back while nobody has worked on it."""

from __future__ import annotations

from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.depart import Depart, make_programme
from maillage.web.programme import models
from maillage.web.programme.lecture import MESURES, TABLES
from maillage.web.programme.reprise.commands import load
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.models import Commentaire, Mouvement

PERMISSION = "programme.importer"


def begin(auteur: Any, depart: Depart) -> None:
    """Write a new schema in an install that has none: whole, or not at all.

    Raises:
        EntreeInvalide: with every fault of the schema, or because another has begun meanwhile.
    """
    programme = make_programme(depart)
    with ecriture(auteur, PERMISSION if auteur else None):
        if models.Referentiel.objects.select_for_update().exists():
            raise EntreeInvalide("Un schéma est déjà commencé dans cette installation.")
        load(programme, auteur)


def is_untouched() -> bool:
    """Whether the schema is still as it began, its frame and blank fiches: it may be taken back."""
    begun = (models.Referentiel, models.FicheAction)
    added: set[Any] = {Mouvement, Commentaire, *MESURES.values(), *TABLES.values()} - {*begun}
    written = any(model.objects.filter(version__gt=1).exists() for model in begun)
    return not written and not any(model.objects.exists() for model in added)


def take_back(auteur: Any) -> None:
    """Undo the beginning of a schema, while it is untouched; the history keeps what is withdrawn.

    Raises:
        EntreeInvalide: somebody has written since.
    """
    with ecriture(auteur, PERMISSION):
        models.Referentiel.lock()
        if not is_untouched():
            raise EntreeInvalide("Quelqu’un a écrit depuis : le schéma ne peut plus être retiré d’un geste.")
        for row in (*models.FicheAction.objects.all(), *models.Referentiel.objects.all()):
            row.delete()
