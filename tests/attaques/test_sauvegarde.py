"""Restoring under a live server, from an altered file, on a full disk: said, and nothing changes."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.serveur import sauvegarde
from maillage.web.socle import verrou
from tests.web.socle.test_installation import count, make_base

HOLD = """
import sys, pathlib
from maillage.web.socle import verrou
verrou.use(pathlib.Path(sys.argv[1]))
print("tenu", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "var").mkdir()
    base = make_base(tmp_path / "var" / "maillage.sqlite3", 3)
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE remarques (texte TEXT)")
        connection.executemany(
            "INSERT INTO remarques VALUES (?)", [(f"remarque {n:04d}",) for n in range(500)]
        )
    sauvegarde.save(base, tmp_path / "copie")
    return base, tmp_path / "copie"


def refuse(copy: Path, base: Path, match: str) -> None:
    before = base.read_bytes()
    with pytest.raises(EntreeInvalide, match=match):
        sauvegarde.restore(copy, base)
    assert base.read_bytes() == before
    assert not [path for path in base.parent.iterdir() if "partiel" in path.name or "avant" in path.name]


def test_what_was_saved_comes_back_and_files_are_closed_to_others(saved) -> None:
    base, copy = saved
    base.unlink()
    make_base(base, 1)
    former = sauvegarde.restore(copy, base)
    assert count(base) == 3
    assert former is not None
    assert count(former) == 1
    for path in (base, copy, former):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    with closing(sqlite3.connect(base)) as connection:
        assert "maillage_sceau" not in str(connection.execute("SELECT name FROM sqlite_master").fetchall())
    assert not list(base.parent.glob("*.partiel*"))


def test_refused_while_a_server_or_a_worker_runs(saved) -> None:
    base, copy = saved
    command = [sys.executable, "-c", HOLD, str(base.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "tenu\n"
        refuse(copy, base, "est servi en ce moment")
        server.kill()
    sauvegarde.restore(copy, base)  # a killed server holds nothing


def test_eight_altered_bytes_are_found(saved) -> None:
    base, copy = saved
    content = copy.read_bytes()
    place = content.index(b"remarque 0250")
    copy.write_bytes(content[:place] + b"REMARQUE" + content[place + 8 :])
    refuse(copy, base, "des octets ont changé")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM remarques", "0 lignes au lieu de 500"),
        ("DROP TABLE remarques", "la table a disparu"),
        ("CREATE TABLE autre (a)", "la table est en trop"),
        ("ALTER TABLE remarques ADD COLUMN b", "des octets ont changé"),
        ("DROP TABLE comptes_personne", "il manque comptes_personne"),
        ("DROP TABLE maillage_sceau", "ne porte pas de sceau"),
    ],
)
def test_tables_that_are_no_longer_what_was_saved_are_found(saved, statement, said) -> None:
    base, copy = saved
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(statement)
    refuse(copy, base, said)


@pytest.mark.parametrize("size", [0, 10, 4096, 10_000])
def test_a_file_cut_short_is_found(saved, size) -> None:
    base, copy = saved
    copy.write_bytes(copy.read_bytes()[:size])
    refuse(copy, base, "copie")


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk is full")]
)
def test_a_full_disk_is_said(saved, monkeypatch, error) -> None:
    base, copy = saved

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(sauvegarde, "_copy", fail)
    refuse(copy, base, "le disque est plein")
    with pytest.raises(EntreeInvalide, match="le disque est plein"):
        sauvegarde.save(base, base.parent / "autre")
    assert not (base.parent / "autre").exists()


def test_a_second_server_is_refused(tmp_path) -> None:
    command = [sys.executable, "-c", HOLD.replace("use(", "serve_alone("), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        with pytest.raises(EntreeInvalide, match="déjà servi"):
            verrou.serve_alone(tmp_path)
        server.kill()
    verrou.serve_alone(tmp_path)
    verrou.release(tmp_path)
