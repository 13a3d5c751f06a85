"""One word per thing: a class that the glossary does not know is a new word said in silence.

Each public class of the product is a word of the glossary, save three kinds:

* ``network`` is science, and speaks English; so are, elsewhere, the names made of words of ``ANGLAIS`` alone.
* What a framework asks for says its kind in its name or its base (``PLOMBERIE``): a form, a field.
* Migrations and commands of the framework.

A name that two modules define is one thing seen twice, and its line names both rooms, or it means two things.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "maillage"
ANGLAIS = {
    *("Access", "Balanced", "Block", "By", "Code", "Column", "Columns", "Effective", "Group", "Lat", "Lazy"),
    *("Lines", "Lon", "Manifest", "Nearest", "Nodes", "Page", "Pbf", "Pieces", "Places", "Progress"),
    *("Reading", "Reallocation", "Relation", "Relations", "Restrictions", "Road", "Runner", "Schedules"),
    *("Seen", "Spoilt", "Stage", "Steps", "Tag", "Tags", "Terminal", "Texts", "Things", "Type", "Ways"),
}
PLOMBERIE = re.compile(
    r"^(Formulaire|Champs|Lignes)"
    r"|(Config|Admin|EnLigne|Middleware|Manager|Field|Widget|Formatter|Command|Out|Error)$"
)
PLOMBERIE_BASES = re.compile(
    r"^(forms\.|admin\.|auth_views\.|BaseCommand|TemplatesSetting|NinjaAPI|HttpBearer|app_directories\.)"
)


def find_room(path: Path) -> str:
    """The package of a module, or the app when it is the web's."""
    parts = path.relative_to(PACKAGE).parts
    return "/".join(parts[: 2 if parts[0] == "web" else 1])


def is_plumbing(node: ast.ClassDef) -> bool:
    bases = (ast.unparse(base) for base in node.bases)
    return bool(PLOMBERIE.search(node.name)) or any(PLOMBERIE_BASES.match(base) for base in bases)


def list_classes() -> dict[str, list[str]]:
    """Public classes at the top of modules, plumbing apart: the rooms that define each, once per module."""
    rooms = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        if {"migrations", "management"} & set(path.parts):
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not is_plumbing(node):
                rooms[node.name].append(find_room(path))
    return rooms


def read_glossary() -> dict[str, str]:
    text = (ROOT / "GLOSSAIRE.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+?) \| (.+) \|$", text, re.MULTILINE)
    return {term: sentence for term, sentence in rows if term != "terme"}


def is_english(name: str) -> bool:
    return set(re.findall(r"[A-Z][a-z]*", name)) <= ANGLAIS


def test_each_class_has_its_sentence() -> None:
    french = {
        name for name, rooms in list_classes().items() if set(rooms) != {"network"} and not is_english(name)
    }
    assert sorted(french - set(read_glossary())) == []


def test_one_name_for_two_things_is_refused() -> None:
    known = read_glossary()
    doubles = {name: rooms for name, rooms in list_classes().items() if len(rooms) > 1}
    untold = {
        name: rooms
        for name, rooms in doubles.items()
        if "même objet" not in known.get(name, "") or not all(f"`{room}`" in known[name] for room in rooms)
    }
    assert untold == {}


def test_each_sentence_ends() -> None:
    wrong = [term for term, sentence in read_glossary().items() if not sentence.endswith((".", "…"))]
    assert wrong == []


def test_terms_are_unique_and_in_order() -> None:
    rows = re.findall(r"^\| ([^|]+?) \|", (ROOT / "GLOSSAIRE.md").read_text("utf-8"), re.MULTILINE)
    terms = [term for term in rows if term != "terme" and not term.startswith("---")]
    assert terms == sorted(set(terms), key=str.casefold)
