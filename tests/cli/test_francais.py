"""The command line speaks French, and leaves with the promised codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from maillage.cli import main


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "maillage", *arguments], capture_output=True, text=True, check=False
    )


def test_help_is_french() -> None:
    answer = run("--help")
    assert answer.returncode == 0
    assert "Usage :" in answer.stdout
    assert "Afficher cette aide." in answer.stdout


def test_unknown_command_is_a_usage_error() -> None:
    answer = run("inconnue")
    assert answer.returncode == 2
    assert "n'existe pas" in answer.stderr


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("x" * 5000, "ce nom est trop long"),
        ("{fichier}/dessous/sortie", "une partie de ce chemin n’est pas un dossier"),
        ("{boucle}/sortie", "ce lien tourne en rond"),
        ("a\0b", "aucun nom ne peut porter"),
        ("a\ud800b", "aucun nom ne peut porter"),
    ],
)
def test_a_path_the_system_refuses_is_said_in_french(
    out: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fichier").touch()
    (tmp_path / "boucle").symlink_to(tmp_path / "boucle")
    monkeypatch.chdir(tmp_path)
    out = out.replace("{", f"{tmp_path}/").replace("}", "")
    monkeypatch.setattr("sys.argv", ["maillage", "catalogue", "pages", out])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["boucle", "fichier"]
