"""The drawings of docs/architecture.md are true: an arrow is an import, an import is drawn, a name exists."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "maillage"
NOT_ROOMS = {"maillage": {"__main__"}, "maillage.web": {"asgi", "manage", "settings", "urls", "wsgi"}}


def read_drawings() -> list[str]:
    """The mermaid blocks, in order: the house, the apps of the web, two roads."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    return re.findall(r"^```mermaid\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def read_arrows(drawing: str) -> set[tuple[str, str]]:
    """``a & b --> c --> d`` is (a, c), (b, c), (c, d)."""
    arrows = set()
    for line in drawing.splitlines():
        bare = re.sub(r'[\[(]+".*?"[\])]+', "", line)
        steps = [[name.strip() for name in step.split("&")] for step in bare.split("-->")]
        arrows |= {(a, b) for left, right in pairwise(steps) for a in left for b in right}
    return arrows


def list_imports(parent: str) -> tuple[set[str], set[tuple[str, str]]]:
    """The rooms of a package, and which imports which, types and functions included."""
    graph = grimp.build_graph("maillage", exclude_type_checking_imports=False, cache_dir=None)
    rooms = {child.rsplit(".", 1)[1] for child in graph.find_children(parent)} - NOT_ROOMS[parent]
    for room in rooms:
        graph.squash_module(f"{parent}.{room}")
    pairs = {
        (a, b)
        for a in rooms
        for b in rooms - {a}
        if graph.direct_import_exists(importer=f"{parent}.{a}", imported=f"{parent}.{b}")
    }
    return rooms, pairs


def follow(arrows: set[tuple[str, str]], start: str) -> set[str]:
    """All that ``start`` leads to."""
    reached, ahead = set[str](), {start}
    while ahead:
        ahead = {b for a, b in arrows if a in ahead} - reached
        reached |= ahead
    return reached


@pytest.mark.parametrize(("place", "parent"), [(0, "maillage"), (1, "maillage.web")])
def test_arrows_between_rooms_are_the_imports(place: int, parent: str) -> None:
    drawing = read_drawings()[place]
    arrows = read_arrows(drawing)
    rooms, imports = list_imports(parent)
    assert set(re.findall(r"\w+", drawing.split("\n", 1)[1])) == rooms
    assert sorted(arrows - imports) == [], "drawn, and no such import"
    untold = sorted((a, b) for a, b in imports if b not in follow(arrows, a))
    assert untold == [], "imported, and neither drawn nor implied"


def names_in(drawing: str) -> list[str]:
    """What stands in boxes before the colon: ``a/module`` or ``a/module.name``, joined by « + »."""
    boxes = re.findall(r'\w\["([^":]+)', drawing)
    return [name.strip() for box in boxes for name in box.split("+")]


@pytest.mark.parametrize("place", [2, 3])
def test_each_name_of_a_road_exists(place: int) -> None:
    names = names_in(read_drawings()[place])
    assert len(names) >= 8
    assert [name for name in names if not exists(name)] == []


def exists(name: str) -> bool:
    """Whether the package, the module or the name defined in it is there, or the file of ``assets/``."""
    if name.startswith("assets/"):
        return (ROOT / name).is_file()
    path, _, word = name.partition(".")
    module = next((p for p in (PACKAGE / f"{path}.py", PACKAGE / path / "__init__.py") if p.is_file()), None)
    if module is None or not word:
        return module is not None
    defined = ast.parse(module.read_text("utf-8")).body
    return word in {node.name for node in defined if isinstance(node, ast.FunctionDef | ast.ClassDef)}
