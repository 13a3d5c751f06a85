"""Backup and restore of a PostgreSQL base, by its own tools: consistent while the application writes.

A backup is an archive of what ``pg_dump`` read in one snapshot, of its seal, read in the same (the SHA-256 of
the first, the rows of each table, the changes of schema), and of the files that people gave, each under its
SHA-256. A restore verifies the seal, then empties, fills and counts in one transaction: everything, or
nothing. The password goes by the environment, never by a command line that others may read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import dj_database_url

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.web.serveur.fichiers import draft, explain, free_name, hide, put, refuse_existing
from maillage.web.serveur.versions import check_known
from maillage.web.socle import magasin, verrou

VARIABLES = {
    "PGHOST": "HOST",
    "PGPORT": "PORT",
    "PGUSER": "USER",
    "PGPASSWORD": "PASSWORD",
    "PGDATABASE": "NAME",
}
SCEAU, BASE, FICHIERS = "sceau.json", "base.dump", "fichiers"
NOMMES = "public.fichiers_fichierdonne"
TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
)
AUTRES = """DO $$ BEGIN FOR essai IN 1..20 LOOP
PERFORM pg_stat_clear_snapshot();
EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
    AND coalesce(backend_type, 'client backend') = 'client backend');
IF essai = 20 THEN RAISE EXCEPTION 'MAILLAGE_SERVIE'; END IF;
PERFORM pg_sleep(0.1);
END LOOP; END $$;
"""
COMPTE = (
    "DO $$ BEGIN IF (SELECT count(*) FROM {table}) <> {lignes} "
    "THEN RAISE EXCEPTION 'MAILLAGE_LIGNES {table}'; END IF; END $$;\n"
)
# What stops a restore, by what PostgreSQL says of it.
MOTS = (
    (
        "MAILLAGE_SERVIE",
        "la base est servie en ce moment",
        "Arrêtez serveurs, travailleurs, supervision et sessions de psql",
    ),
    ("MAILLAGE_LIGNES", "une table n’a pas les lignes annoncées", "Prenez une autre copie"),
    ("to create database", "ce compte ne peut pas créer de base", "Donnez-lui CREATEDB"),
    ("No space left", "le disque est plein", "Libérez de la place"),
)  # fmt: skip


def save(url: str, destination: Path, fichiers: Path | None = None) -> tuple[str, ...]:
    """The whole base in ``destination``, or nothing; an existing file is not overwritten.

    ``fichiers``: the folder of the files that the base names, to go with it; null: they stay where they are.

    Returns:
        The names of the files that the base names and that are no longer in the folder.
    """
    refuse_existing(destination)
    with draft(destination) as partial:
        missing = _write(url, partial, fichiers)
        check(partial)
        put(partial, destination)
    return missing


def restore(sauvegarde: Path, url: str, folder: Path, *, sans_sceau: bool = False) -> Path:
    """Put a backup in place of the base; the former one is saved in ``folder``, and its path returned.

    Refused while anybody is connected to the base. ``sans_sceau`` takes a bare file of ``pg_dump``.
    """
    verrou.restore_alone(folder)
    try:
        with unpack(sauvegarde, folder, sans_sceau=sans_sceau) as (dump, seal):
            _take_files(sauvegarde, seal, folder / magasin.DOSSIER)
            return _replace(url, dump, seal, folder)
    finally:
        verrou.release(folder)


def check_alone(url: str) -> None:
    """Refuse while anybody is connected to the base, from wherever."""
    _query(url, AUTRES)


def _take_files(sauvegarde: Path, seal: dict[str, Any], folder: Path) -> None:
    """Give the folder the files that a backup carries, already found to be those of their names."""
    names = seal.get(FICHIERS, [])
    if names:
        with explain(folder, "ne peut pas recevoir de fichier"), tarfile.open(sauvegarde, "r:") as archive:
            for name in names:
                magasin.put(folder, _open(archive, f"{FICHIERS}/{name}").read())


def _replace(url: str, dump: Path, seal: dict[str, Any], folder: Path) -> Path:
    check_alone(url)
    former = free_name(folder, "avant-restauration-", ".dump")
    with draft(former) as partial:
        _write(url, partial)
        put(partial, former)
    try:
        load(url, dump, seal)
    except BaseException:
        former.unlink()
        raise
    return former


def check(sauvegarde: Path) -> dict[str, Any]:
    """The seal of a whole backup; refuses a file whose bytes are not those sealed, or that is not ours."""
    try:
        with explain(sauvegarde, "ne peut pas être lue"), tarfile.open(sauvegarde, "r:") as archive:
            seal: dict[str, Any] = json.loads(_open(archive, SCEAU).read())
            same = seal["sha256"] == hashlib.file_digest(_open(archive, BASE), "sha256").hexdigest()
            same = same and all(
                hashlib.file_digest(_open(archive, f"{FICHIERS}/{name}"), "sha256").hexdigest() == name
                for name in seal.get(FICHIERS, [])
            )
        ours = "public.comptes_personne" in seal["lignes"]
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        advice = "Si une version précédente l’a faite, ajoutez --sans-sceau ; sinon, prenez une autre copie"
        reason = Faute("elle est coupée, ou ne porte pas de sceau", que_faire=advice)
        raise EntreeInvalide(f"{sauvegarde} ne peut pas être vérifiée.", (reason,)) from error
    if not same or not ours:
        reason = Faute("il manque comptes_personne" if same else "des octets ont changé")
        raise EntreeInvalide(f"{sauvegarde} n'est pas une sauvegarde de Maillage entière.", (reason,))
    return seal


def load(url: str, dump: Path, seal: dict[str, Any]) -> None:
    """Empty the base, fill it and count its rows, in one transaction; refused while others are connected."""
    script = dump.with_name("restaurer.sql")
    _run(None, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    before, after = dump.with_name("avant.sql"), dump.with_name("apres.sql")
    with explain(before, "ne peut pas être écrit"):
        drops = [f"DROP TABLE IF EXISTS {table} CASCADE;\n" for table in _query(url, TABLES)]
        before.write_text(AUTRES + "".join(drops), "utf-8")
        counts = [COMPTE.format(table=table, lignes=rows) for table, rows in seal["lignes"].items()]
        after.write_text("".join(counts), "utf-8")
    files = [f"--file={path}" for path in (before, script, after)]
    _run(url, "psql", "-X", "-q", "--single-transaction", "--set=ON_ERROR_STOP=1", *files)


@contextmanager
def unpack(
    sauvegarde: Path, folder: Path, *, sans_sceau: bool = False
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What ``pg_dump`` wrote and its seal, verified, for a while in ``folder``; no seal, no count."""
    seal = {"lignes": {}, "migrations": []} if sans_sceau else check(sauvegarde)
    check_known(sauvegarde, [(app, name) for app, name in seal["migrations"]])
    with hide(folder) as hidden:
        if sans_sceau:
            (hidden / BASE).symlink_to(sauvegarde.resolve())
        else:
            with (
                explain(hidden, "ne peut pas recevoir la base"),
                tarfile.open(sauvegarde, "r:") as archive,
                _open(archive, BASE) as held,
                (hidden / BASE).open("wb") as out,
            ):
                shutil.copyfileobj(held, out)
        if "comptes_personne" not in _run(None, "pg_restore", "--list", str(hidden / BASE)):
            raise EntreeInvalide(f"{sauvegarde} n'est pas une sauvegarde de Maillage.")
        yield hidden / BASE, seal


