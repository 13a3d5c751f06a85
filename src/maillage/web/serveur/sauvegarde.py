"""Backup and restore of the database: one file, verified before it replaces anything.

SQLite is copied by its own backup, consistent while the application writes; for PostgreSQL see
``sauvegarde_postgresql``. Atlases are folders, copied as they are.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute


def save(base: Path, destination: Path) -> None:
    """Copy the database to ``destination``, whole or not at all; an existing file is not overwritten."""
    if destination.exists():
        raise EntreeInvalide(f"{destination} existe déjà : choisissez un autre nom.")
    if not base.is_file():
        raise EntreeInvalide(f"{base} n'existe pas : indiquez le dossier de l'installation par --var.")
    partial = destination.with_name(f"{destination.name}.partiel")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(base)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        check(partial)
        partial.rename(destination)
    finally:
        partial.unlink(missing_ok=True)


def restore(sauvegarde: Path, base: Path) -> Path | None:
    """Put a backup in place of the database; the former one is kept beside, and its path returned."""
    check(sauvegarde)
    former = None
    if base.exists():
        former = _free_name(base)
        save(base, former)
    with closing(sqlite3.connect(sauvegarde)) as source, closing(sqlite3.connect(base)) as target:
        source.backup(target)
    check(base)
    return former


def check(base: Path) -> None:
    """Refuse a file that is not a whole database of Maillage."""
    try:
        with closing(sqlite3.connect(f"file:{base}?mode=ro", uri=True)) as connection:
            state = connection.execute("PRAGMA integrity_check").fetchone()[0]
            tables = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
    except sqlite3.DatabaseError as error:
        raise EntreeInvalide(f"{base} n'est pas une sauvegarde lisible.", (Faute(str(error)),)) from error
    if state != "ok" or "comptes_personne" not in tables:
        raise EntreeInvalide(f"{base} n'est pas une base de Maillage entière.")


def _free_name(base: Path) -> Path:
    rank = 1
    while (candidate := base.with_name(f"{base.name}.avant-{rank}")).exists():
        rank += 1
    return candidate
