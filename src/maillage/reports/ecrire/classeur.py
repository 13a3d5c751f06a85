"""Writing the sheets of a programme as ODS or XLSX. Texts stay texts: nothing is ever a formula.

XLSX keeps 15 significant digits of a number; what else a format cannot hold is refused, never cut short: in
XLSX a text of more than 32 767 characters or a date before March 1900, in ODS a control character, in both
more rows than a spreadsheet has. What was written is read back equal, line breaks being one kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from odf.dc import Creator, Language, Title
from odf.meta import InitialCreator
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableColumnProperties
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P, S, Tab
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.tableurs import CARACTERES, LIGNES, NOM_DE_FEUILLE
from maillage.sdaasp.programme.classeur import Cellule, Feuille

NOTICE, LANGUE = "Lisez-moi", "fr-FR"
ETROITE, LARGE, CM_PAR_SIGNE = 8, 60, 0.2
PREMIER_JOUR = date(1900, 3, 1)  # before, Excel counts a 29 February 1900 that never was
COMMANDE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not in XML 1.0
BLANCS = re.compile(r"(\t|^ +| {2,}| +$)")  # what a paragraph loses unless an element stands for it
ADVICE = {".xlsx": "Choisissez le format .ods.", ".ods": "Ôtez-le, ou choisissez le format .xlsx."}
NOTICE_TEXT = (
    "Une feuille par famille d’objets ; la première ligne porte les noms des colonnes : ne les changez pas.",
    "Une cellule vide veut dire « à confirmer » ; « aucun » veut dire qu’il n’y en a pas.",
    "Dans une liste, un élément par ligne de la cellule. Les listes détaillées ont leur feuille.",
    "Rendez ce fichier à la page « Reprendre un document » : vous relisez avant que rien ne soit écrit.",
)


def write_sheets(
    sheets: Sequence[Feuille], path: Path, titre: str = "Maillage", auteur: str = "Maillage",
    notice: Sequence[str] = NOTICE_TEXT,
) -> None:  # fmt: skip
    """The sheets in one file, ODS or XLSX by the name of ``path``; ``titre`` and ``auteur`` are its own.

    ``notice``: the lines of its first sheet, those of a programme unless said.
    """
    writers = {".ods": _write_ods, ".xlsx": _write_xlsx}
    if path.suffix not in writers:
        raise EntreeInvalide(f"« {path.name} » : le nom doit finir par .ods ou .xlsx.")
    refuse_unfit(sheets, path.suffix)
    writers[path.suffix](sheets, path, Identite(clean(titre), clean(auteur), tuple(notice)))


@dataclass(frozen=True, slots=True)
class Identite:
    """What a file says of itself: its title, who writes it, how it is read."""

    titre: str
    auteur: str
    notice: tuple[str, ...] = NOTICE_TEXT


def clean(text: str) -> str:
    """What a property of a file can hold: no control character, no line break."""
    return " ".join(COMMANDE.sub("", text).split())


def measure_columns(sheet: Feuille) -> list[int]:
    """The width of each column, in signs: that of its longest line, within what a screen shows."""
    rows = (sheet.colonnes, *sheet.lignes)
    count = max(map(len, rows), default=0)
    return [
        max(ETROITE, min(LARGE, max((_measure(row[k]) for row in rows if k < len(row)), default=0)))
        for k in range(count)
    ]


def _measure(cell: Cellule) -> int:
    return 0 if cell is None else max(len(line) for line in str(cell).split("\n")) + 2


def refuse_unfit(sheets: Sequence[Feuille], suffix: str) -> None:
    """Raise with every cell that the format cannot hold.

    Raises:
        EntreeInvalide: naming sheet, row and column.
    """
    fautes = [
        Faute(reason, f"feuille {sheet.nom}", row, column, ADVICE[suffix])
        for sheet in sheets
        for row, cells in enumerate(sheet.lignes, 2)
        for column, cell in zip(sheet.colonnes, cells, strict=False)
        if (reason := find_unfit(cell, suffix))
    ]
    names = [sheet.nom for sheet in sheets]
    fautes += [
        Faute(f"nom de feuille de plus de {NOM_DE_FEUILLE} caractères", f"feuille {n}")
        for n in names
        if suffix == ".xlsx" and len(n) > NOM_DE_FEUILLE
    ]
    fautes += [
        Faute(f"plus de {LIGNES} lignes", f"feuille {s.nom}") for s in sheets if len(s.lignes) >= LIGNES
    ]
    if fautes:
        raise EntreeInvalide("Le classeur ne peut pas tout contenir.", tuple(fautes))


def find_unfit(cell: Cellule, suffix: str) -> str | None:
    """Why the format cannot hold a cell; null when it can."""
    if suffix == ".ods":
        found = COMMANDE.search(normalise(cell)) if isinstance(cell, str) else None
        return f"caractère de commande U+{ord(found.group()):04X}" if found else None
    if isinstance(cell, str) and len(escape_xlsx(normalise(cell))) > CARACTERES:
        return f"texte de {len(cell)} caractères : une cellule en tient {CARACTERES}"
    if isinstance(cell, date) and cell < PREMIER_JOUR:
        return f"date du {cell:%d/%m/%Y}, trop ancienne"
    return None


def normalise(text: str) -> str:
    """Line breaks of one kind."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def escape_xlsx(text: str) -> str:
    """Control characters as Office writes them (ECMA-376 part 1, ST_Xstring); what reads as one is guarded.

    >>> escape_xlsx("a_x0041_"), escape_xlsx(chr(11))
    ('a_x005F_x0041_', '_x000B_')
    """
    guarded = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return COMMANDE.sub(lambda found: f"_x{ord(found.group()):04X}_", guarded)


