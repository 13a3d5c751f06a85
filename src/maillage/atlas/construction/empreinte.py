"""What a stage depends on besides its inputs: the hash of the code and catalogue that it can run or read.

That is the module of its function, the modules of this package that it imports, and theirs in turn, found
without running anything; the catalogue's files that they name; the versions of the libraries that they use.
Imports made for types only do not count.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions, version
from importlib.util import resolve_name
from pathlib import Path
from typing import Final

import maillage

PACKAGES: Final = ("catalogue", "network", "territoires", "access", "diagnostic", "sources", "atlas")
DATA: Final = (".toml", ".csv")


@cache
def hash_code() -> str:
    """SHA-256 of all the code and catalogue that an atlas depends on, for its manifest."""
    root, total = Path(maillage.__file__).parent, hashlib.sha256()
    for package in PACKAGES:
        for path in sorted(path for path in (root / package).rglob("*") if path.suffix in (".py", *DATA)):
            if "jeu_essai" not in path.relative_to(root).parts:
                add_file(total, root, path)
    return total.hexdigest()


def add_file(total: hashlib._Hash, root: Path, path: Path) -> None:
    """Add a file's name and content to a hash."""
    content = path.read_bytes()
    total.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)


@cache
def hash_module(module: str) -> str:
    """SHA-256 of what a module of Maillage depends on; ValueError when it is none of them."""
    root = Path(maillage.__file__).parent
    return Code("maillage", root, root / "catalogue").hash(module)


@dataclass(frozen=True)
class Code:
    """The sources of a ``package`` in the folder ``root``, and the data files that its modules name."""

    package: str
    root: Path
    data: Path

    def hash(self, module: str) -> str:
        """SHA-256 of everything that ``module`` depends on; ValueError when it is not in the package."""
        paths = self.collect(module)
        total = hashlib.sha256(f"python=={sys.version_info.major}.{sys.version_info.minor}\n".encode())
        total.update("".join(f"{line}\n" for line in list_versions(self._list_libraries(paths))).encode())
        for path in paths:
            add_file(total, self.root, path)
        return total.hexdigest()

    def collect(self, module: str) -> tuple[Path, ...]:
        """The files that ``module`` depends on, its own included, sorted."""
        if not (start := self._find(module)):
            raise ValueError(f"{module} is not a module of {self.package}")
        found, waiting = set[Path](), [start]
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self._follow(path)
        return tuple(sorted(found))

    def _follow(self, path: Path) -> Iterator[Path]:
        """The files that one file imports or names."""
        if path.suffix != ".py":
            return
        imports, texts = read_code(path, self._name(path))
        for name in imports:
            parts = name.split(".")
            prefixes = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
            yield from (found for prefix in prefixes if (found := self._find(prefix)))
        for text in texts:
            yield from self._find_by_text(text)

    def _find_by_text(self, text: str) -> Iterator[Path]:
        """Files named in a string: data, a folder of data, a module imported by name with those below it."""
        if text.startswith(f"{self.package}.") and (found := self._find(text.rstrip("."))):
            yield from found.parent.rglob("*.py") if found.name == "__init__.py" else (found,)
        elif text.endswith(DATA):
            yield from (path for path in (self.data / text,) if path.is_file())
        elif text.isidentifier():
            yield from (path for path in (self.data / text).glob("*") if path.suffix in DATA)

    def _find(self, module: str) -> Path | None:
        """A module's file; null when it is not in the package (a library, a name in a module)."""
        first, *rest = module.split(".")
        return find_file(self.root, *rest) if first == self.package else None

    def _name(self, path: Path) -> str:
        """The package that holds a file."""
        return ".".join((self.package, *path.parent.relative_to(self.root).parts))

    def _list_libraries(self, paths: tuple[Path, ...]) -> set[str]:
        """Top-level names of the libraries that these files import, Python's own left out."""
        sources = (path for path in paths if path.suffix == ".py")
        names = {name.split(".")[0] for path in sources for name in read_code(path, self._name(path))[0]}
        return names - sys.stdlib_module_names - {self.package}


@cache
def find_file(root: Path, *names: str) -> Path | None:
    """The file of a module below ``root``; null when there is none."""
    place = root.joinpath(*names)
    files = (place / "__init__.py", place.with_suffix(".py")) if names else (place / "__init__.py",)
    return next((path for path in files if path.is_file()), None)


@cache
def read_code(path: Path, package: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a file of ``package`` imports, ``a`` and ``a.b`` for ``from a import b``; the strings in it.

    Read once however many stages lead to it; blocks under ``if TYPE_CHECKING:`` are left out.
    """
    imports, texts = set[str](), set[str]()
    for node in walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            imports |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
    return frozenset(imports), frozenset(texts)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, in no order, but for what is read by type checkers only."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        typing_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        waiting += node.orelse if isinstance(node, ast.If) and typing_only else ast.iter_child_nodes(node)


def list_versions(libraries: set[str]) -> list[str]:
    """``name==version`` of each installed distribution that gives one of these top-level names, sorted."""
    known = list_distributions()
    names = {name for library in libraries for name in known.get(library, ())}
    return sorted(f"{name}=={version(name)}" for name in names)


@cache
def list_distributions() -> dict[str, list[str]]:
    """The distributions installed, by top-level name."""
    return dict(packages_distributions())
