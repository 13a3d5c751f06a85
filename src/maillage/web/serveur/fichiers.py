"""Files of backups: whole or not at all, closed to others, every refusal of the system in words."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute


def refuse_existing(destination: Path) -> None:
    """A backup never replaces a file."""
    if destination.exists():
        raise EntreeInvalide(f"{destination} existe déjà : choisissez un autre nom.")


@contextmanager
def explain(path: Path, what: str) -> Iterator[None]:
    """Say in words what the system or the database refuses."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        full = "full" in str(error) or "No space" in str(error)
        reason = Faute("le disque est plein", que_faire="Libérez de la place") if full else Faute(str(error))
        raise EntreeInvalide(f"{path} {what}.", (reason,)) from error


@contextmanager
def draft(destination: Path) -> Iterator[Path]:
    """A file beside, closed to others, removed with its companions whatever happens."""
    partial = destination.with_name(f"{destination.name}.partiel")
    remove(partial)
    try:
        with explain(partial, "ne peut pas être écrit"):
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield partial
    finally:
        remove(partial)


def remove(base: Path) -> None:
    """A file and the companions SQLite gives it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        base.with_name(base.name + suffix).unlink(missing_ok=True)


def put(partial: Path, destination: Path) -> None:
    """Give the file its name once it is on the disk."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(destination)


def free_name(folder: Path, start: str, end: str = "") -> Path:
    """The first name, counted from 1, that no file of the folder bears."""
    rank = 1
    while (candidate := folder / f"{start}{rank}{end}").exists():
        rank += 1
    return candidate


@contextmanager
def hide(folder: Path) -> Iterator[Path]:
    """A folder closed to others, gone afterwards."""
    with explain(folder, "ne peut pas recevoir de fichier"):
        hidden = tempfile.TemporaryDirectory(prefix=".sauvegarde-", dir=folder)
    with hidden as name:
        yield Path(name)
