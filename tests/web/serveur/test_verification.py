"""What doctor finds, one fault at a time; an upgrade that succeeds, and one that gives everything back."""

import configparser
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.cli import mise_a_jour as command
from maillage.web.comptes.models import Menage
from maillage.web.comptes.retention import commands as retention
from maillage.web.comptes.retention.commands import RULES
from maillage.web.serveur import verification
from maillage.web.serveur.verification import EtatVerifie, verify
from maillage.web.socle import verrou

ROOT = Path(__file__).parents[3]


def find(nom: str) -> list[tuple[str, str]]:
    """State and advice of the findings of a name."""
    return [(one.etat.value, one.que_faire) for one in verify() if one.nom == nom]


@pytest.fixture
def sain(db, settings, tmp_path: Path) -> Path:
    """An install without fault: a closed folder, a long key, a round made today."""
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir(mode=0o700)
    settings.SECRET_KEY = "c" * 64
    Menage.objects.bulk_create(Menage(regle=rule, nombre=0) for rule in RULES)
    return settings.VAR


def test_a_sound_install_has_no_fault(sain: Path) -> None:
    assert [one for one in verify() if one.etat is EtatVerifie.FAUTE] == []


def test_each_fault_is_said_with_what_to_do(sain: Path, settings, tmp_path: Path) -> None:
    sain.chmod(0o755)
    assert find("dossier") == [("faute", f"chmod 700 {sain}")]
    sain.chmod(0o700)
    settings.SECRET_KEY = "courte"
    assert find("cle")[0][0] == "faute"
    settings.SECRET_KEY = "c" * 64
    (sain / "cle-secrete").write_text("c" * 64)
    (sain / "cle-secrete").chmod(0o644)
    assert find("cle") == [("faute", f"chmod 600 {sain / 'cle-secrete'}")]
    settings.MAILLAGE_ATLAS = tmp_path / "rien"
    assert find("atlas")[0][0] == "faute"
    Menage.objects.update(le=timezone.now() - timedelta(days=5))
    assert find("travailleur")[0][0] == "faute"
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["localhost"]
    assert ("faute", "Donnez à MAILLAGE_HOTES le nom du site") in find("reseau")


@pytest.mark.parametrize("former", ["none", "failed", "yesterday"])
def test_a_rule_without_its_proof_of_the_day_is_a_fault_that_names_it(sain: Path, former: str) -> None:
    known = Menage.objects.filter(regle="sessions")
    if former == "none":
        known.update(nombre=None)
    elif former == "failed":
        Menage.objects.create(regle="sessions", nombre=None)
    else:
        known.update(le=timezone.now() - timedelta(days=1, minutes=1))
    (found,) = (one for one in verify() if one.nom == "travailleur")
    assert found.etat is EtatVerifie.FAUTE
    assert "La règle « sessions » n’a pas abouti" in found.constat
    retention.apply_rules()
    assert find("travailleur") == [("bon", "")]


def test_a_rule_that_an_update_brings_has_not_failed(sain: Path) -> None:
    Menage.objects.filter(regle="sessions").delete()
    (found,) = (one for one in verify() if one.nom == "travailleur")
    assert found.etat is EtatVerifie.ATTENTION
    assert "sessions" in found.constat
    retention.apply_rules(["sessions"])
    assert find("travailleur") == [("bon", "")]


def test_a_round_of_another_century_proves_nothing(sain: Path) -> None:
    Menage.objects.update(le=timezone.now() + timedelta(days=365))
    assert [state for state, _ in find("travailleur")] == ["attention"]


def test_a_base_of_a_former_version_is_a_fault(sain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "list_pending_migrations", lambda: ["annuaire.9999"])
    assert find("base") == [("faute", "Lancez « maillage mise-a-jour »")]


