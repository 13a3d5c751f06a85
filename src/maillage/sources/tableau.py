"""A workbook or a delimited file, whichever is given, as the sheets that the schema reads."""

from __future__ import annotations

from pathlib import Path

from maillage.catalogue.tableurs import NOM_DE_FEUILLE
from maillage.sdaasp.programme.classeur import Cellule, Feuille
from maillage.sources.classeur import read_workbook
from maillage.sources.fichiers import read_csv


def read_table(path: Path) -> tuple[Feuille, ...]:
    """The sheets of a workbook, or the one of a ``.csv``, its cells as text and its rows where they stand.

    Raises:
        EntreeInvalide: neither, or a file cut off, ragged, with a column twice.
    """
    if path.suffix.lower() != ".csv":
        return read_workbook(path)
    read = read_csv(path)
    held = {number: tuple(cells) for number, *cells in read.cells.iter_rows()}
    blank: tuple[Cellule, ...] = (None,) * len(read.entetes)
    first = min(held, default=2)
    rows = tuple(held.get(number, blank) for number in range(first, max(held, default=1) + 1))
    return (Feuille(path.stem[:NOM_DE_FEUILLE], read.entetes, rows, first - 1),)
