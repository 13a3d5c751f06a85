"""What is shipped, from the locks: Python packages the product runs on, and npm packages put into its pages.

Versions and hashes are the locks'; what needs what, and the licence, are what the installed packages say of
themselves. A package in the lock for tests or benchmarks only is not shipped.
"""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from maillage.catalogue.erreurs import EntreeInvalide, Faute

ROOT = Path(__file__).parents[2]
VERROU, VERROU_NPM, PROJET = "requirements.lock", "package-lock.json", "pyproject.toml"
# `name==version \`, then its hashes, as uv writes them.
LINE = re.compile(
    r"^([a-z0-9.-]+)(?:\[[^]]*\])?==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)", re.MULTILINE
)


@dataclass(frozen=True)
class PaquetLivre:
    """One package: ``sorte`` is ``pypi`` or ``npm``; ``besoins``: the names of those it needs directly."""

    sorte: str
    nom: str
    version: str
    empreintes: tuple[str, ...]
    besoins: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """Its name among all packages of all kinds."""
        return f"{self.sorte}:{self.nom}"


def read_lock() -> dict[str, PaquetLivre]:
    """Name → package, of everything in the lock, shipped or not."""
    text = (ROOT / VERROU).read_text("utf-8")
    return {m[1]: PaquetLivre("pypi", m[1], m[2], _hashes(m[3])) for m in LINE.finditer(text)}


def _hashes(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall("[0-9a-f]{64}", text)))


def list_shipped() -> list[PaquetLivre]:
    """Every shipped package, Python's then npm's, by name.

    Raises:
        EntreeInvalide: one that the product needs is in no lock, or is not installed at the lock's version.
    """
    return [*_list_python(), *_list_npm()]


def read_direct() -> list[Requirement]:
    """What pyproject.toml says the product runs on, PostgreSQL's driver included."""
    project = tomllib.loads((ROOT / PROJET).read_text("utf-8"))["project"]
    texts = project["dependencies"] + [
        text for group in project["optional-dependencies"].values() for text in group
    ]
    return [Requirement(text) for text in texts]


def _list_python() -> list[PaquetLivre]:
    lock, needs = read_lock(), _walk(read_direct())
    _refuse_gaps(needs, lock)
    return [
        PaquetLivre("pypi", name, lock[name].version, lock[name].empreintes, tuple(sorted(needs[name])))
        for name in sorted(needs)
    ]


def _refuse_gaps(needs: Iterable[str], lock: dict[str, PaquetLivre]) -> None:
    """Raise what is needed and is not locked, or not installed as it is locked."""
    locked = {name: lock[name].version if name in lock else "rien" for name in sorted(needs)}
    installed = {name: _installed(name) for name in locked}
    faults = [
        Faute(f"{name} : {locked[name]} verrouillé, {installed[name]} installé ; « make install »")
        for name in locked
        if locked[name] == "rien" or locked[name] != installed[name]
    ]
    if faults:
        raise EntreeInvalide("Ce qui est installé n’est pas ce que le verrou dit", faults)


def _installed(name: str) -> str:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return "rien"


def _walk(direct: Iterable[Requirement]) -> dict[str, set[str]]:
    """Name → names it needs on this machine, of everything that the direct requirements lead to."""
    needs: dict[str, set[str]] = {}
    todo, seen = list(direct), set[tuple[str, str]]()
    while todo:
        asked = todo.pop()
        name = canonicalize_name(asked.name)
        held = needs.setdefault(name, set())
        for extra in {"", *asked.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            for need in _needs(name, extra):
                held.add(canonicalize_name(need.name))
                todo.append(need)
    return needs


def _needs(name: str, extra: str) -> Iterator[Requirement]:
    try:
        texts = distribution(name).requires or []
    except PackageNotFoundError:
        return  # said by the caller, with every other
    for need in map(Requirement, texts):
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            yield need


def _list_npm() -> list[PaquetLivre]:
    packages = json.loads((ROOT / VERROU_NPM).read_text("utf-8"))["packages"]
    shipped = {path: one for path, one in packages.items() if path and not one.get("dev")}
    return [_make_npm(path, shipped) for path in sorted(shipped)]


def _make_npm(path: str, shipped: dict[str, dict[str, Any]]) -> PaquetLivre:
    one = shipped[path]
    needs = sorted(name for name in one.get("dependencies", ()) if f"node_modules/{name}" in shipped)
    return PaquetLivre("npm", name_npm(path), one["version"], (_hex(one["integrity"]),), tuple(needs))


def name_npm(path: str) -> str:
    """The name of an npm package from its place in the lock.

    >>> name_npm("node_modules/@mapbox/tiny-sdf")
    '@mapbox/tiny-sdf'
    """
    return path.rpartition("node_modules/")[2]


def _hex(integrity: str) -> str:
    algorithm, _, digest = integrity.partition("-")
    assert algorithm == "sha512"
    return base64.b64decode(digest).hex()