@pytest.fixture
def ancienne(base_migree: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder of an install whose base holds one line more than a new one."""
    shutil.copy(base_migree, tmp_path / "maillage.sqlite3")
    with closing(sqlite3.connect(tmp_path / "maillage.sqlite3")) as base, base:
        base.execute("CREATE TABLE ancien (texte TEXT)")
        base.execute("INSERT INTO ancien VALUES ('gardé')")
    yield tmp_path
    verrou.release(tmp_path)


def read_line(var: Path) -> str:
    with closing(sqlite3.connect(var / "maillage.sqlite3")) as base:
        return base.execute("SELECT texte FROM ancien").fetchone()[0]


def write_line(var: Path, text: str) -> None:
    with closing(sqlite3.connect(var / "maillage.sqlite3")) as base, base:
        base.execute("UPDATE ancien SET texte = ?", (text,))


def test_an_upgrade_keeps_the_former_base(ancienne: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "close_base", lambda: None)
    monkeypatch.setattr(command, "upgrade", lambda: write_line(ancienne, "changé"))
    done = CliRunner().invoke(command.mise_a_jour, ["--var", str(ancienne)])
    assert done.exit_code == 0, done.output
    assert read_line(ancienne) == "changé"
    with closing(sqlite3.connect(ancienne / "avant-mise-a-jour-1")) as kept:
        assert kept.execute("SELECT texte FROM ancien").fetchone() == ("gardé",)


def test_an_upgrade_that_fails_gives_everything_back(ancienne: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        write_line(ancienne, "à moitié")
        raise EntreeInvalide("La base refuse.")

    monkeypatch.setattr(command, "close_base", lambda: None)
    monkeypatch.setattr(command, "upgrade", fail)
    done = CliRunner().invoke(command.mise_a_jour, ["--var", str(ancienne)])
    assert isinstance(done.exception, EntreeInvalide)
    assert "Rien n'a changé" in done.stderr
    assert read_line(ancienne) == "gardé"


def test_an_upgrade_that_cannot_be_undone_says_how_to(
    ancienne: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both reasons, the state of the base, and the command that puts it back; never that nothing changed."""

    def fail() -> None:
        raise EntreeInvalide("La base refuse.", (Faute("la colonne existe déjà"),))

    def fail_again() -> None:
        raise EntreeInvalide("psql a échoué : rien n’a changé.", (Faute("la base est servie"),))

    monkeypatch.setattr(command, "close_base", lambda: None)
    monkeypatch.setattr(command, "upgrade", fail)
    monkeypatch.setattr(command, "save", lambda *_: fail_again)
    done = CliRunner().invoke(command.mise_a_jour, ["--var", str(ancienne), "--sauvegarde", "la copie"])
    assert isinstance(done.exception, EntreeInvalide)
    said = str(done.exception)
    assert "rien n’a changé" not in said
    assert "Rien n'a changé" not in done.stderr
    for part in (
        "à moitié changée",
        "la mise à jour : la colonne existe déjà",
        "la remise en place : la base est servie",
        f"maillage sauvegarde restaurer --var {ancienne} 'la copie'",
    ):
        assert part in said


def test_an_upgrade_reads_the_settings_before_it_writes(ancienne: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAILLAGE_", "DJANGO_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "maillage", "mise-a-jour", "--var", str(ancienne)],
        env=env | {"MAILLAGE_SOMMEIL_JOURS": "abc"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "MAILLAGE_SOMMEIL_JOURS doit être un nombre" in done.stderr
    assert not list(ancienne.glob("avant-*"))


def test_every_variable_has_its_page() -> None:
    told = (ROOT / "docs" / "exploitation.md").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src/maillage/web/settings").glob("*.py"))
    names = set(re.findall(r"read_(?:text|count|list|choices)\(\s*\"(\w+)\"", code))
    assert len(names) > 15
    assert sorted(name for name in names if f"`MAILLAGE_{name}`" not in told) == []


@pytest.mark.parametrize("path", sorted((ROOT / "deploiement").glob("*.service")), ids=lambda path: path.name)
def test_services_run_what_exists(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path, "utf-8")
    service = dict(unit["Service"])
    assert service["NoNewPrivileges"] == "yes"
    if service["User"] == "postgres":  # the base's own tools, without our settings
        return
    assert service["User"] == "maillage"
    assert service["EnvironmentFile"] == "/etc/maillage/maillage.env"
    run = service["ExecStart"]
    assert run.startswith(("/opt/maillage/bin/", "/bin/sh -c"))
    if "maillage.web.manage" in run:
        assert (ROOT / "src/maillage/web/socle/management/commands" / f"{run.split()[-1]}.py").is_file()
