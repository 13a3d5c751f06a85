"""The programme that other tests begin with is put back row by row: it is what an import writes."""

from typing import Any

from django.apps import apps
from django.db import transaction

from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.fusion import list_changed
from maillage.web.programme.lecture import TABLES, read
from maillage.web.programme.reprise.commands import load
from tests.web.conftest import read_rows, write_rows

QUAND = {"modifie_le", "history_date", "_state"}


def count_rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def to_values(tables: list[tuple[Any, list[Any]]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    return [
        (model, [{k: v for k, v in vars(row).items() if k not in QUAND} for row in rows])
        for model, rows in tables
    ]


def test_rows_put_back_are_those_that_an_import_writes(db) -> None:
    before = count_rows()
    with transaction.atomic():
        load(load_programme())
        after, rows = count_rows(), read_rows()
        transaction.set_rollback(True)
    assert {label: after[label] - before[label] for label in after if after[label] != before[label]} == {
        model._meta.label: len(kept) for model, kept in rows
    }
    written = to_values(rows)
    write_rows(rows)
    assert to_values(read_rows()) == written
    assert all(not list_changed(name, load_programme(), read()) for name in TABLES)
