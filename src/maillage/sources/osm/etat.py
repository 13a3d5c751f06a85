"""What an extract is and lacks: its files, their ages and bounds; what they name and do not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.lecture import list_distinct
from maillage.sources.osm.pbf import Box

CELL_DEGREES = 0.05  # some 4 km by 5: the grain at which it is told where roads are
SPOTS = 5  # holes that are situated


@dataclass(frozen=True)
class FichierOsm:
    """One file. ``date_dite``, ``bornes_dites``: whether its header says so, or its objects."""

    nom: str
    octets: int
    date: str | None
    date_dite: bool
    bornes: Box | None
    bornes_dites: bool


@dataclass(frozen=True)
class TrousExtrait:
    """Ways that name nodes which no file holds: at the edge of what the roads cover, or inside: a fault.

    ``lieux``: lon, lat of some of those inside.
    """

    n_bord: int = 0
    n_dedans: int = 0
    n_sans_noeud: int = 0
    lieux: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class CoupeExtrait:
    """What was cut: the name of the outline, its margin, ways kept, ways kept whole beyond it, ways left out.

    ``part_bornes``: the share of the outline that lies within the files' bounds, null where none are known.
    """

    nom: str
    marge_km: float
    n_gardees: int
    n_debordent: int
    n_ecartees: int
    part_bornes: float | None


@dataclass(frozen=True)
class EtatExtraits:
    """``n_doubles``: roads that are held more than once, ``n_differentes`` of them in versions that differ.

    ``incompletes``: relations of each nature some ways of which no file holds.
    """

    fichiers: tuple[FichierOsm, ...]
    n_doubles: int
    n_differentes: int
    trous: TrousExtrait
    incompletes: dict[str, int]
    coupe: CoupeExtrait | None = None


def count_incomplete(
    needed: Iterable[tuple[str, frozenset[int]]], known: frozenset[int], ours: frozenset[int]
) -> dict[str, int]:
    """Relations that have some way among ``ours`` and some that is not ``known``, by nature.

    >>> ways = [("route", frozenset({1, 2})), ("route", frozenset({1})), ("route", frozenset({8, 9}))]
    >>> count_incomplete(ways, frozenset({1}), frozenset({1}))
    {'route': 1}
    """
    lacking = Counter(nature for nature, ways in needed if ways & ours and not ways <= known)
    return dict(sorted(lacking.items()))


def find_holes(
    start: NDArray[np.int64],
    node: NDArray[np.int32],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> TrousExtrait:
    """Where the ways are whose ``node`` is sometimes negative: known by their nearest node along the way.

    Inside: the cells of :data:`CELL_DEGREES` around hold roads on all eight sides.
    """
    way = np.repeat(np.arange(len(start) - 1), np.diff(start))
    holed = np.unique(way[node < 0])
    if not len(holed):
        return TrousExtrait()
    rim = [_find_rim(node[start[w] : start[w + 1]]) for w in holed.tolist()]
    spots = np.array([n for n in rim if n >= 0], np.int64)
    column, row = (np.floor(c / CELL_DEGREES).astype(np.int64) for c in (lon, lat))
    held = list_distinct(_number(column, row))
    around = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    inside = np.ones(len(spots), bool)
    for x, y in around:
        inside &= np.isin(_number(column[spots] + x, row[spots] + y), held)
    where = sorted({(float(lon[n]), float(lat[n])) for n in spots[inside].tolist()})
    n_inside = int(inside.sum())
    return TrousExtrait(len(spots) - n_inside, n_inside, len(rim) - len(spots), tuple(where[:SPOTS]))


def _find_rim(nodes: NDArray[np.int32]) -> int:
    """The first node beside one that is missing; -1 where all are."""
    missing = nodes < 0
    beside = ~missing & (np.append(missing[1:], False) | np.append(False, missing[:-1]))
    return int(nodes[beside][0]) if beside.any() else -1


def _number(column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    return (column + 2**20) * 2**21 + row + 2**20
