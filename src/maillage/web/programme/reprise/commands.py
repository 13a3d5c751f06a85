"""Putting a whole programme in the database, or completing the one there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit
from maillage.francais import nombre
from maillage.sdaasp.programme.echange import to_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import get_key, iter_items
from maillage.sdaasp.reprise.fusion import check_fusion, list_changed, merge
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields
from maillage.web.programme.lecture import DANS_REFERENTIEL, MESURES, TABLES, read
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import Nature, announce, create, save_change

MOTIF = "Repris d’un document"


def load(programme: Programme, auteur: Any = None) -> None:
    """Fill an empty database with a programme."""
    with ecriture(auteur, "programme.importer" if auteur else None):
        models.Referentiel.objects.create(contenu=_frame(programme))
        for name, model in TABLES.items():
            for order, item in enumerate(getattr(programme, name)):
                _make(model, get_key(name, item), item, order).save()
        rows = {row.cle: row for row in models.IndicateurSuivi.objects.all()}
        for name, model in MESURES.items():
            for item in getattr(programme, name):
                model(**to_fields(item) | {"indicateur": rows[item.indicateur]}).save()


def load_if_empty(programme: Programme) -> bool:
    """Load a programme in a database that has none; whether it was loaded."""
    if models.Referentiel.objects.exists():
        return False
    load(programme)
    return True


def _frame(programme: Programme) -> dict[str, Any]:
    return {name: to_plain(getattr(programme, name)) for name in DANS_REFERENTIEL}


def _make(model: type[Any], key: str, item: Any, order: int) -> Any:
    extra = {"ordre": order} if model in (models.FicheAction, models.Declinaison) else {}
    return model(**to_fields(item) | {"cle": key} | extra)


def _lock() -> None:
    """Nobody edits a row between its reading and its writing (SQLite has one writer anyway)."""
    tables: tuple[type[Any], ...] = (models.Referentiel, *TABLES.values())
    for model in tables:
        list(model.objects.select_for_update().order_by("pk").values_list("pk"))


def complete(auteur: Any, imported: Programme) -> int:
    """Fill what the database lacks from an import, never overwriting work.

    The number of objects written is the one that the merge announces: every kind of object is written. Raises
    ``EntreeInvalide``, with nothing written, when the programme would no longer hold together.
    """
    with ecriture(auteur, "programme.importer" if auteur else None), _as_faults():
        _lock()
        before = read()
        merged = merge(before, imported)
        check_fusion(before, merged.programme)
        written = _complete_frame(before, merged.programme)
        for name in TABLES:
            written += _complete_rows(auteur, name, before, merged.programme)
        for name, model in MESURES.items():
            written += _add_measures(auteur, model, list_changed(name, before, merged.programme))
    return written


def take(auteur: Any, imported: Programme) -> int:
    """Complete the programme from an import, or begin with it where there is none; the objects written."""
    _refuse_countless(imported)
    if models.Referentiel.objects.exists():
        return complete(auteur, imported)
    with _as_faults():
        load(imported, auteur)
    return sum(1 for _ in iter_items(imported))


def _refuse_countless(imported: Programme) -> None:
    """An import of thousands of objects would keep the base to itself for minutes."""
    count, most = sum(1 for _ in iter_items(imported)), read_limit("programme", "objets")
    if count > most:
        reason = Faute(
            f"{nombre(count)} objets : {nombre(most)} au plus", que_faire="Importez-le en parties."
        )
        raise EntreeInvalide("Ce programme est trop lourd pour être importé d’un coup.", (reason,))


def rehearse(auteur: Any, imported: Programme) -> None:
    """Write an import, read it back, and undo everything: raises exactly what ``take`` would."""
    with transaction.atomic():
        take(auteur, imported)
        read()
        transaction.set_rollback(True)


@contextmanager
def _as_faults() -> Iterator[None]:
    """What a model or the database itself refuses, as a fault of the file."""
    try:
        yield
    except ValidationError as error:
        faults = tuple(map(Faute, error.messages))
        raise EntreeInvalide("La base ne tient pas cet import.", faults) from error
    except (DatabaseError, OverflowError) as error:
        reason = Faute("un nombre ou un texte n’entre pas dans sa colonne", que_faire="Corrigez le fichier")
        raise EntreeInvalide("La base ne tient pas cet import.", (reason,)) from error


def _complete_frame(before: Programme, after: Programme) -> int:
    changed = sum(len(list_changed(name, before, after)) for name in DANS_REFERENTIEL if name != "schema")
    if changed:
        row = models.Referentiel.objects.get()
        row.contenu = _frame(after)
        row.version += 1
        row.save()
    return changed


def _complete_rows(auteur: Any, name: str, before: Programme, after: Programme) -> int:
    model, known = TABLES[name], {get_key(name, item): item for item in getattr(before, name)}
    order = {get_key(name, item): rank for rank, item in enumerate(getattr(after, name))}
    changed = list_changed(name, before, after)
    for item in changed:
        key = get_key(name, item)
        if key in known:
            row, fields = model.objects.get(cle=key), _list_changes(known[key], item)
            row.write(fields)
            save_change(auteur, row, fields, MOTIF)
        else:
            create(auteur, _make(model, key, item, order[key]), MOTIF)
    return len(changed)


def _list_changes(before: Any, after: Any) -> dict[str, Any]:
    old = to_fields(before)
    return {name: value for name, value in to_fields(after).items() if value != old[name]}


def _add_measures(auteur: Any, model: type[Any], items: list[Any]) -> int:
    rows = models.IndicateurSuivi.objects.in_bulk({item.indicateur for item in items}, field_name="cle")
    nature = Nature.CIBLE if model is models.Cible else Nature.VALEUR
    for item in items:
        row = rows[item.indicateur]
        model(**to_fields(item) | {"indicateur": row}).save()
        announce(auteur, row, nature, MOTIF)
    return len(items)
