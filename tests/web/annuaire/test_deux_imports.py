"""Two importers at once on one SQLite file: one after the other, no record lost, none written twice."""

import sqlite3
import threading

import pytest
from django.db import connection, connections

from maillage.web.annuaire import commands
from maillage.web.annuaire.models import FicheTenue, ImportAnnuaire
from tests.web.annuaire.test_ecriture import annuaire, lu


@pytest.fixture
def on_file(db, tmp_path):
    """Open the tables of the tests, in a file, as the base of the thread that calls it."""
    if connection.vendor != "sqlite":
        pytest.skip("a copy of the tables is made by SQLite")
    path = tmp_path / "base.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    as_served = {"init_command": "PRAGMA journal_mode=WAL", "transaction_mode": "IMMEDIATE", "timeout": 30}
    told = {**connection.settings_dict, "NAME": str(path), "OPTIONS": as_served}
    return lambda: type(connections["default"])(told, "default")


@pytest.mark.parametrize("sources", [("une", "autre"), ("une", "une")])
def test_two_importers_at_once(on_file, sources):
    start, done, failed = threading.Barrier(2), {}, []

    def run(rank: int) -> None:
        connections["default"] = on_file()
        try:
            start.wait(30)
            _, found = commands.import_annuaire(None, lu(annuaire(*range(60), source=sources[rank])))
            done[rank] = found.comptes
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in (0, 1)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not failed
    kept = connections["default"]
    connections["default"] = on_file()
    try:
        told = (FicheTenue.objects.count(), ImportAnnuaire.objects.count())
    finally:
        connections["default"].close()
        connections["default"] = kept
    same = len(set(sources)) == 1
    assert told == (120 if same else 240, 2)
    found = sorted((one["nouvelles"], one["identiques"]) for one in done.values())
    assert found == ([(0, 120), (120, 0)] if same else [(120, 0), (120, 0)])