def _open(archive: tarfile.TarFile, member: str) -> IO[bytes]:
    found = archive.extractfile(member)
    if found is None:
        raise KeyError(member)
    return found


def _write(url: str, destination: Path, fichiers: Path | None = None) -> tuple[str, ...]:
    """The archive of the base as it is now; what it counts is what it holds: one snapshot gives both.

    The names of the files that it should carry and that are not whole in ``fichiers``.
    """
    with hide(destination.parent) as folder, explain(destination, "ne peut pas être écrite"):
        with _snapshot(url) as (cursor, snapshot):
            _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
                 f"--snapshot={snapshot}", f"--file={folder / BASE}")  # fmt: skip
            with (folder / BASE).open("rb") as dump:
                digest = hashlib.file_digest(dump, "sha256").hexdigest()
            seal = {"sha256": digest, **_describe(cursor)}
            named = _list_named(cursor, seal["lignes"]) if fichiers is not None else []
        paths = {name: magasin.find(fichiers, name) for name in named} if fichiers is not None else {}
        seal[FICHIERS] = [name for name, path in paths.items() if magasin.is_whole(path)]
        (folder / SCEAU).write_text(json.dumps(seal, indent=1), "utf-8")
        with tarfile.open(destination, "w") as archive:
            for member in (SCEAU, BASE):
                archive.add(folder / member, member)
            for name in seal[FICHIERS]:
                archive.add(paths[name], f"{FICHIERS}/{name}")
    return tuple(name for name in paths if name not in seal[FICHIERS])


