"""Rehearsing a restore: the backup goes in a base made for it, is counted, brought up to date, dropped."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.web.serveur import sauvegarde, sauvegarde_postgresql
from maillage.web.serveur.fichiers import hide


@dataclass(frozen=True)
class Exercice:
    """What came back: rows of each table (table → rows) before this version brought the base up to date."""

    lignes: dict[str, int]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.lignes.values())

    @property
    def comptes(self) -> int:
        """Accounts."""
        return next(rows for name, rows in self.lignes.items() if name.endswith("comptes_personne"))


def rehearse(copie: Path, folder: Path, url: str | None) -> Exercice:
    """Restore a backup apart, and let this version of the application prepare it; failures are in words.

    ``folder`` holds what is written meanwhile; ``url`` is the PostgreSQL server where a base is made, if any.
    """
    with hide(folder) as var:
        found = _rehearse_postgresql(copie, var, url) if url else _rehearse_sqlite(copie, var)
    return Exercice(found)


def _rehearse_sqlite(copie: Path, var: Path) -> dict[str, int]:
    base = var / "maillage.sqlite3"
    sauvegarde.restore(copie, base)
    with closing(sqlite3.connect(base)) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    _bring_up_to_date(var, "")
    return counts


def _rehearse_postgresql(copie: Path, var: Path, url: str) -> dict[str, int]:
    with sauvegarde_postgresql.unpack(copie, var) as (dump, seal), sauvegarde_postgresql.borrow(url) as apart:
        sauvegarde_postgresql.load(apart, dump, seal)
        _bring_up_to_date(var, apart)
    lignes: dict[str, int] = seal["lignes"]
    return lignes


def _bring_up_to_date(var: Path, url: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"MAILLAGE_VAR": str(var), "DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}
    env |= {"DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "maillage.web.manage", "migrate", "--verbosity", "0", "--no-input"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["arrêt sans un mot"]
        raise EntreeInvalide("La base est revenue, mais cette version ne la prend pas.", (Faute(last[0]),))
