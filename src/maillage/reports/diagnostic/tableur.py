"""The report as a workbook: one sheet per table, figures as figures, no text that passes for a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from maillage.catalogue.tableurs import neutraliser
from maillage.reports.diagnostic.document import Cellule, Nombre, Rapport, Tableau


def write_workbook(rapport: Rapport, path: Path) -> None:
    """A first sheet that says what the figures are, then one per table."""
    document = OpenDocumentSpreadsheet()
    document.spreadsheet.addElement(make_notice(rapport))
    for section in rapport.sections:
        for table in section.tableaux:
            document.spreadsheet.addElement(make_sheet(table, rapport))
    document.save(str(path))


def make_notice(rapport: Rapport) -> Any:
    """« Lisez-moi »: warnings, then the paragraphs."""
    lines = [rapport.titre, rapport.sous_titre, *rapport.bandeaux, rapport.chapeau]
    lines += [text for section in rapport.sections for text in section.paragraphes]
    sheet = Table(name="Lisez-moi")
    for line in lines:
        sheet.addElement(make_line([line]))
    return sheet


def make_sheet(table: Tableau, rapport: Rapport) -> Any:
    """One table; the warnings stand above it, since a sheet is soon cut from its book."""
    sheet = Table(name=table.id.replace("_", " "))
    for text in (table.titre, *rapport.bandeaux, table.note):
        if text:
            sheet.addElement(make_line([text]))
    sheet.addElement(make_line(table.colonnes))
    for row in table.lignes:
        sheet.addElement(make_line(row))
    return sheet


def make_line(cells: Any) -> Any:
    """A row; ranges and intervals, which are not one figure, keep their text beside it."""
    line = TableRow()
    for cell in cells:
        line.addElement(make_cell(cell))
    return line


def make_cell(cell: Cellule) -> Any:
    """A figure as a float, shown as in the report; a text as a text."""
    if isinstance(cell, Nombre) and cell.valeur is not None:
        made = TableCell(valuetype="float", value=repr(float(cell.valeur)))
        made.addElement(P(text=str(cell)))
        return made
    made = TableCell(valuetype="string")
    made.addElement(P(text=neutraliser(str(cell))))
    return made
