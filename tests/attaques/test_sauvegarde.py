"""Restoring under a live server, from an altered file, on a full disk: said, and nothing changes."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection as django

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.sauvegarde import sauvegarde as sauvegarde_cli
from maillage.web.serveur import chiffrement, sauvegarde
from maillage.web.serveur.exercice import rehearse
from maillage.web.socle import magasin, verrou
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


def test_a_backup_of_a_newer_version_is_refused(saved, tmp_path) -> None:
    base, _ = saved
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute("INSERT INTO django_migrations VALUES ('comptes', '9999_demain'), ('autre', '1')")
    sauvegarde.save(base, tmp_path / "future")
    refuse(tmp_path / "future", base, r"plus récente(.|\n)*comptes\.9999_demain\.")


def test_the_base_keeps_its_name_until_the_backup_takes_it(saved, monkeypatch) -> None:
    base, copy = saved

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sauvegarde, "put", stop)
    with pytest.raises(KeyboardInterrupt):
        sauvegarde.restore(copy, base)
    assert count(base) == 3


@pytest.fixture(scope="module")
def trousseaux(tmp_path_factory) -> dict[str, Path]:
    """Two people's keyrings, a key in each, and the public key of the first."""
    if shutil.which("gpg") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("gpg n’est pas installé : voir .ci/system")
        pytest.skip("gpg is not on this machine")
    made = {}
    for name in ("l-une", "autre"):
        home = made[name] = tmp_path_factory.mktemp("gpg")
        home.chmod(0o700)
        gpg(
            home,
            "--passphrase",
            "",
            "--quick-generate-key",
            f"{name}@example.org",
            "future-default",
            "default",
        )
    made["publique"] = made["l-une"] / "publique.asc"
    made["publique"].write_bytes(gpg(made["l-une"], "--armor", "--export"))
    yield made
    for name in ("l-une", "autre"):
        subprocess.run(["gpgconf", "--homedir", made[name], "--kill", "all"], check=False)


def gpg(home: Path, *arguments: str) -> bytes:
    command = ["gpg", "--homedir", str(home), "--batch", "--quiet", *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.fixture
def coffre(saved, trousseaux, monkeypatch) -> Path:
    """An encrypted backup, on the machine of who can open it."""
    base, _ = saved
    path = base.parent.parent / "coffre"
    with chiffrement.write_for(path, trousseaux["publique"]) as plain:
        sauvegarde.save(base, plain)
    monkeypatch.setenv("GNUPGHOME", str(trousseaux["l-une"]))
    return path


def open_and_restore(coffre: Path, base: Path) -> None:
    with chiffrement.read_plain(coffre, base.parent) as plain:
        sauvegarde.restore(plain, base)


def test_an_encrypted_backup_tells_nothing_and_comes_back(saved, coffre) -> None:
    base, copy = saved
    assert b"remarque 0250" in copy.read_bytes()
    assert b"remarque" not in coffre.read_bytes()
    assert stat.S_IMODE(coffre.stat().st_mode) == 0o600
    base.unlink()
    open_and_restore(coffre, base)
    assert count(base) == 3
    left = [path.name for folder in (base.parent, coffre.parent) for path in folder.iterdir()]
    assert not [name for name in left if name.startswith(".") or "partiel" in name]


def test_an_encrypted_backup_refuses_in_words(saved, coffre, trousseaux, monkeypatch, tmp_path) -> None:
    base, _ = saved
    whole = coffre.read_bytes()
    middle = len(whole) // 2
    broken = tmp_path / "abime"
    altered = whole[:middle] + bytes(8) + whole[middle + 8 :]
    for content in (whole[:middle], whole[:40], whole[:-1], altered):
        broken.write_bytes(content)
        with pytest.raises(EntreeInvalide, match="coupé ou abîmé"):
            open_and_restore(broken, base)
    monkeypatch.setenv("GNUPGHOME", str(trousseaux["autre"]))
    with pytest.raises(EntreeInvalide, match="clé secrète"):
        open_and_restore(coffre, base)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EntreeInvalide, match="gpg est introuvable"):
        open_and_restore(coffre, base)
    assert count(base) == 3


