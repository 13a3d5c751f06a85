"""What others wrote and we ship: locked by hash, listed whole, licensed as admitted, audited or said not."""

import json
import re
from datetime import date
from importlib.metadata import distribution
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from bench.dependances.audit import (
    FAILLE,
    SANS_FAILLE,
    SANS_REPONSE,
    conclude,
    read_accepted,
    read_npm,
    read_python,
)
from bench.dependances.licences import judge, judge_expression, read_rules
from bench.dependances.livre import PaquetLivre, list_shipped, read_direct, read_lock
from bench.dependances.nomenclature import write_bom
from bench.dependances.page import write_page

ROOT = Path(__file__).parents[2]
VERROU = (ROOT / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def livres() -> list[PaquetLivre]:
    return list_shipped()


def test_every_package_is_locked_by_hash_and_no_host_is_named() -> None:
    locked = read_lock()
    assert len(locked) == len(re.findall(r"^[^\s#].*==", VERROU, re.MULTILINE)) > 150
    assert [name for name, one in locked.items() if not one.empreintes] == []
    assert "://" not in VERROU
    assert "index-url" not in VERROU.replace("--no-emit-index-url", "")
    for npm in ("package-lock.json", "exemple/package-lock.json"):
        packages = json.loads((ROOT / npm).read_text("utf-8"))["packages"]
        assert [path for path, one in packages.items() if path and "integrity" not in one] == []
        assert "://" not in "".join(str(one.get("resolved", "")) for one in packages.values())


def list_by_comments() -> set[str]:
    """What the product leads to, as the lock's own comments tell it."""
    asked_by = {
        block[0]: re.findall(r"^    #(?: via)? +(\S.*)$", block[1], re.MULTILINE)
        for block in re.findall(
            r"^([a-z0-9.-]+)(?:\[.*\])?==(.*?)(?=^[a-z0-9]|\Z)", VERROU, re.MULTILINE | re.DOTALL
        )
    }
    found = {name for name, by in asked_by.items() if "maillage (pyproject.toml)" in by}
    while more := {name for name, by in asked_by.items() if found & set(by)} - found:
        found |= more
    return found


def test_what_is_shipped_is_what_the_lock_says_the_product_leads_to(livres: list[PaquetLivre]) -> None:
    ours = {one.nom for one in livres if one.sorte == "pypi"}
    # Comments do not tell extras: they also lead to what a tool of ours asks (jsonschema[format]).
    assert ours <= list_by_comments()
    assert {canonicalize_name(one.name) for one in read_direct()} <= ours
    assert not ours & {"pandana", "pytest", "playwright", "cyclonedx-python-lib", "fqdn"}
    assert {"maplibre-gl", "bootstrap"} <= {one.nom for one in livres if one.sorte == "npm"}


def test_the_bill_of_materials_is_valid_whole_and_always_the_same(livres: list[PaquetLivre]) -> None:
    text = write_bom(livres)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert write_bom(reversed(livres)) == text
    bom = json.loads(text)
    needs = {row["ref"]: row.get("dependsOn", []) for row in bom["dependencies"]}
    reached, todo = set(), [bom["metadata"]["component"]["bom-ref"]]
    while todo:
        if (ref := todo.pop()) not in reached:
            reached.add(ref)
            todo += needs[ref]
    assert reached == needs.keys() == {one["bom-ref"] for one in bom["components"]} | {"maillage@0.1.0"}
    assert all(one["hashes"] and one["licenses"] for one in bom["components"])
    assert "timestamp" not in text
    assert not re.search(r"https?://(?!cyclonedx\.org)", text)


def test_every_licence_is_admitted_and_the_page_says_them(livres: list[PaquetLivre]) -> None:
    refused = {one.nom: found.refus for one in livres if (found := judge(one)).refus}
    assert refused == {}, "bench/dependances/licences.toml dit quoi faire"
    kept = (ROOT / "docs/licences.md").read_text("utf-8")
    assert kept == write_page(livres), "python -m bench.dependances licences"
    known = {one.nom for one in livres}
    assert {*read_rules()["precisees"], *read_rules()["isolees"]} <= known  # none stays after its package


@pytest.mark.parametrize(
    ("said", "nom", "refus"),
    [
        ("MIT OR AGPL-3.0-only", "x", ""),
        ("MIT AND AGPL-3.0-only", "x", "AGPL-3.0-only : refusée ici"),
        ("GPL-3.0-or-later", "x", "GPL-3.0-or-later : refusée ici"),
        ("LGPL-3.0-only", "psycopg", ""),
        ("LGPL-3.0-only", "x", "LGPL-3.0-only : pas admise"),
        ("EPL-2.0", "x", "EPL-2.0 : pas admise"),
    ],
)
def test_what_is_admitted(said: str, nom: str, refus: str) -> None:
    assert judge_expression(said, nom).refus == refus


def test_an_unknown_licence_is_a_refusal() -> None:
    assert "pas une expression SPDX" in judge_expression("Dual License", "x").refus
    silent = PaquetLivre("pypi", "python-docx", "0", ())
    assert judge(silent).expression == "MIT"  # what it says itself
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.dependances.licences.find_licence", lambda paquet: "")
        assert "aucune licence reconnue" in judge(silent).refus


def test_what_is_lgpl_is_imported_where_it_is_said_and_nowhere_else() -> None:
    src = ROOT / "src"
    texts = {str(path.relative_to(src)): path.read_text("utf-8") for path in src.rglob("*.py")}
    for one in read_rules()["isolees"].values():
        asking = re.compile(rf"^\s*(?:import|from) {one['importe']}\b", re.MULTILINE)
        assert sorted(name for name, text in texts.items() if asking.search(text)) == one["modules"]


def test_reciprocal_libraries_inside_wheels_are_the_ones_declared(livres: list[PaquetLivre]) -> None:
    known = (
        "libgeos",
        "libquadmath",
        "libgfortran",
        "libkeyutils",
        "libheif",
        "libx265",
        "libraqm",
        "libfribidi",
    )
    held = {
        (one.nom, name)
        for one in livres
        if one.sorte == "pypi"
        for file in distribution(one.nom).files or ()
        for name in known
        if ".libs" in file.parts[0] and file.name.startswith(name)
    }
    assert held == {(row["paquet"], row["fichier"]) for row in read_rules()["embarquees"]}


JOUR = date(2026, 11, 29)
SAINE = json.dumps({"dependencies": [{"name": "click", "version": "8", "vulns": []}], "fixes": []})
FAIBLE = json.dumps(
    {"dependencies": [{"name": "click", "version": "8", "vulns": [{"id": "PYSEC-1", "fix_versions": ["9"]}]}]}
)
MUETTE = json.dumps({"dependencies": [{"name": "click", "skip_reason": "Dependency not found"}]})
NPM_SAINE = json.dumps({"vulnerabilities": {}})
NPM_FAIBLE = json.dumps(
    {"vulnerabilities": {"pbf": {"via": [{"url": "GHSA-1"}], "range": "<6"}, "maplibre-gl": {"via": ["pbf"]}}}
)
ACCEPTE = """
[[acceptees]]
paquet = "click"
avis = "PYSEC-1"
depuis = 2026-11-01
jusqu_au = {}
pourquoi = "la partie touchée n’est pas appelée"
"""


@pytest.mark.parametrize(
    ("python", "npm", "accepted", "code", "words"),
    [
        (SAINE, NPM_SAINE, "", SANS_FAILLE, "Aucune faille connue"),
        (FAIBLE, NPM_SAINE, "", FAILLE, "click : PYSEC-1 (corrigée : 9)"),
        (SAINE, NPM_FAIBLE, "", FAILLE, "pbf : GHSA-1"),
        (FAIBLE, NPM_SAINE, ACCEPTE.format("2026-11-29"), SANS_FAILLE, "1 acceptées un temps"),
        (FAIBLE, NPM_SAINE, ACCEPTE.format("2026-11-28"), FAILLE, "PYSEC-1"),
        (MUETTE, NPM_SAINE, "", SANS_REPONSE, "Audit NON fait"),
        ("", NPM_SAINE, "", SANS_REPONSE, "paquets Python : le service n’a pas répondu"),
        (SAINE, '{"error": {"code": "E405"}}', "", SANS_REPONSE, "paquets npm : le service"),
        (FAIBLE, "", "", FAILLE, "paquets npm : le service"),
    ],
)
def test_an_audit_that_reached_nobody_is_not_a_clean_one(
    python: str, npm: str, accepted: str, code: int, words: str
) -> None:
    answers = [read_python(python), read_npm(npm)]
    lines, found = conclude(answers, read_accepted(accepted), JOUR)
    assert found == code
    assert words in "\n".join(lines)


def test_flaws_accepted_say_why_and_until_when() -> None:
    read_accepted((ROOT / "bench/dependances/failles.toml").read_text("utf-8"))
