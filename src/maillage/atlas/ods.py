"""OpenDocument spreadsheets written fast: their XML by pieces, straight into the archive.

A text is typed as text, which no spreadsheet runs; a number is a number; null is an empty cell. The same
table gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol
from xml.sax.saxutils import escape

import polars as pl

from maillage.catalogue import tableurs
from maillage.catalogue.erreurs import EntreeInvalide, Faute

AUTEUR: Final = "Maillage"
COMMANDE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not in XML 1.0
BLANCS = re.compile(r"\t|^ +| {2,}| +$")
# Fixed, so that the same table gives the same bytes.
DATE = (2020, 1, 1, 0, 0, 0)
ROW: Final = "<table:table-row>", "</table:table-row>"
BLOC: Final = 50_000  # rows turned into XML at a time: some 50 MB of text
NIVEAU: Final = 1  # of zlib: five times faster than the default for a quarter more bytes


class Affichable(Protocol):
    """A figure as it is (null when unknown) and as it is shown."""

    @property
    def valeur(self) -> float | None: ...  # noqa: D102 - said by the class

    @property
    def texte(self) -> str: ...  # noqa: D102


Cellule = str | float | int | None | Affichable
Feuille = tuple[str, Sequence[str], Iterable[Sequence[Cellule]]]
Pieces = tuple[str, Iterable[bytes]]
Suivi = Callable[[int, int], None]
"""``suivi(done, total)``, in rows."""


def silent(_done: int, _total: int) -> None:
    """Nobody follows."""


def make_ods(feuilles: Iterable[Feuille], titre: str = AUTEUR) -> bytes:
    """Sheets (name, columns, rows) as an OpenDocument spreadsheet; without columns, no row is a heading."""
    return pack(((nom, _sheet(heads, rows)) for nom, heads, rows in feuilles), titre)


def cut_frame(nom: str, frame: pl.DataFrame, suivi: Suivi = silent) -> Iterator[Pieces]:
    """A table as one sheet, or as many as it takes when it has more rows than a spreadsheet holds."""
    room = tableurs.LIGNES - 1
    for start in range(0, max(frame.height, 1), room):
        yield nom, _frame_sheet(frame, range(start, min(start + room, frame.height)), suivi)


def _frame_sheet(frame: pl.DataFrame, rows: range, suivi: Suivi) -> Iterator[bytes]:
    yield _heading(frame.columns).encode()
    for start in range(rows.start, rows.stop, BLOC):
        stop = min(start + BLOC, rows.stop)
        yield write_rows(frame[start:stop])
        suivi(stop, frame.height)


def write_rows(frame: pl.DataFrame) -> bytes:
    """The rows of a frame, one a line; each distinct value of a column is written once."""
    cells = [_write_column(column) for column in frame.iter_columns()]
    rows, out = frame.select(pl.concat_str(pl.lit(ROW[0]), *cells, pl.lit(ROW[1]))), io.BytesIO()
    rows.write_csv(out, include_header=False, quote_style="never")
    return out.getvalue()


def _write_column(column: pl.Series) -> pl.Series:
    values = column.unique()
    return column.replace_strict(values, [write_cell(v) for v in values], return_dtype=pl.String)


def pack(sheets: Iterable[Pieces], titre: str = AUTEUR) -> bytes:
    """The file, under its title: each sheet is a name and the XML of its rows, consumed as it is written."""
    out, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=NIVEAU) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", DATE), MIME, zipfile.ZIP_STORED)
        with archive.open(_entry("content.xml"), "w", force_zip64=True) as content:
            content.write(OPENING.encode())
            for nom, pieces in sheets:
                name = escape(_sheet_name(nom, taken), {'"': "&quot;"})
                content.write(f'<table:table table:name="{name}">'.encode())
                content.writelines(pieces)
                content.write(b"</table:table>")
            content.write(CLOSING.encode())
        archive.writestr(
            _entry("meta.xml"), META.format(titre=escape(COMMANDE.sub("", titre)), auteur=AUTEUR)
        )
        archive.writestr(_entry("META-INF/manifest.xml"), MANIFEST)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet(colonnes: Sequence[str], lignes: Iterable[Sequence[Cellule]]) -> Iterator[bytes]:
    made = [_row(row).encode() for row in lignes]
    if len(made) >= tableurs.LIGNES:
        faute = Faute(
            f"{len(made)} lignes : un tableur en tient {tableurs.LIGNES}", que_faire="Prenez le CSV."
        )
        raise EntreeInvalide("Le tableau est trop long pour un tableur.", (faute,))
    return iter([_heading(colonnes).encode(), *made] if colonnes else made)


def _heading(colonnes: Sequence[str]) -> str:
    return f"<table:table-header-rows>{_row(colonnes)}</table:table-header-rows>"


def _row(cells: Sequence[Cellule]) -> str:
    return f"{ROW[0]}{''.join(map(write_cell, cells))}{ROW[1]}"


def _sheet_name(nom: str, taken: set[str]) -> str:
    """A name that every spreadsheet takes, unlike those already given."""
    bare = "".join(" " if c in tableurs.INTERDITS_FEUILLE else c for c in nom)[: tableurs.NOM_DE_FEUILLE]
    tails = ["", *(f" {n + 1}" for n in range(1, len(taken) + 1))]
    tries = (bare[: tableurs.NOM_DE_FEUILLE - len(tail)] + tail for tail in tails)
    name = next(name for name in tries if name.casefold() not in taken)
    taken.add(name.casefold())
    return name


def write_cell(cell: Cellule) -> str:
    """One cell: a number, a text of one or several lines, or nothing."""
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, (int, float)):
        return _number(cell)
    if not isinstance(cell, str):
        return write_cell(cell.texte) if cell.valeur is None else _number(float(cell.valeur), cell.texte)
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
OPENING: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)
CLOSING: Final = "</office:spreadsheet></office:body></office:document-content>"
META: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>'
    "<meta:generator>Maillage</meta:generator><dc:title>{titre}</dc:title>"
    "<meta:initial-creator>{auteur}</meta:initial-creator><dc:creator>{auteur}</dc:creator>"
    "<dc:language>fr-FR</dc:language></office:meta></office:document-meta>"
)
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
