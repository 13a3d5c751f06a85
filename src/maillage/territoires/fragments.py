"""Where the people of a cell live among its communes: areas, fitted to what both are known to hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.territoires.decoupage import Decoupage

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

MAX_ROUNDS = 2000
TOLERANCE = 1e-4  # people: the fitting stops when a round moves nobody more than this


@dataclass(frozen=True)
class Fragments:
    """Pieces of cell × commune, sorted: rows of each, and the people who live there, float64.

    ``ecart`` float64[communes]: people found over wanted, minus 1: what the two sources cannot agree on.
    """

    carreau: Rows
    commune: Rows
    population: Floats
    ecart: Floats


def fit_fragments(carreau: Rows, commune: Rows, area: Floats, cells: Floats, communes: Floats) -> Fragments:
    """People of each overlap (``area`` > 0 of cell × commune) by iterative proportional fitting.

    Starts from areas, then scales in turn to the people of communes (``communes``, float64, brought to the
    total of the cells, which have another vintage) and of cells (``cells``, float64, the last word: their
    sums are kept). Deming and Stephan, 1940. It stops when a round no longer moves anybody.

    ``ValueError`` when an inhabited cell or commune overlaps nothing: its people would be lost.

    Two cells of 10 and 20 people; commune 0 (12 people) holds half of the first and a quarter of the second:

    >>> cell, commune = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> area = np.array([0.5, 0.5, 0.25, 0.75])
    >>> found = fit_fragments(cell, commune, area, np.array([10.0, 20.0]), np.array([12.0, 18.0]))
    >>> found.population.round(2)
    array([ 5.8,  4.2,  6.2, 13.8])
    """
    _check_overlaps(carreau, cells, "cells")
    _check_overlaps(commune, communes, "communes")
    wanted = communes * (cells.sum() / communes.sum())
    people = scale(area, carreau, cells)
    for _ in range(MAX_ROUNDS):
        before = people
        people = scale(scale(people, commune, wanted), carreau, cells)
        if np.max(np.abs(people - before), initial=0.0) < TOLERANCE:
            break
    held = np.bincount(commune, people, minlength=len(wanted))
    ecart = np.divide(held, wanted, out=np.ones(len(wanted)), where=wanted > 0) - 1
    return Fragments(carreau, commune, people, ecart)


def scale(values: Floats, group: Rows, totals: Floats) -> Floats:
    """``values`` with each group's sum brought to its total; a group at nought stays at nought.

    >>> scale(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1]), np.array([8.0, 0.0]))
    array([2., 6., 0.])
    """
    held = np.bincount(group, values, minlength=len(totals))
    factor = np.divide(totals, held, out=np.zeros(len(totals)), where=held > 0)
    scaled: Floats = values * factor[group]
    return scaled


def to_decoupage(fragments: Fragments, codes: tuple[str, ...], cells: Floats) -> Decoupage:
    """The cells cut by the communes ``codes``; an empty cell belongs, by convention, to nobody."""
    lived = cells[fragments.carreau] > 0
    carreau, commune = fragments.carreau[lived], fragments.commune[lived]
    part = fragments.population[lived] / cells[carreau]
    return Decoupage(codes, len(cells), carreau.astype(np.int32), commune.astype(np.int32), part)


def _check_overlaps(rows: Rows, people: Floats, what: str) -> None:
    alone = (people > 0) & (np.bincount(rows, minlength=len(people)) == 0)
    if alone.any():
        raise ValueError(
            f"{int(alone.sum())} inhabited {what} overlap nothing, first row {int(alone.argmax())}"
        )
