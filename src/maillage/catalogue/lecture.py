"""Reading the catalogue's data files: TOML for entries, CSV for long lists."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_toml(name: str) -> dict[str, Any]:
    """The TOML file ``name`` (path from ``catalogue/``), as a dictionary not to be changed."""
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def read_csv(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the CSV file ``name`` of the catalogue; every value is text, empty where absent."""
    text = files(__package__).joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def list_files(folder: str, suffix: str) -> tuple[str, ...]:
    """Names (from ``catalogue/``) of the files of ``folder`` ending in ``suffix``, sorted."""
    names = (entry.name for entry in files(__package__).joinpath(folder).iterdir())
    return tuple(sorted(f"{folder}/{name}" for name in names if name.endswith(suffix)))


def list_folders(folder: str) -> tuple[str, ...]:
    """Names of the folders of ``folder``, sorted."""
    entries = files(__package__).joinpath(folder).iterdir()
    return tuple(sorted(entry.name for entry in entries if entry.is_dir()))


def read_text(name: str) -> str:
    """A file of the catalogue as it is written, comments and all."""
    return files(__package__).joinpath(name).read_text("utf-8")
