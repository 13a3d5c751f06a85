"""The cells of ODS and XLSX files, as the person who filled them sees them, read by this very process.

Formats: OpenDocument 1.3 and Office Open XML (ECMA-376), through odfpy and openpyxl. A comment is not its
cell's value (OpenDocument 1.3 part 3, 14.1), a covered cell is blank, a cell that shows an error is a fault,
and so is a formula whose value was never computed. Hidden and filtered rows are read: hiding is not deleting.
``eprouve``: yes, on files written by Maillage; on what programs write by tests.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from odf.namespaces import OFFICENS, TABLENS, TEXTNS
from odf.opendocument import load
from odf.style import Style, TableProperties
from odf.table import Table, TableRow
from odf.text import S as Blancs
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.tableurs import COLONNES, LIGNES
from maillage.sdaasp.programme.classeur import Cellule
from maillage.sources.pages import Page
from maillage.sources.poids import refuse_wide

Reader = Callable[[Path], "Iterator[Page]"]
CALCEXTNS = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
BLANCS = str.maketrans("\x01\x02\x03", " \t\n")  # characters that no XML holds
BLANCS_ODS = {(TEXTNS, "tab"): "\x02", (TEXTNS, "line-break"): "\x03"}
# What holds text that shows in the cell; annotations, notes and drawings do not.
TEXTE_ODS = ("span", "a", "meta", "meta-field", "ruby", "ruby-base", "date", "time", "sheet-name", "title")
FORMULE_XLSX = re.compile(rb"<f[ >/]")
ERREUR = re.compile(r"^(#\w[\w/ ]*[!?]?|Err:\d{3})$")
ILLISIBLE = "Le fichier n’est pas un classeur lisible."


def open_here(path: Path) -> list[Page]:
    """Every sheet, read by this very process."""
    reader = _find_reader(path)
    if reader is None:
        advice = "Ouvrez-le dans un tableur et enregistrez-le dans l’un de ces formats."
        reason = Faute("autre format", path.name, que_faire=advice)
        raise EntreeInvalide(f"« {path.name} » : un fichier .ods ou .xlsx est attendu.", (reason,))
    try:
        return list(reader(path))
    except EntreeInvalide:
        raise
    except Exception as error:
        advice = "Enregistrez-le de nouveau."
        reason = Faute("fichier abîmé, coupé ou d’un autre format", path.name, que_faire=advice)
        raise EntreeInvalide(ILLISIBLE, (reason,)) from error


def _find_reader(path: Path) -> Reader | None:
    """By what the file holds, else by its name."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as box:
            names = box.namelist()
        if "xl/workbook.xml" in names:
            return _read_xlsx
        return _read_ods if "content.xml" in names else None
    return {".ods": _read_ods, ".xlsx": _read_xlsx}.get(path.suffix.lower())


def _read_xlsx(path: Path) -> Iterator[Page]:
    book = load_workbook(path, data_only=True)
    formulas = load_workbook(path) if _has_formulas(path) else None
    for sheet in book.worksheets:
        page = Page(sheet.title, sheet.sheet_state != "visible")
        _fill(page, sheet)
        if formulas is not None:
            _tell_uncomputed(page, formulas[sheet.title], sheet)
        yield page


def _fill(page: Page, sheet: Any) -> None:
    """The cells that the file holds; one far away costs what it weighs, not the blanks before it."""
    held: dict[int, list[tuple[int, Cellule]]] = {}
    for cell in _list_cells(sheet):
        if (value := _read_xlsx_cell(page, cell)) is not None:
            page.count(len(value) if isinstance(value, str) else 0)
            held.setdefault(cell.row, []).append((cell.column, value))
    width = max((column for row in held.values() for column, _ in row), default=0)
    refuse_wide(max(held, default=0), width, f"feuille {page.nom}")
    for number in range(1, max(held, default=0) + 1):
        cells = held.get(number, [])
        row: list[Cellule] = [None] * max((column for column, _ in cells), default=0)
        for column, value in cells:
            row[column - 1] = value
        page.lignes.append(row)


def _list_cells(sheet: Any) -> list[Any]:
    """Row by row, the cells that the file holds."""
    return [sheet._cells[place] for place in sorted(sheet._cells)]  # noqa: SLF001  iter_rows makes the blanks


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as box:
        sheets = [name for name in box.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(FORMULE_XLSX.search(box.read(name)) for name in sheets)


def _tell_uncomputed(page: Page, formulas: Any, values: Any) -> None:
    """A formula without a stored value: the file was written by a program that does not compute."""
    for cell in _list_cells(formulas):
        if cell.data_type != "f":
            continue
        stored = values.cell(cell.row, cell.column)
        if stored.value is None and stored.data_type == "n":
            page.fault("formule dont la valeur n’est pas enregistrée", cell.row, cell.column)


def _read_xlsx_cell(page: Page, cell: Any) -> Cellule:
    value = cell.value
    if cell.data_type == "e":
        page.fault(f"erreur de formule « {value} »", cell.row, cell.column)
        return None
    if isinstance(value, str):
        return unescape(value) or None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, int | float | date) else str(value)