def test_what_is_not_a_public_key_is_said_before_anything_is_copied(trousseaux, tmp_path) -> None:
    (tmp_path / "cle").write_text("bonjour", "utf-8")
    with (
        pytest.raises(EntreeInvalide, match="clé"),
        chiffrement.write_for(tmp_path / "coffre", tmp_path / "cle"),
    ):
        pytest.fail("nothing may be written")
    assert not (tmp_path / "coffre").exists()


def test_a_restore_is_rehearsed_apart(tmp_path, transactional_db) -> None:
    """The drill: a base that the migrations made, saved, restored elsewhere, taken by this version."""
    if django.vendor != "sqlite":
        pytest.skip("PostgreSQL has its own: tests/web/serveur/test_postgresql.py")
    base = tmp_path / "maillage.sqlite3"
    with closing(sqlite3.connect(base)) as target:
        django.ensure_connection()
        django.connection.backup(target)
    sauvegarde.save(base, tmp_path / "copie")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = rehearse(tmp_path / "copie", tmp_path, None)
    assert done.comptes == 0
    assert done.lignes["django_migrations"] > 30
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.fixture
def avec_fichiers(tmp_path: Path) -> Path:
    """A base that names two given files; the folder holds a third, that no row names."""
    (tmp_path / "var").mkdir()
    base = make_base(tmp_path / "var" / "maillage.sqlite3", 1)
    store = base.parent / magasin.DOSSIER
    names = [magasin.put(store, body) for body in (b"avis signe", b"photo prise")]
    magasin.put(store, b"orphelin")
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute("CREATE TABLE fichiers_fichierdonne (empreinte TEXT, retire_le TEXT)")
        connection.executemany("INSERT INTO fichiers_fichierdonne VALUES (?, NULL)", [(n,) for n in names])
    return base


def list_store(base: Path) -> set[bytes]:
    return {path.read_bytes() for path in magasin.list_all(base.parent / magasin.DOSSIER)}


def test_given_files_are_saved_with_the_base_and_come_back_replacing_none(avec_fichiers, tmp_path) -> None:
    assert sauvegarde.save(avec_fichiers, tmp_path / "copie") == ()
    shutil.rmtree(avec_fichiers.parent / magasin.DOSSIER)
    magasin.put(avec_fichiers.parent / magasin.DOSSIER, b"donne depuis")
    sauvegarde.restore(tmp_path / "copie", avec_fichiers)
    assert list_store(avec_fichiers) == {b"avis signe", b"photo prise", b"donne depuis"}
    with closing(sqlite3.connect(avec_fichiers)) as connection:
        tables = str(connection.execute("SELECT name FROM sqlite_master").fetchall())
    assert sauvegarde.FICHIERS not in tables
    assert b"avis signe" not in avec_fichiers.read_bytes()


def test_an_altered_given_file_is_told_and_not_saved_as_if_it_were_whole(avec_fichiers, tmp_path) -> None:
    name = magasin.sign(b"avis signe")
    magasin.find(avec_fichiers.parent / magasin.DOSSIER, name).write_bytes(b"avis change")
    assert sauvegarde.save(avec_fichiers, tmp_path / "copie") == (name,)
    sauvegarde.restore(tmp_path / "copie", avec_fichiers)
    assert b"photo prise" in list_store(avec_fichiers)


@pytest.mark.parametrize("seal_again", [False, True])
def test_a_given_file_altered_in_a_backup_is_found(avec_fichiers, tmp_path, seal_again) -> None:
    copy = tmp_path / "copie"
    sauvegarde.save(avec_fichiers, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(f"UPDATE {sauvegarde.FICHIERS} SET contenu = ? WHERE rowid = 1", (b"autre",))
        if seal_again:
            connection.execute(f"DROP TABLE {sauvegarde.SCEAU}")
    if seal_again:
        sauvegarde._seal(copy)
    before = avec_fichiers.read_bytes()
    with pytest.raises(EntreeInvalide, match=r"ont changé|n’est pas celui"):
        sauvegarde.restore(copy, avec_fichiers)
    assert avec_fichiers.read_bytes() == before


def test_the_command_tells_the_files_that_are_missing(avec_fichiers, tmp_path) -> None:
    shutil.rmtree(avec_fichiers.parent / magasin.DOSSIER)
    done = CliRunner().invoke(
        sauvegarde_cli, ["creer", "--var", str(avec_fichiers.parent), str(tmp_path / "copie")]
    )
    assert done.exit_code == 0
    assert done.output.count("un fichier donné manque") == 2
