"""Putting a whole programme in the database, or completing the one there."""

from __future__ import annotations

from typing import Any

from maillage.sdaasp.programme.echange import to_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import get_key
from maillage.sdaasp.reprise.fusion import merge
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields
from maillage.web.programme.lecture import DANS_REFERENTIEL, TABLES, read
from maillage.web.socle.ecriture import ecriture


def load(programme: Programme, auteur: Any = None) -> None:
    """Fill an empty database with a programme."""
    with ecriture(auteur, "programme.importer" if auteur else None):
        contenu = {name: to_plain(getattr(programme, name)) for name in DANS_REFERENTIEL}
        models.Referentiel.objects.create(contenu=contenu)
        for name, model in TABLES.items():
            for order, item in enumerate(getattr(programme, name)):
                _create(model, get_key(name, item), item, order)
        rows = {row.cle: row for row in models.IndicateurSuivi.objects.all()}
        for model, items in ((models.Cible, programme.cibles), (models.Valeur, programme.valeurs)):
            for item in items:
                model(**to_fields(item) | {"indicateur": rows[item.indicateur]}).save()


def load_if_empty(programme: Programme) -> bool:
    """Load a programme in a database that has none; whether it was loaded."""
    if models.Referentiel.objects.exists():
        return False
    load(programme)
    return True


def _create(model: type[Any], key: str, item: Any, order: int) -> None:
    extra = {"ordre": order} if model in (models.FicheAction, models.Declinaison) else {}
    model(**to_fields(item) | {"cle": key} | extra).save()


def _lock() -> None:
    """Nobody edits a row between its reading and its writing (SQLite has one writer anyway)."""
    for model in TABLES.values():
        list(model.objects.select_for_update().order_by("pk").values_list("pk"))


def complete(auteur: Any, imported: Programme) -> int:
    """Fill what the database lacks from an import, never overwriting work; the number of objects touched."""
    with ecriture(auteur, "programme.importer" if auteur else None):
        _lock()
        before = read()
        merged = merge(before, imported).programme
        touched = 0
        for name, model in TABLES.items():
            known = {get_key(name, item): item for item in getattr(before, name)}
            for order, item in enumerate(getattr(merged, name)):
                key = get_key(name, item)
                if key not in known:
                    _create(model, key, item, order)
                elif known[key] != item:
                    row = model.objects.get(cle=key)
                    for field, value in to_fields(item).items():
                        setattr(row, field, value)
                    row.version += 1
                    row.save()
                else:
                    continue
                touched += 1
    return touched
