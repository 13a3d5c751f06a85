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
from django.test import Client

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.serveur import sauvegarde
from maillage.web.settings import environnement
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
    cookies = (
        "import django; django.setup(); from django.conf import settings as s;"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY;"
        "assert s.SECURE_HSTS_SECONDS >= 31536000 and s.SECURE_SSL_REDIRECT and not s.DEBUG;"
        "assert s.MAILLAGE_MANDATAIRES == 1"
    )
    assert subprocess.run([sys.executable, "-c", cookies], env=env, check=False).returncode == 0
    made = [sys.executable, "-m", "maillage.web.manage", "makemigrations", "--check", "--dry-run"]
    assert subprocess.run(made, env=env, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/comptes/connexion/", 200),
        ("/api/1/atlas", 200),
        ("/territoires/commune/90001/portrait.ods", 200),
        ("/carte/donnees.json", 200),
        ("/rien", 404),
        ("/api/1/chiffres/rien", 404),
        ("/classements/tout", 405),
    ],
)
def test_headers(client, db, address, status) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert "unsafe" not in str(policy)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_form_without_its_token_is_refused_in_our_own_words(db) -> None:
    answer = Client(enforce_csrf_checks=True).post("/comptes/connexion/", {"username": "x"})
    assert answer.status_code == 403
    assert "Formulaire périmé" in answer.content.decode()
    assert "style=" not in answer.content.decode()


def test_the_secret_key_is_made_once_and_whole(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("MAILLAGE_CLE")
    key = environnement.secret_key(tmp_path)
    assert len(key) == 64
    assert environnement.secret_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["cle-secrete"]
    assert (tmp_path / "cle-secrete").stat().st_mode & 0o077 == 0
    # Another process was first: its key is the one.
    environnement._write_once(tmp_path / "cle-secrete", "autre")
    assert environnement.secret_key(tmp_path) == key


def test_health(client, db, settings, tmp_path) -> None:
    assert client.get("/pret").json()["atlas"] == 2
    settings.MAILLAGE_ATLAS = tmp_path
    assert client.get("/pret").status_code == 503
    assert client.get("/sante").status_code == 200


def test_an_atlas_that_is_the_only_one_and_bad_is_said_too(client, db, settings, tmp_path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 99}', "utf-8")
    settings.MAILLAGE_ATLAS = tmp_path
    page = client.get("/")
    assert page.status_code == 503
    assert "au format 99" in page.content.decode()
    answer = client.get("/pret")
    assert answer.status_code == 503
    assert "99" in answer.json()["ecartes"][0]["raison"]


def test_logs_are_one_object_a_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "deux\nlignes", None, None)
    record.statut = 200
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["statut"] == 200


def make_base(path: Path, people: int) -> Path:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE comptes_personne (id INTEGER)")
        base.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
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
    with pytest.raises(EntreeInvalide, match="n'existe pas"):
        sauvegarde.save(tmp_path / "absente", tmp_path / "copie")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.sqlite3", "fausse"]
