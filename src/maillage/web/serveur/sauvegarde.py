"""Backup and restore of the database: one file, verified before it replaces anything.

SQLite is copied by its own backup, consistent while the application writes; for PostgreSQL see
``sauvegarde_postgresql``. Files that people gave, in ``fichiers`` beside the base, go with it in a table of
their own; a restore adds them to the folder, where none ever replaces another. Atlases are folders, copied as
they are. A backup carries, in a table of its own, its schema, the rows of each table and their SHA-256:
altered bytes, a lost table or an emptied one are found.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.web.serveur.fichiers import draft, explain, free_name, put, refuse_existing
from maillage.web.serveur.versions import check_known
from maillage.web.socle import magasin, verrou

SCEAU, FICHIERS = "maillage_sceau", "maillage_fichiers"
NOMMES = "fichiers_fichierdonne"
ESSENTIELLES = frozenset({"comptes_personne", "django_migrations"})


def save(base: Path, destination: Path, var: Path | None = None) -> tuple[str, ...]:
    """Copy the database and the files it names to ``destination``, whole or not at all; none is overwritten.

    ``var``: the folder of the install; null: that of the base.

    Returns:
        The names of the files that the base names and that are no longer in the folder.
    """
    refuse_existing(destination)
    check_there(base)
    with draft(destination) as partial, explain(base, "n’a pas pu être sauvegardée : rien n’a été écrit"):
        _copy(base, partial)
        check_base(partial)
        missing = _add_files(partial, (var or base.parent) / magasin.DOSSIER)
        _seal(partial)
        check(partial)
        put(partial, destination)
    return missing


def check_there(base: Path) -> None:
    """Refuse a base that nobody made: the folder is not the one that was meant."""
    if not base.is_file():
        raise EntreeInvalide(f"{base} n'existe pas : indiquez le dossier de l'installation par --var.")


def restore(
    sauvegarde: Path, base: Path, var: Path | None = None, *, sans_sceau: bool = False
) -> Path | None:
    """Put a backup in place of the database; the former one is kept beside, and its path returned.

    Refused while a server or a worker uses the folder; a base that cannot be read is kept as it is.
    ``var``: the folder of the install; null: that of the base. ``sans_sceau`` takes a file that carries no
    seal, as former versions wrote them.
    """
    var = var or base.parent
    (check_base if sans_sceau else check)(sauvegarde)
    check_known(sauvegarde, _list_migrations(sauvegarde))
    verrou.restore_alone(var)
    try:
        with draft(base) as partial, explain(base, "n’a pas pu être remplacée : rien n’a changé"):
            _copy(sauvegarde, partial)
            with closing(sqlite3.connect(partial)) as connection:
                _take_files(connection, var / magasin.DOSSIER)
                with connection:
                    connection.execute(f"DROP TABLE IF EXISTS {SCEAU}")
            check_base(partial)
            former = _keep_former(base)
            put(partial, base)
        return former
    finally:
        verrou.release(var)


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


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        # One file, without companions, wherever it is opened from.
        writing.execute("PRAGMA journal_mode=DELETE")


def _add_files(copy: Path, folder: Path) -> tuple[str, ...]:
    """Put in a copy of the base the files that it names; those that are not whole in the folder."""
    missing = []
    with closing(sqlite3.connect(copy)) as connection, connection:
        if NOMMES not in _list_tables(connection):
            return ()  # a base of a version that took no file
        connection.execute(f"CREATE TABLE {FICHIERS} (empreinte TEXT PRIMARY KEY, contenu BLOB)")
        names = connection.execute(f"SELECT DISTINCT empreinte FROM {NOMMES} ORDER BY 1").fetchall()  # noqa: S608
        for (name,) in names:
            try:
                row = (name, magasin.read(folder, name))
            except FileNotFoundError:
                missing.append(name)
            else:
                connection.execute(f"INSERT INTO {FICHIERS} VALUES (?, ?)", row)  # noqa: S608 - our own table
    return tuple(missing)


def _take_files(copy: sqlite3.Connection, folder: Path) -> None:
    """Give the folder the files that a copy carries, and the copy its weight without them."""
    if FICHIERS not in _list_tables(copy):
        return
    for name, body in copy.execute(f"SELECT empreinte, contenu FROM {FICHIERS}"):  # noqa: S608 - our own table
        if magasin.put(folder, body) != name:
            raise EntreeInvalide("Cette sauvegarde porte un fichier qui n’est pas celui que dit son nom.")
    with copy:
        copy.execute(f"DROP TABLE {FICHIERS}")
    copy.execute("VACUUM")


def _keep_former(base: Path) -> Path | None:
    """Give the base a second name; it keeps the first until the backup takes it: stopped, nothing is lost."""
    if not base.exists():
        return None
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(base)) as connection,
    ):  # no base: kept as it is
        connection.execute("PRAGMA journal_mode=DELETE")  # its journal enters it
    former = free_name(base.parent, f"{base.name}.avant-")
    for suffix in ("-wal", "-shm", "-journal", ""):
        path = base.with_name(base.name + suffix)
        if path.exists():
            os.link(path, former.with_name(former.name + suffix))
        if suffix:
            path.unlink(missing_ok=True)
    former.chmod(0o600)
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


def _list_migrations(base: Path) -> list[tuple[str, str]]:
    with closing(_open(base)) as connection:
        return connection.execute("SELECT app, name FROM django_migrations").fetchall()


def _list_tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in names if not name.startswith("sqlite_")]
