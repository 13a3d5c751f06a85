"""A table of a DOCX: columns wide enough for their words, smaller letters or a landscape page when needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from maillage.reports.ecrire.largeurs import MARGE, fit_table
from maillage.reports.rendu.blocs import LIEU_ET_DATE, Cellule, Signatures, Tableau

NOTE: Final = 7.5
"""Height of the letters of a note, in points."""
SIGNATURE: Final = Cm(3.6)


def add_table(book: Any, bloc: Tableau) -> None:
    """The table at the end of ``book``: its caption on the page of its first rows, its note below."""
    setting = fit_table(bloc)
    style = _style_cells(book, setting.taille)
    book.add_paragraph(bloc.titre, style="Caption")
    table = book.add_table(rows=1 + len(bloc.lignes), cols=len(bloc.colonnes), style="Table Grid")
    table.autofit = False
    _rule(table)
    for column, width in zip(table.columns, setting.largeurs, strict=True):
        column.width = Pt(width)
    for row, cells in zip(table.rows, (bloc.colonnes, *bloc.lignes), strict=True):
        _fill(row, cells, bloc.numeriques, setting.largeurs, style)
    _head(table.rows[0])
    if bloc.note and bloc.lignes:
        _hold(table.rows[-1])
    note = book.add_paragraph(bloc.note, style=_style_cells(book, NOTE))
    note.paragraph_format.space_before, note.paragraph_format.space_after = Pt(2), Pt(8)


def add_signatures(book: Any, bloc: Signatures) -> None:
    """A place and a day to fill, then a box for each hand, all on one page."""
    book.add_paragraph(LIEU_ET_DATE).paragraph_format.keep_with_next = True
    table = book.add_table(rows=-(-len(bloc.signataires) // 2), cols=2, style="Table Grid")
    for row in table.rows:
        row.height = SIGNATURE
        row._tr.get_or_add_trPr().append(_make("cantSplit", val="true"))  # noqa: SLF001  no name for it
    cells = (cell for row in table.rows for cell in row.cells)
    for cell, (who, known) in zip(cells, bloc.signataires, strict=False):
        cell.paragraphs[0].add_run(who).bold = True
        cell.add_paragraph(known)
    for row in table.rows[:-1]:
        _hold(row)


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


def _style_cells(book: Any, size: float) -> Any:
    """The style of the texts of cells, made at its first use."""
    name = f"Cellule {size:g}"
    if name not in book.styles:
        style = book.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = book.styles["Normal"]
        style.font.size = Pt(size)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1.5)
        style.paragraph_format.line_spacing = 1.0
    return book.styles[name]


def _rule(table: Any) -> None:
    """Lines between rows only, narrow margins; the text of cells stands at the margin of the page."""
    properties = table._tbl.tblPr  # noqa: SLF001  python-docx has no name for it
    look = properties.find(qn("w:tblLook"))
    borders = [(side, "single", "B4B9BE") for side in ("top", "bottom", "insideH")]
    borders += [(side, "nil", "auto") for side in ("left", "right", "insideV")]
    frame = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        kind, colour = next((kind, colour) for name, kind, colour in borders if name == side)
        frame.append(_make(side, val=kind, sz="4", space="0", color=colour))
    margins = OxmlElement("w:tblCellMar")
    margins.extend(_make(side, w=str(int(MARGE * 20)), type="dxa") for side in ("left", "right"))
    for part in (_make("tblInd", w=str(int(MARGE * 20)), type="dxa"), frame, margins):
        look.addprevious(part)
    layout = properties.find(qn("w:tblLayout"))
    look.getprevious().addprevious(layout)


def _make(name: str, **values: str) -> Any:
    part = OxmlElement(f"w:{name}")
    for key, value in values.items():
        part.set(qn(f"w:{key}"), value)
    return part


def _head(row: Any) -> None:
    """Bold, repeated on each page, never alone at the foot of one."""
    row._tr.get_or_add_trPr().append(_make("tblHeader", val="true"))  # noqa: SLF001  no name for it
    _hold(row)
    for cell in row.cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _hold(row: Any) -> None:
    """The row on the page of what follows."""
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _fill(
    row: Any, cells: Sequence[Cellule], figures: frozenset[int], widths: Sequence[float], style: Any
) -> None:
    """The cells of a row, which stays whole on one page."""
    row._tr.get_or_add_trPr().append(_make("cantSplit", val="true"))  # noqa: SLF001  no name for it
    for column, (cell, value, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
        cell.width = Pt(width)
        cell.text = str(value)
        for paragraph in cell.paragraphs:
            paragraph._p.style = style.style_id  # noqa: SLF001  the name of a style is looked for among all
            if column in figures:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
