"""Known flaws of what the locks hold, as public services tell; no answer is never « no flaw »."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from bench.dependances.livre import ROOT, VERROU

SANS_FAILLE, FAILLE, SANS_REPONSE = 0, 1, 3
PYTHON: Final = ["pip-audit", "-r", VERROU, "--disable-pip", "-f", "json", "--progress-spinner", "off"]
NPM: Final = ["npm", "audit", "--omit=dev", "--json"]


@dataclass(frozen=True)
class FailleConnue:
    """A flaw that a service tells of a package."""

    paquet: str
    avis: str
    corrigee: str = ""

    def __str__(self) -> str:
        return f"{self.paquet} : {self.avis}" + f" (corrigée : {self.corrigee})" * bool(self.corrigee)


@dataclass(frozen=True)
class ReponseAudit:
    """What one service said; ``sans_reponse``: what it said nothing of, in words."""

    failles: tuple[FailleConnue, ...] = ()
    sans_reponse: tuple[str, ...] = ()


def audit() -> int:
    """Ask both services, say all they said; 0 when both answered and no flaw is left."""
    accepted = read_accepted((ROOT / "bench/dependances/failles.toml").read_text("utf-8"))
    answers = [read_python(_run(PYTHON)), read_npm(_run(NPM))]
    lines, code = conclude(answers, accepted, datetime.now(UTC).date())
    print("\n".join(lines))
    return code


def _run(command: list[str]) -> str:
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    return done.stdout


def read_python(text: str) -> ReponseAudit:
    """What ``pip-audit -f json`` wrote; nothing when it reached no service."""
    report = _load(text)
    if "dependencies" not in report:
        return ReponseAudit(sans_reponse=("paquets Python : le service n’a pas répondu",))
    rows = report["dependencies"]
    silent = [row["name"] for row in rows if "skip_reason" in row]
    found = [
        FailleConnue(row["name"], flaw["id"], ", ".join(flaw.get("fix_versions", ())))
        for row in rows
        for flaw in row.get("vulns", ())
    ]
    told = f"{len(silent)} paquets Python sur {len(rows)} : le service n’en dit rien"
    return ReponseAudit(tuple(found), (told,) if silent else ())


def read_npm(text: str) -> ReponseAudit:
    """What ``npm audit --json`` wrote; nothing when it reached no service."""
    report = _load(text)
    if "vulnerabilities" not in report:
        return ReponseAudit(sans_reponse=("paquets npm : le service n’a pas répondu",))
    found = [
        FailleConnue(name, str(via.get("url") or via.get("source")), str(row.get("range", "")))
        for name, row in report["vulnerabilities"].items()
        for via in row["via"]
        if isinstance(via, dict)  # else the name of another row
    ]
    return ReponseAudit(tuple(found))


def _load(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def read_accepted(text: str) -> dict[tuple[str, str], date]:
    """(package, advisory) → the last day on which ``failles.toml`` lets it stand."""
    rows = tomllib.loads(text).get("acceptees", ())
    for row in rows:
        assert row["pourquoi"]
        assert row["depuis"] <= row["jusqu_au"]
    return {(row["paquet"], row["avis"]): row["jusqu_au"] for row in rows}


def conclude(
    answers: list[ReponseAudit], accepted: dict[tuple[str, str], date], jour: date
) -> tuple[list[str], int]:
    """What to print, and the code: a flaw comes before a silence, a silence before nothing to say."""
    flaws = [one for answer in answers for one in answer.failles]
    left = [one for one in flaws if accepted.get((one.paquet, one.avis), date.min) < jour]
    silences = [told for answer in answers for told in answer.sans_reponse]
    lines = [*(f"× {one}" for one in left), *(f"? {told}" for told in silences)]
    if kept := len(flaws) - len(left):
        lines.append(f"{kept} acceptées un temps : bench/dependances/failles.toml.")
    if left:
        return [
            *lines,
            f"{len(left)} failles connues : changez de version, ou dites pourquoi attendre.",
        ], FAILLE
    if silences:
        return [*lines, "Audit NON fait : rien ne dit qu’il n’y a pas de faille."], SANS_REPONSE
    return [*lines, "Aucune faille connue, hors celles acceptées."], SANS_FAILLE
