"""The command line speaks French, and leaves with the promised codes."""

import subprocess
import sys


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