def _write_xlsx(sheets: Sequence[Feuille], path: Path, identite: Identite) -> None:
    book = Workbook()
    told = book.properties
    told.title, told.creator, told.language = identite.titre, identite.auteur, LANGUE
    book.remove(book.active)
    notice = book.create_sheet(NOTICE)
    for text in identite.notice:
        notice.append([text])
    for sheet in sheets:
        page = book.create_sheet(sheet.nom)
        page.append(list(sheet.colonnes))
        page.freeze_panes = "A2"
        for number, width in enumerate(measure_columns(sheet), 1):
            page.column_dimensions[get_column_letter(number)].width = width
        for number, row in enumerate(sheet.lignes, 2):
            for column, value in enumerate(row, 1):
                _fill_xlsx(page.cell(number, column), value)
    book.save(path)


def _fill_xlsx(cell: Any, value: Cellule) -> None:
    cell.value = escape_xlsx(normalise(value)) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"


def _write_ods(sheets: Sequence[Feuille], path: Path, identite: Identite) -> None:
    document = OpenDocumentSpreadsheet()
    told = (Title(text=identite.titre), InitialCreator(text=identite.auteur), Creator(text=identite.auteur))
    for part in (*told, Language(text=LANGUE)):
        document.meta.addElement(part)
    notice = Feuille(NOTICE, (), tuple((text,) for text in identite.notice))
    for sheet in (notice, *sheets):
        document.spreadsheet.addElement(_make_table(document, sheet))
    document.save(str(path))


def _make_table(document: Any, sheet: Feuille) -> Any:
    table = Table(name=sheet.nom)
    for number, width in enumerate(measure_columns(sheet), 1):
        style = Style(name=f"{sheet.nom}-{number}", family="table-column")
        style.addElement(TableColumnProperties(columnwidth=f"{width * CM_PAR_SIGNE:.2f}cm"))
        document.automaticstyles.addElement(style)
        table.addElement(TableColumn(stylename=style))
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
    for line in normalise(str(value)).split("\n"):
        paragraph = P()
        for piece in BLANCS.split(line):
            _add(paragraph, piece)
        cell.addElement(paragraph)


def _add(paragraph: Any, piece: str) -> None:
    """Literal text, or the element that stands for blanks."""
    if piece == "\t":
        paragraph.addElement(Tab())
    elif BLANCS.fullmatch(piece):
        paragraph.addElement(S(c=len(piece)))
    elif piece:
        paragraph.addText(piece)
