"""Workbooks as sheets under the names of their columns, never opened before they are weighed.

The cells are those of ``formats_classeur``; a heavy workbook is read by a child with limits (``apart``).
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sdaasp.programme.classeur import Cellule, Feuille
from maillage.sources.apart import read_apart
from maillage.sources.formats_classeur import open_here
from maillage.sources.pages import Page
from maillage.sources.poids import refuse_heavy

NOTICE = "Lisez-moi"
CHIFFRE = "Le fichier est protégé par un mot de passe."


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
    """Every sheet, with the faults of its cells; a child with limits reads what may be heavy."""
    heavy = refuse_heavy(path)
    _refuse_encrypted(path)
    return read_apart(path) if heavy else open_here(path)


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
