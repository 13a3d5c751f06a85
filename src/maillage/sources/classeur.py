"""Reading ODS and XLSX files as sheets of plain cells, as the person who filled them sees them.

Formats: OpenDocument 1.3 and Office Open XML (ECMA-376), through odfpy and openpyxl. A comment is not its
cell's value (OpenDocument 1.3 part 3, 14.1), a covered cell is blank, a cell that shows an error is a fault,
and so is a formula whose value was never computed. Hidden and filtered rows are read: hiding is not deleting.
``eprouve``: yes, on files written by Maillage; on what programs write by tests.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from odf.namespaces import OFFICENS, TABLENS, TEXTNS
from odf.opendocument import load
from odf.style import Style, TableProperties
from odf.table import Table, TableRow
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.tableurs import COLONNES, LIGNES
from maillage.sdaasp.programme.classeur import Cellule, Feuille
from maillage.sources.poids import refuse_heavy, refuse_wide

NOTICE = "Lisez-moi"
Reader = Callable[[Path], "Iterator[Page]"]
CALCEXTNS = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
BLANCS = str.maketrans("\x01\x02\x03", " \t\n")  # characters that no XML holds
BLANCS_ODS = {(TEXTNS, "tab"): "\x02", (TEXTNS, "line-break"): "\x03"}
# What holds text that shows in the cell; annotations, notes and drawings do not.
TEXTE_ODS = ("span", "a", "meta", "meta-field", "ruby", "ruby-base", "date", "time", "sheet-name", "title")
FORMULE_XLSX = re.compile(rb"<f[ >/]")
ERREUR = re.compile(r"^(#\w[\w/ ]*[!?]?|Err:\d{3})$")
ILLISIBLE = "Le fichier n’est pas un classeur lisible."
CHIFFRE = "Le fichier est protégé par un mot de passe."


@dataclass
class Page:
    """One sheet as it is being read: its rows from the first, the faults found by row and column."""

    nom: str
    masquee: bool = False
    lignes: list[list[Cellule]] = field(default_factory=list)
    fautes: list[Faute] = field(default_factory=list)

    def fault(self, text: str, row: int, column: int) -> None:
        """One cell whose value cannot be known."""
        advice = "Corrigez la formule, ou collez la valeur à sa place."
        self.fautes.append(Faute(text, f"feuille {self.nom}", row, get_column_letter(column), advice))


def read_workbook(path: Path) -> tuple[Feuille, ...]:
    """Every sheet but the notice; dates are ``date``, numbers numbers, true and false « oui » and « non »,
    the rest text, blanks ``None``.

    Raises:
        EntreeInvalide: not a workbook, or cells whose value cannot be known, all of them.
    """
    return tuple(_make_sheet(page) for page in read_pages(path) if page.nom != NOTICE)


def read_pages(path: Path) -> list[Page]:
    """Every sheet, in the workbook's order; raises as ``read_workbook``."""
    pages = _open_pages(path)
    fautes = tuple(faute for page in pages for faute in page.fautes)
    if fautes:
        raise EntreeInvalide(f"Des cellules de « {path.name} » n’ont pas de valeur.", fautes)
    return pages


def glance(path: Path) -> tuple[Feuille, ...]:
    """The sheets that are not hidden, cells without a value left blank: to recognise a file, not to read it.

    Raises:
        EntreeInvalide: not a workbook.
    """
    return tuple(_make_sheet(page) for page in _open_pages(path) if not page.masquee and page.nom != NOTICE)


def _open_pages(path: Path) -> list[Page]:
    """Every sheet, with the faults of its cells."""
    _refuse_encrypted(path)
    refuse_heavy(path)
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


def _refuse_encrypted(path: Path) -> None:
    """A workbook under a password: an OLE file for XLSX, a manifest that says so for ODS."""
    with path.open("rb") as stream:
        locked = stream.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as box:
            manifest = "META-INF/manifest.xml"
            locked = manifest in box.namelist() and b"encryption-data" in box.read(manifest)
    if locked:
        advice = "Enregistrez-le sans mot de passe, au format .ods ou .xlsx."
        raise EntreeInvalide(CHIFFRE, (Faute("fichier chiffré", path.name, que_faire=advice),))


def _make_sheet(page: Page) -> Feuille:
    """Column names from the first row that is not blank; what is blank after the last is left out."""
    rows = page.lignes
    top = next((n for n, row in enumerate(rows) if _trim(row)), len(rows))
    heads = tuple(_name(cell) for cell in _trim(rows[top])) if rows[top:] else ()
    body = [
        tuple([*row, *[None] * len(heads)][: max(len(heads), len(_trim(row)))]) for row in rows[top + 1 :]
    ]
    while body and all(cell is None for cell in body[-1]):
        body.pop()
    return Feuille(page.nom, heads, tuple(body), top + 1, page.masquee)


def _name(cell: Cellule) -> str:
    """A column's name; blanks around it or doubled in it are nothing."""
    return "" if cell is None else " ".join(str(cell).split())


def _trim(row: list[Cellule]) -> list[Cellule]:
    return row[: max((i + 1 for i, cell in enumerate(row) if cell is not None), default=0)]


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
