"""The page on security names tests: each exists, each kind of attack is named, each threat has its proof."""

import ast
import re
from pathlib import Path

from maillage.web.serveur.homologation import list_flows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/securite.md").read_text("utf-8")
# A link to a file of tests, then the tests of it that are named before the next link.
CITED = re.compile(r"\]\(\.\./(tests/[\w/]+\.py)\)([^\[]*)")
NAME = re.compile(r"`(test_\w+)`")


def list_tests(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def list_cited(text: str) -> list[tuple[str, str]]:
    return [(path, name) for path, names in CITED.findall(text) for name in NAME.findall(names)]


def test_each_test_named_exists() -> None:
    cited = list_cited(PAGE)
    assert {name for _, name in cited} == set(NAME.findall(PAGE))  # none is named without its file
    assert [(path, name) for path, name in cited if name not in list_tests(path)] == []


def test_each_file_of_attacks_is_named() -> None:
    kept = {f"tests/attaques/{path.name}" for path in (ROOT / "tests/attaques").glob("test_*.py")}
    assert kept - {path for path, _ in list_cited(PAGE)} == set()


def test_each_threat_has_a_proof() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| menace")]
    assert len(rows) > 20
    assert [row for row in rows if not list_cited(row)] == []


# What only listens, or names an error.
SANS_SORTIE = {"web/serveur/preparation.py", "web/serveur/processus.py", "francais.py"}
SORTIE = re.compile(
    r"^\s*(?:import|from) (?:requests|httpx|urllib\.request|urllib3|smtplib|http\.client|socket|ftplib)\b",
    re.MULTILINE,
)


def test_each_module_that_reaches_the_network_is_in_the_accreditation_file() -> None:
    src = ROOT / "src/maillage"
    found = {
        str(path.relative_to(src)) for path in src.rglob("*.py") if SORTIE.search(path.read_text("utf-8"))
    }
    told = {name for flux in list_flows(webhooks=False) for name in flux.modules}
    assert found - SANS_SORTIE == told, "dites ce flux dans web/serveur/homologation.py"
