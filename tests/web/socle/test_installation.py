"""The install: deployment checks, headers, health, logs, backup and restore."""

import json
import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.serveur import sauvegarde
from maillage.web.socle.journal import JsonFormatter


@pytest.mark.lent
def test_deployment_checks_are_clean(tmp_path) -> None:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "maillage.web.settings.production",
        "MAILLAGE_VAR": str(tmp_path),
        "MAILLAGE_CLE": "q8" * 32 + "&zX",
        "MAILLAGE_HOTES": "maillage.example.org",
    }
    command = [sys.executable, "-m", "maillage.web.manage", "check", "--deploy", "--fail-level", "WARNING"]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    made = [sys.executable, "-m", "maillage.web.manage", "makemigrations", "--check", "--dry-run"]
    assert subprocess.run(made, env=env, capture_output=True, check=False).returncode == 0


def test_headers(client, db) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_health(client, db, settings, tmp_path) -> None:
    assert client.get("/sante").json()["atlas"] == 2
    settings.MAILLAGE_ATLAS = tmp_path
    assert client.get("/sante").status_code == 503


def test_logs_are_one_object_a_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "deux\nlignes", None, None)
    record.statut = 200
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["statut"] == 200


def make_base(path: Path, people: int) -> Path:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE comptes_personne (id INTEGER)")
        base.executemany("INSERT INTO comptes_personne VALUES (?)", [(n,) for n in range(people)])
    return path


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as base:
        return int(base.execute("SELECT count(*) FROM comptes_personne").fetchone()[0])


def test_a_backup_brings_back_what_was(tmp_path) -> None:
    base = make_base(tmp_path / "base.sqlite3", 3)
    sauvegarde.save(base, tmp_path / "copie")
    with closing(sqlite3.connect(base)) as changed, changed:
        changed.execute("DELETE FROM comptes_personne")
    former = sauvegarde.restore(tmp_path / "copie", base)
    assert count(base) == 3
    assert former is not None
    assert count(former) == 0


def test_a_bad_backup_changes_nothing(tmp_path) -> None:
    base = make_base(tmp_path / "base.sqlite3", 3)
    (tmp_path / "fausse").write_bytes(b"pas une base" * 100)
    with pytest.raises(EntreeInvalide):
        sauvegarde.restore(tmp_path / "fausse", base)
    assert count(base) == 3
    with pytest.raises(EntreeInvalide):
        sauvegarde.save(base, base)
