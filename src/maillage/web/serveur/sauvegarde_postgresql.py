"""Backup and restore of a PostgreSQL base, by its own tools: consistent while the application writes.

``pg_dump`` reads one snapshot; ``pg_restore`` writes in one transaction: everything, or nothing. The password
goes by the environment, never by a command line that others may read.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import dj_database_url

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.web.socle import verrou

VARIABLES = {
    "PGHOST": "HOST",
    "PGPORT": "PORT",
    "PGUSER": "USER",
    "PGPASSWORD": "PASSWORD",
    "PGDATABASE": "NAME",
}


def save(url: str, destination: Path) -> None:
    """The whole base in ``destination``, or nothing; an existing file is not overwritten."""
    if destination.exists():
        raise EntreeInvalide(f"{destination} existe déjà : choisissez un autre nom.")
    partial = destination.with_name(f"{destination.name}.partiel")
    try:
        _dump(url, partial)
        check(partial)
        partial.rename(destination)
    finally:
        partial.unlink(missing_ok=True)


def restore(sauvegarde: Path, url: str, folder: Path) -> Path:
    """Put a backup in place of the base; the former one is saved in ``folder``, and its path returned."""
    verrou.restore_alone(folder)
    try:
        return _replace(sauvegarde, url, folder)
    finally:
        verrou.release(folder)


def _replace(sauvegarde: Path, url: str, folder: Path) -> Path:
    check(sauvegarde)
    former = _free_name(folder)
    _dump(url, former)
    _run(
        url,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={_read_settings(url)['PGDATABASE']}",
        str(sauvegarde),
    )
    return former


def check(sauvegarde: Path) -> None:
    """Refuse a file that is not a backup of a base of Maillage."""
    if "comptes_personne" not in _run(None, "pg_restore", "--list", str(sauvegarde)):
        raise EntreeInvalide(f"{sauvegarde} n'est pas une sauvegarde de Maillage.")


def _dump(url: str, destination: Path) -> None:
    destination.unlink(missing_ok=True)
    destination.touch(0o600)
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={destination}")


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
        raise EntreeInvalide(f"{tool} a échoué : rien n’a changé.", (Faute(done.stderr.strip()[:2000]),))
    return done.stdout


def _read_settings(url: str) -> dict[str, str]:
    parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    return {name: str(parsed[key]) for name, key in VARIABLES.items() if parsed.get(key)}


def _free_name(folder: Path) -> Path:
    rank = 1
    while (candidate := folder / f"avant-restauration-{rank}.dump").exists():
        rank += 1
    return candidate
