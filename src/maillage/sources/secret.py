"""Secret or absent is never zero: one rule for every statistic of every source, and its count.

* A mark of secrecy (« ND », « s », « #VALEUR ! », « <5 »…) is null, whatever its letters' case.
* Where the producer prints 0 for any small count (``secret_sous`` of ``statistiques.csv``), 0 is null.
* A zero beside a mark on the same row hides the same thing: it is null. Not so for what is counted on places
  (``OBSERVES``): a commune without a private school has none, even where a school's figure is kept secret.
* In the tables of incomes (``VIDES``) an empty cell is a mark too: INSEE publishes nothing of communes of few
  households, which therefore have no count of 0 households.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from maillage.sources.controle import Controle
from maillage.sources.marques import is_mark

VIDES = frozenset({"revenus", "revenus_insee"})
OBSERVES = frozenset({"équipements", "établissements", "élèves", "médecins", "places"})


def find_hidden(source: str, cells: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """The rows where a cell of ``columns`` is secret or absent: bool[rows]; says how many cells are."""
    hidden = pl.repeat(value=False, n=cells.height, eager=True)
    for name in columns:
        hidden = hidden | is_mark(cells[name])
        hidden = hidden | cells[name].is_null() if source in VIDES else hidden
    return hidden


def clear_zeros(
    controle: Controle,
    source: str,
    cells: pl.DataFrame,
    readings: dict[str, pl.Series],
    unites: dict[str, str],
) -> dict[str, pl.Series]:
    """``readings`` (by the file's own column) without the zeros that stand for a secret, counted and said."""
    report_marks(controle, cells, readings)
    hidden = find_hidden(source, cells, readings)
    cleared, counts = {}, dict[str, int]()
    for name, values in readings.items():
        zero = (hidden & (values == 0)).fill_null(value=False)
        doubtful = unites.get(name, "") not in OBSERVES and zero.any()
        cleared[name] = values.set(zero, None) if doubtful else values
        counts |= {name: int(zero.sum())} if doubtful else {}
    if counts:
        detail = ", ".join(f"{name} ({count})" for name, count in counts.items())
        said = f"{sum(counts.values())} zéros à côté de valeurs secrètes, laissés inconnus : {detail}"
        controle.warn(said)
    return cleared


def report_marks(controle: Controle, cells: pl.DataFrame, columns: Iterable[str]) -> None:
    """How many cells the producer keeps secret."""
    marks = sum(int(is_mark(cells[name]).sum()) for name in columns)
    if marks:
        controle.warn(f"{marks} valeurs secrètes ou non disponibles, laissées inconnues")


def report_thresholds(controle: Controle, counts: dict[int, list[int]]) -> None:
    """How many zeros were read as « fewer than the threshold »; ``counts``: threshold → zeros by column."""
    for limit, zeros in sorted(counts.items()):
        columns = sum(count > 0 for count in zeros)
        if columns:
            where = f"{sum(zeros)} zéros de {columns} colonnes"
            controle.warn(f"{where}, laissés inconnus : le producteur écrit 0 sous {limit}")
