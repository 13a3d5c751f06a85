"""What these tests count by hand is in an atlas written by hand: see ``tests/web/atlas_jouet.py``."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

ECRIT = Path(__file__).parent.parent / "atlas_jouet.py"


@pytest.fixture(scope="session")
def dossier_atlas(une_fois: Callable[..., Path]) -> Path:
    spec = importlib.util.spec_from_file_location("atlas_jouet", ECRIT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def make(folder: Path) -> None:
        module.write_atlas(folder / "essai-2026", "2026-06-01")
        module.write_atlas(folder / "essai-2025", "2025-06-01", "0")

    return une_fois("ecrit", make)
