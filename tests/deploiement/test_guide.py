"""The guide of an install names what exists: commands, files, units."""

import re
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.management import get_commands

from bench.installation_neuve import guide
from maillage.cli import maillage

ROOT = Path(__file__).parents[2]
TITLES = (guide.INSTALLER, guide.RESTAURER, guide.METTRE_A_JOUR, guide.DERNIER_INSTANT)
BLOCKS = [block for title in TITLES for block in guide.read_commands(title)]
UNITS = {path.name for path in (ROOT / "deploiement").iterdir()}


def ask_help(line: str) -> None:
    """The words of a command line before its options and files name a command that says what it does."""
    words = list(takewhile(lambda word: re.fullmatch("[a-z-]+", word) and word[0] != "-", line.split()))
    done = CliRunner().invoke(maillage, [*words, "--help"])
    assert done.exit_code == 0, (line, done.output)


def test_blocks_are_shell() -> None:
    assert len(BLOCKS) >= 10
    for block in BLOCKS:
        subprocess.run(["bash", "-n"], input=block, text=True, check=True, capture_output=True)


def test_commands_of_ours_exist() -> None:
    ours = [words for words in re.findall(r"(?m)^maillage (.+)$", "".join(BLOCKS)) if words]
    assert len(ours) > 5
    for line in ours:
        words = line.split()
        if words[0] == "manage":
            assert words[1] in get_commands(), line
        else:
            ask_help(line)


def test_files_and_units_named_exist() -> None:
    text = "".join(BLOCKS)
    for pattern in re.findall(r"deploiement/[\w.*-]+", text):
        assert list(ROOT.glob(pattern)), pattern
    named = set(
        re.findall(r"\b(maillage-(?:web|travail|sauvegarde|courriels|journal)[\w-]*(?:\.timer)?)", text)
    )
    assert len(named) > 4
    assert sorted(n for n in named if (n if n.endswith(".timer") else f"{n}.service") not in UNITS) == []


@pytest.mark.parametrize("name", sorted(name for name in UNITS if name.endswith(".timer")))
def test_a_timer_has_its_service_and_its_line_in_the_guide(name: str) -> None:
    assert name.replace(".timer", ".service") in UNITS
    assert f"| `{name}` |" in guide.GUIDE.read_text("utf-8")


@pytest.mark.parametrize("name", sorted(name for name in UNITS if name.endswith(".service")))
def test_services_launch_commands_of_ours(name: str) -> None:
    text = (ROOT / "deploiement" / name).read_text("utf-8")
    assert "ExecStart=" in text
    for words in re.findall(r"/opt/maillage/bin/maillage ([^\"']+)", text):
        ask_help(words)
