"""A stage is rerun when code that it can run has changed, and only then."""

from pathlib import Path

import pytest

from maillage.atlas.construction import empreinte
from maillage.atlas.construction.build import ETAPES
from maillage.atlas.construction.empreinte import Code, hash_module

FILES = {
    "__init__.py": "",
    "stage.py": "import numpy as np\nfrom pack.core import tool\nfrom typing import TYPE_CHECKING\n"
    "if TYPE_CHECKING:\n    from pack import types_only\n",
    "core/__init__.py": "",
    "core/tool.py": "def f():\n    from pack.deep import read\n    return read('table.csv')\n",
    "deep.py": "from . import sibling\nfrom importlib import import_module\n"
    "def find(name): return import_module(f'pack.plugins.{name}')\n",
    "sibling.py": "A = 1\n",
    "plugins/__init__.py": "",
    "plugins/one.py": "B = 2\n",
    "unrelated.py": "import polars\n",
    "types_only.py": "C = 3\n",
    "data/table.csv": "a,b\n",
    "data/other.csv": "a,b\n",
}
UNUSED = {"unrelated.py", "types_only.py", "data/other.csv"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "pack"


def hash_stage(root: Path) -> str:
    empreinte.read_code.cache_clear()
    return Code("pack", root, root / "data").hash("pack.stage")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_change_counts_when_the_stage_can_run_it(root: Path, name: str) -> None:
    before = hash_stage(root)
    with (root / name).open("a") as stream:
        stream.write("\n# changed\n")
    assert (hash_stage(root) == before) is (name in UNUSED)


def test_the_versions_of_its_libraries_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = hash_stage(root), empreinte.version
    monkeypatch.setattr(empreinte, "version", lambda name: "0" if name == "polars" else real(name))
    assert hash_stage(root) == before
    monkeypatch.setattr(empreinte, "version", lambda name: "0" if name == "numpy" else real(name))
    assert hash_stage(root) != before


def test_a_module_from_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="numpy is not a module of maillage"):
        hash_module("numpy")


def names_used(stage: str) -> set[str]:
    module = next(etape.fonction.__module__ for etape in ETAPES if etape.nom == stage)
    root = Path(empreinte.__file__).parents[2]
    paths = Code("maillage", root, root / "catalogue").collect(module)
    return {path.relative_to(root).as_posix() for path in paths}


def test_stages_depend_on_their_own_code() -> None:
    """What is found by name at run time counts: indicators, catalogue files. The rest does not."""
    indicators, times, tiles = (names_used(stage) for stage in ("indicateurs", "durees", "tuiles"))
    assert {"access/indicateurs/offre.py", "catalogue/indicateurs/offre.toml"} <= indicators
    assert {"network/routes/sweep.py", "catalogue/paniers.toml"} <= times
    assert not any(name.startswith(("access/indicateurs", "sources/", "reports/")) for name in times)
    assert not any(name.startswith(("network/", "access/registre", "sources/")) for name in tiles)
