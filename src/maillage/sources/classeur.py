"""Reading ODS and XLSX files as sheets of plain cells. Formats: OpenDocument 1.3 and Office Open XML, through
odfpy and openpyxl. ``eprouve``: yes, on files written by Maillage; on LibreOffice's repeated cells by tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from odf.opendocument import load
from odf.table import Table, TableCell, TableRow
from odf.teletype import extractText
from odf.text import P
from openpyxl import load_workbook

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sdaasp.programme.classeur import Cellule, Feuille

NOTICE = "Lisez-moi"
MAX_REPEATED = 1000  # LibreOffice fills a sheet with a million repeated blanks; a true repetition is short


def read_workbook(path: Path) -> tuple[Feuille, ...]:
    """Every sheet but the notice; dates are ``date``, numbers numbers, the rest text, blanks ``None``."""
    readers = {".ods": _read_ods, ".xlsx": _read_xlsx}
    if path.suffix not in readers:
        raise EntreeInvalide(f"« {path.name} » : un fichier .ods ou .xlsx est attendu.")
    try:
        sheets = [sheet for sheet in readers[path.suffix](path) if sheet[0] != NOTICE]
    except Exception as error:
        reason = Faute(f"{type(error).__name__}: {error}", path.name, que_faire="Enregistrez-le de nouveau")
        raise EntreeInvalide("Le fichier n’est pas un classeur lisible.", (reason,)) from error
    return tuple(_make_sheet(name, rows) for name, rows in sheets)


def _make_sheet(name: str, rows: list[list[Cellule]]) -> Feuille:
    heads = [str(cell or "") for cell in rows[0]] if rows else []
    while heads and not heads[-1]:
        heads.pop()
    width = len(heads)
    body = [tuple([*row, *[None] * width][: max(width, len(_trim(row)))]) for row in rows[1:]]
    while body and all(cell is None for cell in body[-1]):
        body.pop()
    return Feuille(name, tuple(heads), tuple(body))


def _trim(row: list[Cellule]) -> list[Cellule]:
    return row[: max((i + 1 for i, cell in enumerate(row) if cell is not None), default=0)]


def _read_xlsx(path: Path) -> Iterator[tuple[str, list[list[Cellule]]]]:
    book = load_workbook(path, data_only=True)
    for page in book.worksheets:
        yield page.title, [[_clean(cell) for cell in row] for row in page.iter_rows(values_only=True)]


def _clean(value: Any) -> Cellule:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None or value == "":
        return None
    return value if isinstance(value, str | int | float | date) else str(value)


def _read_ods(path: Path) -> Iterator[tuple[str, list[list[Cellule]]]]:
    for table in load(str(path)).spreadsheet.getElementsByType(Table):
        rows: list[list[Cellule]] = []
        for line in table.getElementsByType(TableRow):
            cells = _read_ods_row(line)
            times = int(line.getAttribute("numberrowsrepeated") or 1)
            rows += [cells] * (times if times <= MAX_REPEATED else 1)
        yield table.getAttribute("name"), rows


def _read_ods_row(line: Any) -> list[Cellule]:
    cells: list[Cellule] = []
    for cell in line.getElementsByType(TableCell):
        times = int(cell.getAttribute("numbercolumnsrepeated") or 1)
        cells += [_read_ods_cell(cell)] * (times if times <= MAX_REPEATED else 1)
    return cells


def _read_ods_cell(cell: Any) -> Cellule:
    kind = cell.getAttribute("valuetype")
    if kind in ("float", "percentage", "currency"):
        number = float(cell.getAttribute("value"))
        return int(number) if number.is_integer() and "." not in cell.getAttribute("value") else number
    if kind == "date":
        return date.fromisoformat(cell.getAttribute("datevalue")[:10])
    text = "\n".join(extractText(part) for part in cell.getElementsByType(P))
    return text or None
