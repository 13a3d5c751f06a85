"""Files of backups: whole or not at all, closed to others, every refusal of the system in words."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import PLEIN, refus

# What SQLite says (https://www.sqlite.org/rescode.html), and what it means to who runs the command.
ENTIERE = "Prenez une autre sauvegarde"
MOTS = (
    ("full", "le disque est plein", "Libérez de la place"),
    (PLEIN, "le disque est plein", "Libérez de la place"),
    ("I/O error", "le disque refuse d’écrire ou de lire", "Libérez de la place, ou vérifiez le disque"),
    ("not a database", "ce fichier n’est pas une base", ENTIERE),
    ("malformed", "cette base est abîmée", ENTIERE),
    ("locked", "un autre programme l’utilise", "Attendez qu’il ait fini, puis recommencez"),
    ("readonly", "elle est en lecture seule", "Donnez-vous le droit d’y écrire"),
    (
        "unable to open",
        "le fichier ou son dossier ne s’ouvre pas",
        "Vérifiez qu’il existe et vos droits",
    ),
)


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
        raise EntreeInvalide(f"{path} {what}.", (say(error),)) from error


def say(error: Exception) -> Faute:
    """Why the system or the database refuses, and what to do; its own words where they are not known."""
    reason = refus(error) if isinstance(error, OSError) else str(error)
    why, advice = next(((why, advice) for text, why, advice in MOTS if text in reason), (reason, None))
    return Faute(why, que_faire=advice)


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


DERNIERE = "derniere-sauvegarde"


def note_backup(var: Path) -> None:
    """Remember that a backup was written and verified now; monitors and ``doctor`` read it."""
    (var / DERNIERE).write_text(datetime.now(UTC).isoformat(timespec="seconds"), "utf-8")


def read_last_backup(var: Path) -> datetime | None:
    """When the last backup was written; null when none was, or what was noted cannot be read."""
    try:
        return datetime.fromisoformat((var / DERNIERE).read_text("utf-8"))
    except (OSError, ValueError):
        return None


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
