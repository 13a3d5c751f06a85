"""Sheets of a workbook (xlsx) as text cells: the header row is the one that holds a given column name."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import polars as pl
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.fichiers import Feuille, number_rows

if TYPE_CHECKING:
    from pathlib import Path

TITRES = 20  # rows of titles that a producer may put above the header


def read_workbook_sheet(path: Path, sheet: str, column: str) -> Feuille:
    """The sheet as text, rows numbered as in the workbook, from the row under the header.

    Raises:
        EntreeInvalide: not a workbook, no such sheet, no such column in its first rows.
    """
    rows = [[as_text(cell) for cell in row] for row in iterate(path, sheet)]
    at = next((n for n, row in enumerate(rows[:TITRES]) if column in row), None)
    if at is None:
        faute = Faute(f"colonne absente de l'onglet « {sheet} »", path.name, colonne=column)
        raise EntreeInvalide(f"Le classeur {path.name} n'est pas celui attendu.", (faute,))
    names = [name for name in rows[at] if name]
    width = len(names)
    columns = {
        name: [row[n] if n < len(row) else None for row in rows[at + 1 :]]
        for n, name in enumerate(names[:width])
    }
    feuille = number_rows(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), path.name)
    cells = feuille.cells.with_columns(pl.col("_ligne") + at)
    return Feuille(path.name, cells.filter(~pl.all_horizontal(pl.col(names).is_null())), entetes=tuple(names))


def iterate(path: Path, sheet: str) -> list[tuple[object, ...]]:
    """The rows of a sheet, values only."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        faute = Faute("classeur abîmé ou coupé", path.name)
        raise EntreeInvalide(f"Le classeur {path.name} ne peut être lu.", (faute,)) from error
    try:
        if sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)
            raise EntreeInvalide(f"Pas d'onglet « {sheet} » dans {path.name} (onglets : {names}).")
        return list(book[sheet].iter_rows(values_only=True))
    finally:
        book.close()


def list_sheets(path: Path) -> tuple[str, ...]:
    """Names of the sheets; empty when the file is not a whole workbook."""
    try:
        book = load_workbook(path, read_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError):
        return ()
    names = tuple(book.sheetnames)
    book.close()
    return names


def as_text(value: object) -> str | None:
    """A cell as text: whole numbers without a decimal point.

    >>> as_text(59350.0), as_text("01001"), as_text(None)
    ('59350', '01001', None)
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value).strip()
