"""What every test may ask for: the real data and the reference schema, wherever they are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def find_folder(variable: str, default: str) -> Path:
    """The folder named by ``variable``, else beside the project; absent: skip here, fail in CI."""
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / default)
    if folder.is_dir():
        return folder
    reason = f"{folder} est absent : indiquez les données par la variable {variable}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def donnees() -> Path:
    """The folder of real open data."""
    return find_folder("MAILLAGE_DATA", "data")


@pytest.fixture(scope="session")
def schema_de_reference() -> Path:
    """The folder of the reference schema's text."""
    return find_folder("MAILLAGE_SEED", "seed")
