"""Sheets of a workbook (xlsx) as text cells: the header row is the one that holds a given column name."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

import polars as pl
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.fichiers import (
    FeuilleLue,
    fold,
    name_columns,
    number_rows,
    rename_columns,
    write_cell,
)
from maillage.sources.poids import refuse_heavy, refuse_wide

if TYPE_CHECKING:
    from pathlib import Path

# What openpyxl lets through of a workbook that is none, or not whole (SyntaxError: XML that is not).
ABIMES = (
    EntreeInvalide, InvalidFileException, zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError,
    EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
TITRES = 20  # rows of titles that a producer may put above the header


def read_workbook_sheet(path: Path, sheet: str, column: str) -> FeuilleLue:
    """The sheet as text, rows numbered as in the workbook, from the row under the header.

    Raises:
        EntreeInvalide: not a workbook, no such sheet, no such column in its first rows.
    """
    rows = [[write_cell(cell) for cell in row] for row in iterate(path, sheet)]
    wanted = fold(column)
    at = next((n for n, row in enumerate(rows[:TITRES]) if wanted in map(fold, filter(None, row))), None)
    if at is None:
        faute = Faute(f"colonne absente de l'onglet « {sheet} »", path.name, colonne=column)
        raise EntreeInvalide(f"Le classeur {path.name} n'est pas celui attendu.", (faute,))
    names = name_columns(rows[at])
    refuse_wide(len(rows) // 4, len(names), path.name)  # texts alone, column by column: four times as many
    columns = {
        name: [row[n] if n < len(row) else None for row in rows[at + 1 :]] for n, name in enumerate(names)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))
    return rename_columns(number_rows(frame, path.name, at), [column])


def iterate(path: Path, sheet: str) -> list[tuple[object, ...]]:
    """The rows of a sheet, values only."""
    refuse_heavy(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except ABIMES as error:
        faute = Faute("classeur abîmé ou coupé", path.name)
        raise EntreeInvalide(f"Le classeur {path.name} ne peut être lu.", (faute,)) from error
    try:
        if sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)
            raise EntreeInvalide(f"Pas d'onglet « {sheet} » dans {path.name} (onglets : {names}).")
        book[sheet].reset_dimensions()  # what a file says of its size is not what it holds
        return list(book[sheet].iter_rows(values_only=True))
    finally:
        book.close()


def list_sheets(path: Path) -> tuple[str, ...]:
    """Names of the sheets; empty when the file is not a whole workbook."""
    try:
        refuse_heavy(path)
        book = load_workbook(path, read_only=True)
    except ABIMES:
        return ()
    names = tuple(book.sheetnames)
    book.close()
    return names
