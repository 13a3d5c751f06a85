"""A GeoPackage is a base that anybody wrote: opened to be read only, with what it may cost bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from maillage.catalogue.limites import read_limit

PAS = 1_000_000  # operations of the base between two looks at what it has cost


@contextmanager
def open_base(path: Path) -> Iterator[sqlite3.Connection]:
    """The base; a view without end, or a cell beyond measure, is a ``sqlite3.DatabaseError``."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, read_limit("geopackage", "cellule_octets"))
        steps = iter(range(read_limit("geopackage", "operations") // PAS))
        base.set_progress_handler(lambda: next(steps, None) is None, PAS)
        yield base
