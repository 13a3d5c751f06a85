"""Tables to carry away: CSV and ODS, safe to open in a spreadsheet.

A cell of text that a spreadsheet would run as a formula is preceded by an apostrophe in CSV; in ODS it is
typed as text, which is never run. Numbers are numbers; null is an empty cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from maillage.atlas.ods import Cellule, Feuille, make_ods
from maillage.catalogue import tableurs
from maillage.francais import INSECABLE
from maillage.reports.rendu.blocs import Document, Paragraphe, Tableau


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
    opening = [
        document.titre,
        document.sous_titre,
        *_tell_cover(document),
        *document.bandeaux,
        document.chapeau,
    ]
    opening += [bloc.texte for bloc in document.blocs if isinstance(bloc, Paragraphe)]
    sheets: list[Feuille] = [("Lisez-moi", (), [[neutraliser(text)] for text in opening])]
    for table in document.blocs:
        if isinstance(table, Tableau):
            above = [[text] for text in (table.titre, *document.bandeaux, table.note) if text]
            rows = [*above, table.colonnes, *table.lignes]
            sheets.append((table.id.replace("_", " "), (), [list(map(neutraliser, row)) for row in rows]))
    return make_ods(sheets, document.titre)


def _tell_cover(document: Document) -> list[str]:
    if document.couverture is None:
        return []
    lines = (f"{label}{INSECABLE}: {value}" for label, value in document.couverture.lignes)
    return [document.couverture.surtitre, *lines]


def make_csv(colonnes: Sequence[str], lignes: Iterable[Sequence[Cellule]]) -> bytes:
    """A table as French spreadsheets read it: UTF-8 with a mark, semicolons, decimal commas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([neutraliser(c) for c in colonnes])
    writer.writerows([_french(neutraliser(c)) for c in row] for row in lignes)
    return out.getvalue().encode("utf-8-sig")


def _french(cell: Cellule) -> Cellule:
    return f"{cell:.10g}".replace(".", ",") if isinstance(cell, float) else cell
