"""Starting ``maillage serve`` on what cannot serve: words, exit code 1, no traceback."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from maillage.web.settings import environnement


def run(atlas: Path, var: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAILLAGE_", "DJANGO_", "DATABASE_"))}
    command = [sys.executable, "-m", "maillage", "serve", "--atlas", str(atlas), "--var", str(var), *options]
    return subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, check=False, timeout=240
    )


def check_refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["99999", "0", "-1", "65536"])
def test_a_port_that_does_not_exist(dossier_atlas, tmp_path, port) -> None:
    check_refused(run(dossier_atlas, tmp_path / "var", "--port", port), "n’existe pas")


def test_a_busy_port(dossier_atlas, tmp_path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        done = run(dossier_atlas, tmp_path / "var", "--port", str(busy.getsockname()[1]))
    check_refused(done, "Impossible d’écouter")


def test_a_folder_that_is_a_file(dossier_atlas, tmp_path) -> None:
    (tmp_path / "var").write_text("un fichier", "utf-8")
    check_refused(run(dossier_atlas, tmp_path / "var", "--port", free()), "ne peut pas servir d’installation")


def test_a_base_that_is_none(dossier_atlas, tmp_path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "maillage.sqlite3").write_bytes(b"pas une base" * 500)
    check_refused(run(dossier_atlas, tmp_path / "var", "--port", free()), "ne peut pas être ouverte")


def test_a_base_that_another_program_holds(dossier_atlas, tmp_path) -> None:
    (tmp_path / "var").mkdir()
    with closing(sqlite3.connect(tmp_path / "var" / "maillage.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = run(dossier_atlas, tmp_path / "var", "--port", free())
    check_refused(done, "attendez qu’il ait fini")


@pytest.mark.lent
def test_bad_atlases_stop_nothing(tmp_path, base_migree) -> None:
    (tmp_path / "var").mkdir()
    shutil.copy(base_migree, tmp_path / "var")
    for name, manifest in {"a": "{", "b": "[]", "c": '{"format": 99}'}.items():
        (tmp_path / "atlas" / name).mkdir(parents=True)
        (tmp_path / "atlas" / name / "manifest.json").write_text(manifest, "utf-8")
    done = run(tmp_path / "atlas", tmp_path / "var", "--sans-servir")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAILLAGE_MANDATAIRES", "deux"),
        ("MAILLAGE_COURRIEL_PORT", "x"),
        ("MAILLAGE_SOMMEIL_JOURS", "0"),
        ("MAILLAGE_FOND", "inconnu"),
        ("DATABASE_URL", "n'importe quoi"),
    ],
)
def test_a_wrong_variable(dossier_atlas, tmp_path, name, value) -> None:
    done = run(dossier_atlas, tmp_path / "var", "--port", free(), **{name: value})
    check_refused(done, "Un réglage de l’installation est faux")
    assert name in done.stderr or name == "DATABASE_URL"


@pytest.mark.parametrize("text", ["0", "-1", "29", "3651", "999999", "1e3", "٣٦٥", "un an"])
def test_a_number_out_of_its_bounds_is_said_by_its_name(monkeypatch, text) -> None:
    monkeypatch.setenv("MAILLAGE_SOMMEIL_JOURS", text)
    with pytest.raises(ImproperlyConfigured, match=r"MAILLAGE_SOMMEIL_JOURS .* de 30 à 3650"):
        environnement.read_count("SOMMEIL_JOURS", 365, 30, 3650)


@pytest.mark.parametrize(("text", "number"), [("30", 30), ("3650", 3650), ("", 365)])
def test_a_number_within_its_bounds_is_read(monkeypatch, text, number) -> None:
    monkeypatch.setenv("MAILLAGE_SOMMEIL_JOURS", text)
    assert environnement.read_count("SOMMEIL_JOURS", 365, 30, 3650) == number


def free() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def test_a_file_that_is_no_base_is_left_as_it_is(tmp_path) -> None:
    """Named by mistake, or by who may set a variable: neither its mode nor its date changes."""
    other = tmp_path / "autre"
    other.write_text("root:x:0:0\n", "utf-8")
    other.chmod(0o644)
    before = other.stat()
    environnement.close_base(other)
    environnement.close_base(tmp_path)
    assert (other.stat().st_mode, other.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    empty = tmp_path / "vide"
    empty.touch(0o644)
    for made in (empty, tmp_path / "neuve"):
        assert environnement.close_base(made).stat().st_mode & 0o777 == 0o600
