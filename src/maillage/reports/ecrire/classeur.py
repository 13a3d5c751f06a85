"""Writing the sheets of a programme as ODS or XLSX. Texts stay texts: nothing is ever a formula.

XLSX keeps 15 significant digits of a number and no date before 1900; ODS keeps everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.teletype import addTextToElement
from odf.text import P
from openpyxl import Workbook

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.classeur import Cellule, Feuille

NOTICE = "Lisez-moi"
NOTICE_TEXT = (
    "Une feuille par famille d’objets ; la première ligne porte les noms des colonnes : ne les changez pas.",
    "Une cellule vide veut dire « à confirmer » ; « aucun » veut dire qu’il n’y en a pas.",
    "Dans une liste, un élément par ligne de la cellule. Les listes détaillées ont leur feuille.",
    "Rendez ce fichier par : maillage sdaasp import FICHIER (essai à blanc, puis --ecrire).",
)


def write_sheets(sheets: Sequence[Feuille], path: Path) -> None:
    """The sheets in one file, ODS or XLSX by the name of ``path``."""
    writers = {".ods": _write_ods, ".xlsx": _write_xlsx}
    if path.suffix not in writers:
        raise EntreeInvalide(f"« {path.name} » : le nom doit finir par .ods ou .xlsx.")
    writers[path.suffix](sheets, path)


def _write_xlsx(sheets: Sequence[Feuille], path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    notice = book.create_sheet(NOTICE)
    for text in NOTICE_TEXT:
        notice.append([text])
    for sheet in sheets:
        page = book.create_sheet(sheet.nom)
        page.append(list(sheet.colonnes))
        page.freeze_panes = "A2"
        for number, row in enumerate(sheet.lignes, 2):
            for column, value in enumerate(row, 1):
                _fill_xlsx(page.cell(number, column), value)
    book.save(path)


def _fill_xlsx(cell: Any, value: Cellule) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _write_ods(sheets: Sequence[Feuille], path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    notice = Feuille(NOTICE, (), tuple((text,) for text in NOTICE_TEXT))
    for sheet in (notice, *sheets):
        document.spreadsheet.addElement(_make_table(sheet))
    document.save(str(path))


def _make_table(sheet: Feuille) -> Any:
    table = Table(name=sheet.nom)
    heads: tuple[tuple[Cellule, ...], ...] = (sheet.colonnes,) if sheet.colonnes else ()
    for row in (*heads, *sheet.lignes):
        line = TableRow()
        for value in row:
            cell = TableCell(**_describe_ods(value))
            _fill_ods(cell, value)
            line.addElement(cell)
        table.addElement(line)
    return table


def _describe_ods(value: Cellule) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, str):
        return {"valuetype": "string"}
    if isinstance(value, date):
        return {"valuetype": "date", "datevalue": value.isoformat()}
    return {"valuetype": "float", "value": repr(value)}


def _fill_ods(cell: Any, value: Cellule) -> None:
    if value is None:
        return
    for line in str(value).split("\n"):
        paragraph = P()
        addTextToElement(paragraph, line)
        cell.addElement(paragraph)
