"""One door for writes: only commands write in the database (models keep their own derived columns)."""

import ast
from pathlib import Path

WEB = Path(__file__).parents[2] / "src/maillage/web"
DOORS = {"commands.py", "avancement.py", "models.py", "admin.py"}
WRITES = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def is_write(node: ast.AST) -> bool:
    """``row.save()``, ``rows.delete()``, ``rows.update(field=…)``, ``Model.objects.create(…)``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    name, owner = node.func.attr, node.func.value
    if name == "update":
        return bool(node.keywords) and not node.args
    if name == "create":
        return isinstance(owner, ast.Attribute) and owner.attr == "objects"
    return name in WRITES


def test_the_eye_sees_a_write() -> None:
    calls = ("row.save()", "rows.update(a=1)", "M.objects.create(a=1)", "M.objects.filter(a=1).delete()")
    assert all(any(map(is_write, ast.walk(ast.parse(call)))) for call in calls)
    assert not any(map(is_write, ast.walk(ast.parse("known.update({}); commands.create(who, row)"))))


def test_only_commands_write() -> None:
    found = [
        f"{path.relative_to(WEB)}:{node.lineno}"
        for path in WEB.rglob("*.py")
        if path.name not in DOORS and not {"migrations", "models"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if is_write(node)
    ]
    assert found == []
