"""``complements.csv``: the accepted lines, as the next atlas reads them (``sources.complements``)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from maillage.catalogue.tableurs import neutraliser
from maillage.sources.complements import COLONNES
from maillage.web.complements.models import ComplementPropose


def write_csv(rows: Iterable[ComplementPropose]) -> bytes:
    """One row a line, in the order given; no cell that a spreadsheet would run."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLONNES)
    writer.writerows([neutraliser(cell) for cell in make_row(row)] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def make_row(row: ComplementPropose) -> tuple[str, ...]:
    """The cells of one line, in the order of ``COLONNES``."""
    return (
        row.cle, row.lieu, row.type_lieu, row.nom, row.champ, row.valeur, row.avant, row.source, row.lien,
        row.verifie_le.isoformat(), str(row.organisation),
    )  # fmt: skip
