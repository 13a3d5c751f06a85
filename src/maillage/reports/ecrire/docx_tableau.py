"""A table of a DOCX: columns wide enough for their words, smaller letters or a landscape page when needed."""

from __future__ import annotations

import re
from typing import Any, Final

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from maillage.reports.rendu.blocs import Cellule, Tableau

TAILLES: Final = (8.5, 7.5)
"""Heights of letters, in points, from the one to prefer."""
LETTRE, CAPITALE, LARGE = 0.62, 0.78, 0.95
"""Widths of the bold letters of the typeface, as shares of their height: most, capitals, m and w."""
MARGE: Final = 4.0
"""Points on each side of a cell."""


def add_table(book: Any, bloc: Tableau) -> None:
    """The table at the end of ``book``, its caption on the page of its first rows."""
    size = choose_page(book, bloc)
    style = _style_cells(book, size)
    book.add_paragraph(bloc.titre, style="Caption")
    table = book.add_table(rows=1 + len(bloc.lignes), cols=len(bloc.colonnes), style="Table Grid")
    table.autofit = False
    _narrow_margins(table)
    widths = share_width(bloc, size, measure_line(book))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for row, cells in zip(table.rows, (bloc.colonnes, *bloc.lignes), strict=True):
        _fill(row, cells, widths, style)
    _head(table.rows[0])
    book.add_paragraph().paragraph_format.space_after = Pt(0)


def choose_page(book: Any, bloc: Tableau) -> float:
    """The height of letters at which no word is cut; turns the page when none does upright."""
    turn(book, landscape=False)
    for size in TAILLES:
        if sum(fit_words(bloc, size)) <= measure_line(book):
            return size
    turn(book, landscape=True)
    return TAILLES[-1]


def turn(book: Any, *, landscape: bool) -> None:
    """A new page, upright or not, unless the present one already is."""
    section = book.sections[-1]
    if landscape == (section.orientation == WD_ORIENT.LANDSCAPE):
        return
    width, height = section.page_height, section.page_width
    section = book.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.different_first_page_header_footer = False


def measure_line(book: Any) -> float:
    """Width between the margins of the present page, in points."""
    section = book.sections[-1]
    return float(Length(section.page_width - section.left_margin - section.right_margin).pt)


def fit_words(bloc: Tableau, size: float) -> list[float]:
    """The least width of each column, in points: that of its longest word."""
    return [max(_measure(word, size) for text in texts for word in _cut(text)) for texts in _read(bloc)]


def share_width(bloc: Tableau, size: float, line: float) -> list[float]:
    """The width of each column, in points: its longest word, then a share of the rest by its longest cell."""
    least = fit_words(bloc, size)
    wish = [max(_measure(text, size) for text in texts) for texts in _read(bloc)]
    wanting = [max(0.0, full - word) ** 0.5 for full, word in zip(wish, least, strict=True)]
    rest, total = max(0.0, line - sum(least)), sum(wanting) or 1.0
    return [
        min(full, word + rest * part / total) if part else word
        for full, word, part in zip(wish, least, wanting, strict=True)
    ]


def _read(bloc: Tableau) -> list[list[str]]:
    """The texts of each column, its head first."""
    return [[head, *(str(row[k]) for row in bloc.lignes)] for k, head in enumerate(bloc.colonnes)]


def _cut(text: str) -> list[str]:
    """The words that a line cannot break: a hyphen stays with what precedes it.

    >>> _cut("Sambre-Avesnois ouest")
    ['Sambre-', 'Avesnois', 'ouest']
    """
    return re.findall(r"[^ \t\n-]+-?|-", text) or [""]


def _measure(text: str, size: float) -> float:
    """Width of the cell that holds ``text`` on one line, in points, a little wide."""
    wide = sum(LARGE if sign in "mwMW%" else CAPITALE if sign.isupper() else LETTRE for sign in text)
    return wide * size + 2 * MARGE + 1


def _style_cells(book: Any, size: float) -> Any:
    """The style of the texts of cells, made at its first use."""
    name = f"Cellule {size:g}"
    if name not in [style.name for style in book.styles]:
        style = book.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = book.styles["Normal"]
        style.font.size = Pt(size)
        style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.line_spacing = 1.0
    return book.styles[name]


def _narrow_margins(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), str(int(MARGE * 20)))
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001  python-docx has no name for it
    look.addprevious(margins)


def _head(row: Any) -> None:
    """Bold, repeated on each page, never alone at the foot of one."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  python-docx has no name for it
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _fill(row: Any, cells: tuple[Cellule, ...], widths: list[float], style: Any) -> None:
    for cell, value, width in zip(row.cells, cells, widths, strict=True):
        cell.width = Pt(width)
        cell.text = str(value)
        for paragraph in cell.paragraphs:
            paragraph.style = style
