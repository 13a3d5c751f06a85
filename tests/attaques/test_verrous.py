"""Holding the base locked: readers never wait, writers are told to come back, in the form they asked."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from maillage.web.comptes.models import Jeton
from maillage.web.serveur.processus import THREADS
from maillage.web.socle.middleware import EcrituresMiddleware

READS = ("/", "/classements/", "/sante", "/pret", "/api/1/atlas", "/api/1/indicateurs")
pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="locks of SQLite")


@pytest.fixture
def base(transactional_db, tmp_path: Path) -> Iterator[Path]:
    """The test's base, on disk and in the mode of an install, for the time of a test."""
    path = tmp_path / "maillage.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    kept = connection.connection
    connection.connection = connection.get_new_connection(
        connection.get_connection_params() | {"database": str(path), "timeout": 0.2}
    )
    yield path
    connection.connection.close()
    connection.connection = kept


@pytest.fixture
def locked(base: Path) -> Iterator[None]:
    with closing(sqlite3.connect(base, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_readers_never_wait(locked) -> None:
    client = Client()
    client.get("/")  # what is computed once is not what is measured
    begin = time.monotonic()
    for path in READS:
        assert client.get(path).status_code == 200, path
    assert time.monotonic() - begin < 5


def test_a_writer_is_told_to_come_back(base: Path, compte) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(compte("charge_mission"))
    with closing(sqlite3.connect(base, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page = client.post("/comptes/moi/cles/", {"nom": "essai"})
        data = client.post("/comptes/moi/cles/", {"nom": "essai"}, headers={"Accept": "application/json"})
        other.execute("ROLLBACK")
    for answer in (page, data):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert "occupée" in page.content.decode()
    assert "occupée" in data.json()["detail"]
    assert not Jeton.objects.exists()


def test_a_base_that_is_no_longer_one_is_said_by_pret(transactional_db, monkeypatch) -> None:
    def refuse() -> list[str]:
        raise sqlite3_error("file is not a database")

    from django.db import DatabaseError as sqlite3_error  # noqa: N813, PLC0415

    monkeypatch.setattr("maillage.web.socle.queries.list_pending_migrations", refuse)
    answer = Client().get("/pret")
    assert answer.status_code == 503
    assert answer.json()["manques"] == ["base : ne répond pas"]
    assert Client().get("/sante").status_code == 200


def test_many_writers_leave_threads_to_readers() -> None:
    held: list[HttpResponse] = []
    middleware = EcrituresMiddleware(lambda request: held.append(ask()) or HttpResponse("fait"))

    def ask() -> HttpResponse:
        # Each write that is under way lets another one in, until there is no place left.
        return middleware(RequestFactory().post("/programme/"))

    assert ask().content == b"fait"
    assert [answer.status_code for answer in held] == [503] + [200] * (EcrituresMiddleware.ENSEMBLE - 1)
    assert held[0].headers["Retry-After"]
    assert EcrituresMiddleware.ENSEMBLE < THREADS
