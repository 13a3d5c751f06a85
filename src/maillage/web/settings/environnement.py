"""The few settings an install gives, read from the environment; docs/exploitation.md lists them."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.crypto import get_random_string
from platformdirs import user_data_path


def read_text(name: str, default: str = "") -> str:
    """The variable ``MAILLAGE_<name>``."""
    return os.environ.get(f"MAILLAGE_{name}", default)


def read_list(name: str) -> list[str]:
    """A comma-separated variable; empty when absent."""
    return [part.strip() for part in read_text(name).split(",") if part.strip()]


def var_folder() -> Path:
    """Where the install keeps what it writes: database, exports, secret key."""
    folder = Path(read_text("VAR") or user_data_path("maillage"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """``MAILLAGE_CLE``, else a key made once and kept beside the database, readable by its owner only."""
    if key := read_text("CLE"):
        return key
    path = folder / "cle-secrete"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_string(64), "utf-8")
    return path.read_text("utf-8")
