"""What each kind of page took of gunicorn's processor while a crowd was there."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

CROCHETS = Path(__file__).parent / "crochets.py"


def hooked(environment: dict[str, str], work: Path) -> tuple[dict[str, str], list[str]]:
    """The environment and the options of a gunicorn that counts; former counts are forgotten."""
    folder = find_folder(work)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return environment | {"AFFLUENCE_COUTS": str(folder.resolve())}, ["--config", str(CROCHETS)]


def find_folder(work: Path) -> Path:
    """Where processes write their lines."""
    return work / "couts-par-demande"


def read_costs(work: Path, first: float, last: float) -> list[dict[str, Any]]:
    """Of each kind, as a new address, as a known one, with an account: how many, milliseconds of processor.

    Read once the processes have ended; ``first``, ``last``: hours of the clock.
    """
    spent: dict[tuple[str, str], list[float]] = defaultdict(list)
    for path in sorted(find_folder(work).glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            at, asked, ms = line.split(" ")
            kind, _, who = unquote(asked).partition("|")
            if first <= float(at) <= last and kind != "-":
                spent[kind, who].append(float(ms))
    return [
        {"sorte": kind, "qui": who, "n": len(held), "ms": sum(held)} for (kind, who), held in spent.items()
    ]
