"""Backup and restore of the database: one file, verified before it replaces anything.

SQLite is copied by its own backup, consistent while the application writes; for PostgreSQL see
``sauvegarde_postgresql``. Atlases are folders, copied as they are. A backup carries, in a table of its own,
its schema, the rows of each table and their SHA-256: altered bytes, a lost table or an emptied one are found.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.web.socle import verrou

SCEAU = "maillage_sceau"
ESSENTIELLES = frozenset({"comptes_personne", "django_migrations"})


def save(base: Path, destination: Path) -> None:
    """Copy the database to ``destination``, whole or not at all; an existing file is not overwritten."""
    if destination.exists():
        raise EntreeInvalide(f"{destination} existe déjà : choisissez un autre nom.")
    if not base.is_file():
        raise EntreeInvalide(f"{base} n'existe pas : indiquez le dossier de l'installation par --var.")
    with _draft(destination) as partial, explain(base, "n’a pas pu être sauvegardée : rien n’a été écrit"):
        _copy(base, partial)
        check_base(partial)
        _seal(partial)
        check(partial)
        _put(partial, destination)


def restore(sauvegarde: Path, base: Path, *, sans_sceau: bool = False) -> Path | None:
    """Put a backup in place of the database; the former one is kept beside, and its path returned.

    Refused while a server or a worker uses the folder; a base that cannot be read is kept as it is.
    ``sans_sceau`` takes a file that carries no seal, as former versions wrote them.
    """
    verrou.restore_alone(base.parent)
    try:
        (check_base if sans_sceau else check)(sauvegarde)
        with _draft(base) as partial, explain(base, "n’a pas pu être remplacée : rien n’a changé"):
            _copy(sauvegarde, partial)
            with closing(sqlite3.connect(partial)) as connection, connection:
                connection.execute(f"DROP TABLE IF EXISTS {SCEAU}")
            check_base(partial)
            former = _keep_former(base)
            _put(partial, base)
        return former
    finally:
        verrou.release(base.parent)


def check(sauvegarde: Path) -> None:
    """Refuse a file that is not a whole backup: its tables and all their bytes are those sealed."""
    check_base(sauvegarde)
    with explain(sauvegarde, "n'est pas une sauvegarde lisible"), closing(_open(sauvegarde)) as connection:
        tables = _list_tables(connection)
        if SCEAU not in tables:
            advice = "Si une version précédente l’a faite, ajoutez --sans-sceau"
            reason = Faute("elle ne porte pas de sceau", que_faire=advice)
            raise EntreeInvalide(f"{sauvegarde} ne peut pas être vérifiée.", (reason,))
        marks = connection.execute(f"SELECT * FROM {SCEAU}")  # noqa: S608 - our own table
        sealed = {name: (rows, mark) for name, rows, mark in marks}
        found = {name: _digest(connection, name) for name in tables if name != SCEAU}
    faults = [
        Faute(_tell(sealed.get(name), found.get(name)), fichier=name)
        for name in sorted(sealed.keys() | found.keys())
        if sealed.get(name) != found.get(name)
    ]
    if faults:
        raise EntreeInvalide(f"{sauvegarde} n'est pas entière : ses tables ont changé.", tuple(faults))


def check_base(base: Path) -> None:
    """Refuse a file that is not a sound database of Maillage."""
    with explain(base, "n'est pas une base lisible"), closing(_open(base)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
        missing = ESSENTIELLES - set(_list_tables(connection))
    if state != "ok" or missing:
        reason = Faute(f"il manque {', '.join(sorted(missing))}" if missing else state)
        raise EntreeInvalide(f"{base} n'est pas une base de Maillage entière.", (reason,))


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
def _draft(destination: Path) -> Iterator[Path]:
    """A file beside, closed to others, removed with its companions whatever happens."""
    partial = destination.with_name(f"{destination.name}.partiel")
    _remove(partial)
    try:
        with explain(partial, "ne peut pas être écrit"):
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield partial
    finally:
        _remove(partial)


def _remove(base: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        base.with_name(base.name + suffix).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        # One file, without companions, wherever it is opened from.
        writing.execute("PRAGMA journal_mode=DELETE")


def _put(partial: Path, destination: Path) -> None:
    """Give the file its name once it is on the disk."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(destination)


def _keep_former(base: Path) -> Path | None:
    if not base.exists():
        return None
    former = _free_name(base)
    for suffix in ("-wal", "-shm", "-journal", ""):
        path = base.with_name(base.name + suffix)
        if path.exists():
            path.rename(former.with_name(former.name + suffix))
    former.chmod(0o600)
    with closing(sqlite3.connect(former)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")  # its journal enters it
        except sqlite3.DatabaseError:
            return former  # it is no base: kept as it is
    return former


def _seal(base: Path) -> None:
    with closing(sqlite3.connect(base)) as connection, connection:
        marks = [(name, *_digest(connection, name)) for name in _list_tables(connection)]
        connection.execute(f"CREATE TABLE {SCEAU} (nom TEXT PRIMARY KEY, lignes INTEGER, sha256 TEXT)")
        connection.executemany(f"INSERT INTO {SCEAU} VALUES (?, ?, ?)", marks)  # noqa: S608


def _digest(connection: sqlite3.Connection, table: str) -> tuple[int, str]:
    """Rows of a table, and the SHA-256 of its definition and of each of them."""
    (definition,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    digest, rows = hashlib.sha256(definition.encode()), 0
    for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - its own names
        digest.update(repr(row).encode())
        rows += 1
    return rows, digest.hexdigest()


def _tell(sealed: tuple[int, str] | None, found: tuple[int, str] | None) -> str:
    if found is None or sealed is None:
        return "la table a disparu" if found is None else "la table est en trop"
    if sealed[0] != found[0]:
        return f"{found[0]} lignes au lieu de {sealed[0]}"
    return "des octets ont changé"


def _open(base: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{base.resolve().as_uri()}?mode=ro", uri=True)


def _list_tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in names if not name.startswith("sqlite_")]


def _free_name(base: Path) -> Path:
    rank = 1
    while (candidate := base.with_name(f"{base.name}.avant-{rank}")).exists():
        rank += 1
    return candidate
