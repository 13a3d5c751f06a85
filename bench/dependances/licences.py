"""The licence of each shipped package, as an SPDX expression, and whether ``licences.toml`` admits it.

What a package says is taken in this order: our own reading of its files, its SPDX expression, a text that is
one, the one classifier that names a licence and no family of licences.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from typing import Any

from license_expression import ExpressionError, LicenseExpression, Licensing, get_spdx_licensing

from bench.dependances.livre import ROOT, VERROU_NPM, PaquetLivre, name_npm

# Classifiers that name one licence; « BSD License » names several, so it is read in the files.
CLASSIFIEURS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


@dataclass(frozen=True)
class LicenceJugee:
    """The licence of one package; ``refus``: why it cannot be shipped, empty when it can."""

    expression: str
    refus: str = ""
    note: str = ""


@cache
def read_rules() -> dict[str, Any]:
    """``licences.toml``."""
    return tomllib.loads((ROOT / "bench/dependances/licences.toml").read_text("utf-8"))


@cache
def read_spdx() -> Licensing:
    """The licences that SPDX names: thousands, read once for all packages."""
    return get_spdx_licensing()


def judge(paquet: PaquetLivre) -> LicenceJugee:
    """Whether this package may be shipped."""
    said = find_licence(paquet)
    if not said:
        return LicenceJugee("", "aucune licence reconnue : lisez ses fichiers, puis « precisees »")
    return judge_expression(said, paquet.nom)


def judge_expression(said: str, nom: str) -> LicenceJugee:
    """Whether a package of this name may be shipped so: each part of « AND », one of « OR »."""
    try:
        parsed = read_spdx().parse(said, validate=True, strict=True)
    except ExpressionError as error:
        return LicenceJugee(said, f"« {said} » n’est pas une expression SPDX : {error}")
    wrong = _wrong(parsed, nom)
    refused = [part for part in wrong if part.startswith(tuple(read_rules()["refusees"]))]
    words = "refusée ici" if refused else "pas admise"
    isolee = read_rules()["isolees"].get(nom)
    note = isolee["isolement"] if isolee and not wrong and isolee["licence"] == said else ""
    return LicenceJugee(said, f"{', '.join(wrong)} : {words}" if wrong else "", note)


def _wrong(parsed: LicenseExpression, nom: str) -> list[str]:
    """The licences that stand in the way."""
    operator = getattr(parsed, "operator", "").strip()
    if operator not in {"AND", "OR"}:
        key = str(parsed)
        isolee = read_rules()["isolees"].get(nom, {}).get("licence") == key
        return [] if isolee or key in read_rules()["admises"] else [key]
    parts = [_wrong(part, nom) for part in parsed.args]
    if operator == "OR" and not all(parts):
        return []
    return [key for part in parts for key in part]


def find_licence(paquet: PaquetLivre) -> str:
    """What the package says its licence is, or what we read in its files; empty when neither is clear."""
    if read := read_rules()["precisees"].get(paquet.nom):
        return str(read["licence"])
    return _of_npm(paquet.nom) if paquet.sorte == "npm" else _of_python(paquet.nom)


def _of_npm(nom: str) -> str:
    packages = json.loads((ROOT / VERROU_NPM).read_text("utf-8"))["packages"]
    return next(str(one.get("license", "")) for path, one in packages.items() if name_npm(path) == nom)


def _of_python(nom: str) -> str:
    metadata = distribution(nom).metadata
    if said := metadata.get("License-Expression"):
        return str(said)
    if (text := metadata.get("License") or "") and _is_spdx(text):
        return text
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    last = classifiers[0].rpartition(" :: ")[2] if len(classifiers) == 1 else ""
    return CLASSIFIEURS.get(last, "")


def _is_spdx(text: str) -> bool:
    try:
        read_spdx().parse(text, validate=True, strict=True)
    except ExpressionError:
        return False
    return True
