"""Columns of a printed table: as wide as their words, on smaller letters or a turned page if needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from maillage.reports.rendu.blocs import Bloc, Tableau, Titre

LIGNES: Final = {False: 481.0, True: 728.0}
"""Width between the margins, in points: of an upright A4, of one that is turned."""
REGLAGES: Final = ((8.5, False), (7.5, False), (7.5, True), (6.5, True))
"""Height of letters (points) and page turned or not, from the setting to prefer."""
CHASSES: Final = {
    **dict.fromkeys("ijl.,;:!|'’\u202f\u00a0 ", 0.34),
    **dict.fromkeys("frtI/()[]-", 0.45),
    **dict.fromkeys("mw", 0.89),
    **dict.fromkeys("MW", 0.95),
    **dict.fromkeys("%æœÆŒ—…@", 1.05),
}
"""Widths of bold signs as shares of their height, the wider of the PDF's typeface and of the DOCX's."""
LETTRE, CAPITALE = 0.66, 0.8
"""Those of small letters and figures, of everything else."""
MARGE: Final = 4.0
"""Points on each side of a cell."""
PAS: Final = 2.0
"""Points that a column is widened by at a time."""


@dataclass(frozen=True, slots=True)
class Gabarit:
    """How a table is set: ``taille`` of its letters, width of each column (points), page turned or not."""

    taille: float
    largeurs: tuple[float, ...]
    paysage: bool


def fit_table(bloc: Tableau) -> Gabarit:
    """The first setting in which no word is cut; turned and small when none holds."""
    settings = REGLAGES[1:] if bloc.annexe else REGLAGES
    fitting = (way for way in settings if sum(fit_words(bloc, way[0])) <= LIGNES[way[1]])
    size, turned = next(fitting, REGLAGES[-1])
    return Gabarit(size, tuple(share_width(bloc, size, LIGNES[turned])), turned)


def group_pages(blocs: Iterable[Bloc]) -> Iterator[tuple[bool, list[Bloc]]]:
    """(turned, blocks) of each run of pages that stand the same way; a heading goes with what it heads."""
    held = list(blocs)
    turned = [isinstance(bloc, Tableau) and fit_table(bloc).paysage for bloc in held]
    for k in reversed(range(len(held) - 1)):
        turned[k] = turned[k] or (isinstance(held[k], Titre) and turned[k + 1])
    for way, run in groupby(zip(turned, held, strict=True), key=lambda pair: pair[0]):
        yield way, [bloc for _, bloc in run]


def fit_words(bloc: Tableau, size: float) -> list[float]:
    """The least width of each column, in points: that of its longest word."""
    return [max(_measure(word, size) for text in texts for word in cut(text)) for texts in _read(bloc)]


def share_width(bloc: Tableau, size: float, line: float) -> list[float]:
    """The width of each column, in points: its longest word, then what is left where it saves most lines.

    The room goes, a little at a time, to the column that is the tallest of most rows: one long cell does not
    starve a column of many. Words longer than the line itself share it as they would: they alone may be cut.
    """
    widths = np.array(fit_words(bloc, size))
    if widths.sum() > line:
        return list(widths * (line / widths.sum()))
    wish = np.array([[_measure(text, size) for text in texts] for texts in _read(bloc)]).T
    for _ in range(int((line - widths.sum()) / PAS)):
        heights = wish / widths
        taller = np.where(heights.max(axis=1) > 1, heights.max(axis=1), 0.0)
        cost = np.bincount(heights.argmax(axis=1), taller, minlength=len(widths))
        if not cost.any():
            break
        widths[cost.argmax()] += PAS
    return list(widths)


def _read(bloc: Tableau) -> list[list[str]]:
    """The texts of each column, its head first."""
    return [[head, *(str(row[k]) for row in bloc.lignes)] for k, head in enumerate(bloc.colonnes)]


def cut(text: str) -> list[str]:
    """The words that a line cannot break: a hyphen stays with what precedes it.

    >>> cut("Sambre-Avesnois ouest")
    ['Sambre-', 'Avesnois', 'ouest']
    """
    return re.findall(r"[^ \t\n-]+-?|-", text) or [""]


def _measure(text: str, size: float) -> float:
    """Width of the cell that holds ``text`` on one line, in points, a little wide."""
    wide = sum(CHASSES.get(sign, LETTRE if sign.islower() or sign.isdigit() else CAPITALE) for sign in text)
    return wide * size + 2 * MARGE + 1
