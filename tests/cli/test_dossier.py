"""Commands work on the folder that the service works on: ``MAILLAGE_VAR`` where nobody says ``--var``."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.mise_a_jour import mise_a_jour
from maillage.cli.sauvegarde import sauvegarde
from maillage.cli.sdaasp_base import find_url
from maillage.cli.serve import serve
from maillage.web.serveur.preparation import find_base
from maillage.web.settings import environnement


@pytest.mark.parametrize("said", ["environnement", "option"])
def test_a_backup_and_an_upgrade_look_for_the_base_there(tmp_path: Path, said: str) -> None:
    there, elsewhere = tmp_path / "service", tmp_path / "autre"
    for folder in (there, elsewhere):
        folder.mkdir()
    env = {"MAILLAGE_VAR": str(there if said == "environnement" else elsewhere), "DATABASE_URL": ""}
    told = [] if said == "environnement" else ["--var", str(there)]
    copied = CliRunner().invoke(sauvegarde, ["creer", *told, str(tmp_path / "copie")], env=env)
    upgraded = CliRunner().invoke(mise_a_jour, told, env=env)
    for done in (copied, upgraded):
        assert f"{there / 'maillage.sqlite3'} n'existe pas" in str(done.exception)


@pytest.mark.parametrize(("said", "expected"), [("la", "la"), (None, "var")])
def test_a_server_too(said: str | None, expected: str) -> None:
    with CliRunner().isolation(env={"MAILLAGE_VAR": said}):
        assert serve.make_context("serve", ["--atlas", "."]).params["var"] == Path(expected)


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAILLAGE_", "DJANGO_", "DATABASE_"))}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=kept | environment, capture_output=True, text=True, check=False, timeout=240
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("postgres://m@hote/base", "postgres://m@hote/base"),
        ("pgsql://m@hote/base", "pgsql://m@hote/base"),
        ("  postgresql://m@hote/base\n", "postgresql://m@hote/base"),
        ("postgres://?service=maillage", "postgres://?service=maillage"),
        ("sqlite:////ailleurs.sqlite3", Path("/ailleurs.sqlite3")),
        ("  ", Path("la/maillage.sqlite3")),
        (None, Path("la/maillage.sqlite3")),
    ],
)
def test_one_rule_says_which_base(monkeypatch: pytest.MonkeyPatch, said: str | None, found: object) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if said is not None:
        monkeypatch.setenv("DATABASE_URL", said)
    assert find_base(Path("la")) == found


@pytest.mark.parametrize(
    "said",
    [
        "n'importe quoi",
        "psql://m:motdepasse@hote/base",
        "mysql://m:motdepasse@hote/base",
        "postgres://m:mot#motdepasse@hote/base",
        "postgres://m:motdepasse@hote:port/base",
        "postgres://m:motdepasse@hote",
        "sqlite://",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", said)
    with pytest.raises(EntreeInvalide, match="DATABASE_URL n’est pas l’adresse d’une base") as refused:
        find_base(Path("la"))
    assert "motdepasse" not in str(refused.value)


def test_a_backup_is_that_of_the_base_that_the_settings_open(base_migree: Path, tmp_path: Path) -> None:
    """And not of an older one that stayed in the folder; the lock and the files are the folder's."""
    var, served = tmp_path / "var", tmp_path / "ailleurs" / "b.sqlite3"
    for path in (var / "maillage.sqlite3", served):
        path.parent.mkdir()
        shutil.copy(base_migree, path)
    mark(served, "servie")
    env = {"DATABASE_URL": f" sqlite:///{served}"}
    copied = CliRunner().invoke(
        sauvegarde, ["creer", "--var", str(var), str(tmp_path / "copie")], env=env, catch_exceptions=False
    )
    assert copied.exit_code == 0
    assert read_mark(tmp_path / "copie") == "servie"
    mark(served, "perdue")
    restored = CliRunner().invoke(
        sauvegarde, ["restaurer", "--var", str(var), str(tmp_path / "copie")], env=env, catch_exceptions=False
    )
    assert restored.exit_code == 0
    assert read_mark(served) == "servie"
    assert (var / "installation.verrou").is_file()
    assert not (served.parent / "installation.verrou").exists()


def mark(base: Path, text: str) -> None:
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS marque (texte TEXT)")
        connection.execute("DELETE FROM marque")
        connection.execute("INSERT INTO marque VALUES (?)", (text,))


def read_mark(base: Path) -> str:
    with closing(sqlite3.connect(base)) as connection:
        return connection.execute("SELECT texte FROM marque").fetchone()[0]


def test_a_folder_may_have_any_name(
    base_migree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    var = tmp_path / "a#b%20c?d"
    var.mkdir()
    shutil.copy(base_migree, var)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert find_base(var) == var / "maillage.sqlite3"
    assert find_url(var) == f"sqlite:///{quote(str(var))}/maillage.sqlite3"
    monkeypatch.setenv("DATABASE_URL", find_url(var))
    assert find_base(tmp_path) == var / "maillage.sqlite3"


@pytest.mark.lent
def test_settings_open_the_base_of_a_folder_of_any_name(base_migree: Path, tmp_path: Path) -> None:
    var = tmp_path / "a#b%20c"
    var.mkdir()
    shutil.copy(base_migree, var)
    done = run(
        "maillage.web.manage", "migrate", "--check", cwd=tmp_path, MAILLAGE_VAR=str(var), DATABASE_URL=""
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [var.name]


def test_settings_find_the_folder_that_a_server_made_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAILLAGE_VAR", raising=False)
    (tmp_path / "var").mkdir()
    assert environnement.find_var() != tmp_path / "var"  # somebody's folder, or nobody's
    (tmp_path / "var" / "cle-secrete").touch()
    assert environnement.find_var() == tmp_path / "var"
    monkeypatch.setenv("MAILLAGE_VAR", "la")
    assert environnement.find_var() == Path("la")


def test_doctor_makes_nothing_where_no_install_is(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "service").mkdir()
    wrong = run("maillage", "doctor", "--var", "faute", cwd=tmp_path)
    empty = run("maillage", "doctor", "--var", "vide", cwd=tmp_path)
    served = run(
        "maillage", "doctor", "--var", "service", cwd=tmp_path, DATABASE_URL="postgres://m@hote/base"
    )
    assert [done.returncode for done in (wrong, empty, served)] == [1, 1, 1]
    assert f"{tmp_path / 'faute'} n’existe pas" in wrong.stderr
    assert f"pas de base à {tmp_path / 'vide' / 'maillage.sqlite3'}" in empty.stderr
    assert f"Aucune installation dans {tmp_path / 'service'}" in served.stderr
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["service", "vide"]


@pytest.mark.lent
def test_doctor_looks_at_what_a_server_made_here(base_migree: Path, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    shutil.copy(base_migree, tmp_path / "var")
    done = run("maillage", "doctor", cwd=tmp_path, XDG_DATA_HOME=str(tmp_path / "donnees"))
    assert str(tmp_path / "var") in done.stdout, done.stderr
    assert not (tmp_path / "donnees").exists()
