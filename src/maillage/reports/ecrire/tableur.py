"""Tables to carry away: CSV and ODS, safe to open in a spreadsheet.

A cell of text that a spreadsheet would run as a formula is preceded by an apostrophe in CSV; in ODS it is
typed as text, which is never run. Numbers are numbers; null is an empty cell.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from maillage.catalogue import tableurs
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.reports.rendu.blocs import Document, Nombre, Paragraphe, Tableau

Cellule = str | float | int | None | Nombre
COMMANDE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not in XML 1.0
BLANCS = re.compile(r"\t|^ +| {2,}| +$")
# Fixed, so that the same table gives the same bytes.
DATE = (2020, 1, 1, 0, 0, 0)


def neutraliser(cell: Cellule) -> Cellule:
    """A cell that cannot be taken for a formula; numbers are left.

    >>> neutraliser("=1+1"), neutraliser(-3.5)
    ("'=1+1", -3.5)
    """
    return tableurs.neutraliser(cell) if isinstance(cell, str) else cell


def write_workbook(document: Document) -> bytes:
    """A document as an ODS workbook: what the figures are, then one sheet per table, figures as figures.

    The warnings stand above each table, since a sheet is soon cut from its book.
    """
    opening = [document.titre, document.sous_titre, *document.bandeaux, document.chapeau]
    opening += [bloc.texte for bloc in document.blocs if isinstance(bloc, Paragraphe)]
    sheets: list[Feuille] = [("Lisez-moi", (), [[neutraliser(text)] for text in opening])]
    for table in document.blocs:
        if isinstance(table, Tableau):
            above = [[text] for text in (table.titre, *document.bandeaux, table.note) if text]
            rows = [*above, table.colonnes, *table.lignes]
            sheets.append((table.id.replace("_", " "), (), [list(map(neutraliser, row)) for row in rows]))
    return make_ods(sheets)


def make_csv(colonnes: Sequence[str], lignes: Iterable[Sequence[Cellule]]) -> bytes:
    """A table as French spreadsheets read it: UTF-8 with a mark, semicolons, decimal commas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([neutraliser(c) for c in colonnes])
    writer.writerows([_french(neutraliser(c)) for c in row] for row in lignes)
    return out.getvalue().encode("utf-8-sig")


def _french(cell: Cellule) -> Cellule:
    return f"{cell:.10g}".replace(".", ",") if isinstance(cell, float) else cell


Feuille = tuple[str, Sequence[str], Iterable[Sequence[Cellule]]]


def make_ods(feuilles: Iterable[Feuille]) -> bytes:
    """Sheets (name, columns, rows) as an OpenDocument spreadsheet; without columns, no row is a heading."""
    taken: set[str] = set()
    body = "".join(_sheet(_sheet_name(nom, taken), heads, rows) for nom, heads, rows in feuilles)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", DATE), MIME)
        for name, text in (("content.xml", CONTENT.format(body)), ("META-INF/manifest.xml", MANIFEST)):
            archive.writestr(zipfile.ZipInfo(name, DATE), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sheet(nom: str, colonnes: Sequence[str], lignes: Iterable[Sequence[Cellule]]) -> str:
    made = [f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in lignes]
    if len(made) >= tableurs.LIGNES:
        faute = Faute(
            f"{len(made)} lignes : un tableur en tient {tableurs.LIGNES}", que_faire="Prenez le CSV."
        )
        raise EntreeInvalide("Le tableau est trop long pour un tableur.", (faute,))
    rows = "".join(made)
    head = f"<table:table-row>{''.join(map(_cell, colonnes))}</table:table-row>"
    name = escape(nom, {'"': "&quot;"})
    body = f"<table:table-header-rows>{head}</table:table-header-rows>{rows}" if colonnes else rows
    return f'<table:table table:name="{name}">{body}</table:table>'


def _sheet_name(nom: str, taken: set[str]) -> str:
    """A name that every spreadsheet takes, unlike those already given."""
    bare = "".join(" " if c in tableurs.INTERDITS_FEUILLE else c for c in nom)[: tableurs.NOM_DE_FEUILLE]
    tails = ["", *(f" {n + 1}" for n in range(1, len(taken) + 1))]
    tries = (bare[: tableurs.NOM_DE_FEUILLE - len(tail)] + tail for tail in tails)
    name = next(name for name in tries if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def _cell(cell: Cellule) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, Nombre):
        return _cell(cell.texte) if cell.valeur is None else _number(float(cell.valeur), cell.texte)
    if isinstance(cell, (int, float)):
        return _number(cell)
    text = COMMANDE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
    lines = "".join(f"<text:p>{BLANCS.sub(_blanks, escape(line))}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _blanks(found: re.Match[str]) -> str:
    """The element that stands for blanks a paragraph would lose."""
    return "<text:tab/>" if found.group() == "\t" else f'<text:s text:c="{len(found.group())}"/>'


def _number(value: float, shown: str = "") -> str:
    """A number, and how it was shown where a document showed it."""
    text = f"<text:p>{escape(shown)}</text:p>" if shown else ""
    return f'<table:table-cell office:value-type="float" office:value="{value!r}">{text}</table:table-cell>'


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