def _list_named(cursor: Any, tables: Collection[str]) -> list[str]:
    """The files that the base names; none in a base of a version that took no file."""
    if NOMMES not in tables:
        return []
    return [name for (name,) in cursor.execute(f"SELECT DISTINCT empreinte FROM {NOMMES} ORDER BY 1")]  # noqa: S608


def _describe(cursor: Any) -> dict[str, Any]:
    tables = [table for (table,) in cursor.execute(TABLES).fetchall()]
    rows = {table: cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
    known = "public.django_migrations" in rows
    migrations = cursor.execute("SELECT app, name FROM django_migrations").fetchall() if known else []
    return {"lignes": rows, "migrations": migrations}


@contextmanager
def borrow(url: str) -> Iterator[str]:
    """The address of an empty base made beside, dropped afterwards."""
    name = f"maillage_exercice_{os.getpid()}"
    _query(url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        parts = urlsplit(url)
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        _query(url, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[Any, str]]:
    """One moment of the base, that ``pg_dump`` can read too."""
    import psycopg

    with _connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        cursor = connection.cursor()
        (name,) = cursor.execute("SELECT pg_export_snapshot()").fetchone()
        yield cursor, name


@contextmanager
def _connect(url: str) -> Iterator[Any]:
    import psycopg

    try:
        settings = _read_settings(url)
        name = settings.pop("PGDATABASE")
        with psycopg.connect(
            dbname=name, **{key[2:].lower(): value for key, value in settings.items()}
        ) as made:
            yield made
    except psycopg.Error as error:
        raise EntreeInvalide("La base PostgreSQL refuse : rien n’a changé.", (_tell(str(error)),)) from error


def _query(url: str, question: str) -> list[str]:
    return _run(
        url, "psql", "-X", "-A", "-t", "-q", "--set=ON_ERROR_STOP=1", f"--command={question}"
    ).splitlines()


def _run(url: str | None, tool: str, *arguments: str) -> str:
    environment = os.environ | (_read_settings(url) if url else {})
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own tools
            [tool, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        reason = Faute(f"{tool} est introuvable", que_faire="Installez les outils client de PostgreSQL")
        raise EntreeInvalide("Les outils de PostgreSQL manquent.", (reason,)) from error
    if done.returncode:
        raise EntreeInvalide(f"{tool} a échoué : rien n’a changé.", (_tell(done.stderr),))
    return done.stdout


def _tell(said: str) -> Faute:
    for mark, reason, advice in MOTS:
        if mark in said:
            return Faute(reason, que_faire=advice)
    return Faute(said.strip()[:2000])


def _read_settings(url: str) -> dict[str, str]:
    parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    options = {f"PG{name.upper()}": str(value) for name, value in parsed.get("OPTIONS", {}).items()}
    return options | {name: str(parsed[key]) for name, key in VARIABLES.items() if parsed.get(key)}
