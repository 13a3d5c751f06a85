"""A document in the form that the name of a file says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire.composition import rasterise
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.page import write_page
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.ecrire.tableur import make_csv, write_workbook
from maillage.reports.rendu.blocs import Document, Image, Nombre, Tableau

MIMES: Final = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
"""``.csv``: the first table alone; ``.svg`` and ``.png``: the first picture alone."""

PPI: Final = 320
"""Pixels an inch of a picture: sharp on paper."""


def check_form(name: str, allowed: tuple[str, ...]) -> None:
    """Refuse a name whose end is none of the forms allowed."""
    if Path(name).suffix not in allowed:
        raise EntreeInvalide(f"« {name} » : le nom doit finir par {', '.join(allowed)}.")


def write_document(document: Document, path: Path) -> None:
    """The document at ``path``, in one of the forms of :data:`MIMES`."""
    if path.suffix == ".docx":
        write_docx(document, path)
    else:
        path.write_bytes(_to_bytes(document, path.suffix))


def _to_bytes(document: Document, suffix: str) -> bytes:
    match suffix:
        case ".pdf":
            return write_pdf(document)
        case ".html":
            return write_page(document).encode()
        case ".ods":
            return write_workbook(document)
        case ".csv":
            return _write_table(next(bloc for bloc in document.blocs if isinstance(bloc, Tableau)))
    svg = next(bloc.svg for bloc in document.blocs if isinstance(bloc, Image))
    return rasterise(svg, PPI) if suffix == ".png" else svg.encode()


def _write_table(table: Tableau) -> bytes:
    rows = ([cell.valeur if isinstance(cell, Nombre) else cell for cell in row] for row in table.lignes)
    return make_csv(table.colonnes, rows)
