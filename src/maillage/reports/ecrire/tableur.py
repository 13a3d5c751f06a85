"""Tables to carry away: CSV and ODS, safe to open in a spreadsheet.

A cell of text that a spreadsheet would run as a formula is preceded by an apostrophe in CSV; in ODS it is
typed as text, which is never run. Numbers are numbers; null is an empty cell.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

Cellule = str | float | int | None
DANGER = ("=", "+", "-", "@", "\t", "\r")
# Fixed, so that the same table gives the same bytes.
DATE = (2020, 1, 1, 0, 0, 0)


def neutraliser(cell: Cellule) -> Cellule:
    """Text that cannot be taken for a formula.

    >>> neutraliser("=1+1"), neutraliser(" @x"), neutraliser("Lille"), neutraliser(-3.5)
    ("'=1+1", "' @x", 'Lille', -3.5)
    """
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(DANGER):
        return f"'{cell}"
    return cell


def make_csv(colonnes: Sequence[str], lignes: Iterable[Sequence[Cellule]]) -> bytes:
    """A table as French spreadsheets read it: UTF-8 with a mark, semicolons, decimal commas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([neutraliser(c) for c in colonnes])
    writer.writerows([_french(neutraliser(c)) for c in row] for row in lignes)
    return out.getvalue().encode("utf-8-sig")


def _french(cell: Cellule) -> Cellule:
    return f"{cell:.10g}".replace(".", ",") if isinstance(cell, float) else cell


def make_ods(feuilles: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cellule]]]]) -> bytes:
    """Sheets (name, columns, rows) as an OpenDocument spreadsheet."""
    body = "".join(_sheet(*feuille) for feuille in feuilles)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", DATE), MIME)
        for name, text in (("content.xml", CONTENT.format(body)), ("META-INF/manifest.xml", MANIFEST)):
            archive.writestr(zipfile.ZipInfo(name, DATE), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sheet(nom: str, colonnes: Sequence[str], lignes: Iterable[Sequence[Cellule]]) -> str:
    rows = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in lignes)
    head = f"<table:table-row>{''.join(map(_cell, colonnes))}</table:table-row>"
    name = escape(_sheet_name(nom), {'"': "&quot;"})
    body = f"<table:table-header-rows>{head}</table:table-header-rows>{rows}"
    return f'<table:table table:name="{name}">{body}</table:table>'


def _sheet_name(nom: str) -> str:
    return "".join(" " if c in "[]*?:/\\'" else c for c in nom)[:31]


def _cell(cell: Cellule) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
    text = "".join(c for c in cell if c >= " " or c in "\t\n")
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


MIME = "application/vnd.oasis.opendocument.spreadsheet"
CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