def _read_ods(path: Path) -> Iterator[Page]:
    document = load(str(path))
    hidden = {
        style.getAttribute("name")
        for style in document.automaticstyles.getElementsByType(Style)
        for shown in style.getElementsByType(TableProperties)
        if shown.getAttribute("display") == "false"
    }
    for table in document.spreadsheet.getElementsByType(Table):
        page = Page(table.getAttribute("name"), table.getAttribute("stylename") in hidden)
        blanks = width = 0
        for line in table.getElementsByType(TableRow):
            cells = _read_ods_row(page, line, len(page.lignes) + blanks + 1)
            times = int(line.getAttribute("numberrowsrepeated") or 1)
            if not cells:
                blanks += times
                continue
            _refuse_beyond(page, len(page.lignes) + blanks + times, LIGNES, "lignes")
            width = max(width, len(cells))
            refuse_wide(len(page.lignes) + blanks + times, width, f"feuille {page.nom}")
            page.count(_measure(cells) * times)
            page.lignes += [[]] * blanks + [cells] * times
            blanks = 0
        yield page


def _refuse_beyond(page: Page, count: int, limit: int, what: str) -> None:
    if count > limit:
        faute = Faute(f"plus de {limit} {what}", f"feuille {page.nom}")
        raise EntreeInvalide("Le classeur dépasse ce que tient un tableur.", (faute,))


def _read_ods_row(page: Page, line: Any, row: int) -> list[Cellule]:
    """The cells of a row up to the last that is not blank; one covered by a merge is blank."""
    cells: list[Cellule] = []
    blanks = 0
    for cell in line.childNodes:
        name = getattr(cell, "qname", (None, None))[1]
        if name not in ("table-cell", "covered-table-cell"):
            continue
        times = int(cell.attributes.get((TABLENS, "number-columns-repeated")) or 1)
        value = _read_ods_cell(page, cell, row, len(cells) + blanks + 1) if name == "table-cell" else None
        if value is None:
            blanks += times
            continue
        _refuse_beyond(page, len(cells) + blanks + times, COLONNES, "colonnes")
        cells += [None] * blanks + [value] * times
        blanks = 0
    return cells


def _read_ods_cell(page: Page, cell: Any, row: int, column: int) -> Cellule:
    def get(name: str, space: str = OFFICENS) -> Any:
        return cell.attributes.get((space, name))

    kind, formula = get("value-type"), get("formula", TABLENS)
    page.count(_measure_blanks(cell))
    text = _read_ods_text(cell)
    if get("value-type", CALCEXTNS) == "error" or (formula and ERREUR.match(text)):
        page.fault(f"erreur de formule « {text} »", row, column)
        return None
    if formula and kind is None and not text:
        page.fault("formule dont la valeur n’est pas enregistrée", row, column)
        return None
    if kind in ("float", "percentage", "currency"):
        return _read_ods_number(get("value"))
    if kind == "boolean":
        return "oui" if get("boolean-value") == "true" else "non"
    if kind == "date":
        return _read_ods_date(get("date-value"))
    return text or get("string-value") or None


def _measure(cells: list[Cellule]) -> int:
    """The letters of a row."""
    return sum(len(cell) for cell in cells if isinstance(cell, str))


def _measure_blanks(node: Any) -> int:
    """The blanks that elements of a cell stand for, before any is written out."""
    parts = node.getElementsByType(Blancs) if node.childNodes else []
    return sum(int(part.attributes.get((TEXTNS, "c")) or 1) for part in parts)


def _read_ods_number(text: str) -> Cellule:
    number = float(text)
    return int(text) if re.fullmatch(r"-?\d+", text) else number


def _read_ods_date(text: str) -> Cellule:
    """A day; one that the calendar of Python does not hold stays text."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text


def _read_ods_text(cell: Any) -> str:
    """The cell's own paragraphs, one a line.

    Literal runs of blanks are one space, none at the ends of a paragraph (OpenDocument 1.3 part 3, 6.1.2).
    """
    parts = (part for part in cell.childNodes if getattr(part, "qname", None) == (TEXTNS, "p"))
    literal = ("".join(_read_ods_runs(part)) for part in parts)
    return "\n".join(re.sub(r"[ \t\r\n]+", " ", text).strip(" ") for text in literal).translate(BLANCS)


def _read_ods_runs(node: Any) -> Iterator[str]:
    """The pieces of a paragraph; the blanks that elements stand for are marked (``BLANCS``): they stay."""
    for child in node.childNodes:
        name = getattr(child, "qname", None)
        if name is None:
            yield str(child.data)
        elif name == (TEXTNS, "s"):
            yield "\x01" * int(child.attributes.get((TEXTNS, "c")) or 1)
        elif name in BLANCS_ODS:
            yield BLANCS_ODS[name]
        elif name[0] == TEXTNS and name[1] in TEXTE_ODS:
            yield from _read_ods_runs(child)
