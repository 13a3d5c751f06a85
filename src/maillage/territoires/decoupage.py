"""How one mesh cuts another: links between places and territories, with the share of each place.

Nested (communes in EPCI) or not (cells in communes, cells in QPV) is the same thing here: a place linked once
with share 1, or several times with shares that sum to at most 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Decoupage:
    """Links from ``n_places`` places to the territories ``codes`` (sorted), as three arrays of one length.

    ``place`` and ``territoire`` are rows; ``part`` is the share of the place's people in the territory.
    """

    codes: tuple[str, ...]
    n_places: int
    place: Rows
    territoire: Rows
    part: Floats

    @property
    def is_nested(self) -> bool:
        """Every place is in one territory at most, and whole."""
        return len(np.unique(self.place)) == len(self.place) and bool((self.part == 1).all())

    def sum(self, values: Floats) -> Floats:
        """Σ part · value over the places of each territory: float64[territories]."""
        links = self.part * values[self.place]
        return np.bincount(self.territoire, links, minlength=len(self.codes)).astype(np.float64)


def nest(parents: Sequence[str | None]) -> Decoupage:
    """Whole places in the territory whose code each one names; none for a null.

    >>> epci = nest(["B", "A", None, "B"])
    >>> epci.codes, epci.territoire.tolist(), epci.sum(np.array([1.0, 2.0, 4.0, 8.0])).tolist()
    (('A', 'B'), [1, 0, 1], [2.0, 9.0])
    """
    codes = tuple(sorted({code for code in parents if code is not None}))
    row = {code: i for i, code in enumerate(codes)}
    place = np.array([i for i, code in enumerate(parents) if code is not None], np.int32)
    territoire = np.array([row[code] for code in parents if code is not None], np.int32)
    return Decoupage(codes, len(parents), place, territoire, np.ones(len(place)))


def compose(first: Decoupage, second: Decoupage) -> Decoupage:
    """Places of ``first`` in the territories of ``second``, whose places are the territories of ``first``.

    A third of a cell in a commune that is whole in an EPCI is a third of the cell in the EPCI.

    >>> cells = Decoupage(("x", "y"), 1, np.array([0, 0]), np.array([0, 1]), np.array([0.25, 0.75]))
    >>> compose(cells, nest(["E", "E"])).part.tolist()
    [1.0]
    """
    if second.n_places != len(first.codes):
        raise ValueError(f"{len(first.codes)} territories do not match {second.n_places} places")
    order = np.argsort(second.place, kind="stable")
    starts = np.searchsorted(second.place[order], np.arange(second.n_places + 1))
    count = np.diff(starts)[first.territoire]
    link = np.repeat(np.arange(len(first.place)), count)
    within = np.arange(len(link)) - np.repeat(np.cumsum(count) - count, count)
    there = order[starts[first.territoire[link]] + within]
    part = first.part[link] * second.part[there]
    return merge_links(second.codes, first.n_places, first.place[link], second.territoire[there], part)


def merge_links(
    codes: tuple[str, ...], n_places: int, place: Rows, territoire: Rows, part: Floats
) -> Decoupage:
    """One link per (place, territory), sorted, shares summed."""
    key = place.astype(np.int64) * max(1, len(codes)) + territoire
    unique, back = np.unique(key, return_inverse=True)
    merged = np.bincount(back, part, minlength=len(unique)).astype(np.float64)
    rows, columns = np.divmod(unique, max(1, len(codes)))
    return Decoupage(codes, n_places, rows.astype(np.int32), columns.astype(np.int32), merged)


def intersect(
    places: NDArray[np.object_], zones: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """(place, zone, area) of every overlap of two arrays of shapely polygons, in one equal-area projection.

    Sorted by place then zone; overlaps without area (a shared edge) are left out.
    """
    place, zone = shapely.STRtree(zones).query(places, predicate="intersects")
    area = shapely.area(shapely.intersection(places[place], zones[zone]))
    order = np.lexsort((zone, place))
    kept = order[area[order] > 0]
    return place[kept], zone[kept], area[kept]


def cut_by_polygons(places: NDArray[np.object_], zones: Mapping[str, object]) -> Decoupage:
    """Places in zones drawn by hand, people spread evenly over the area of each place (an estimate).

    >>> cell = np.array([shapely.box(0, 0, 1, 1)])
    >>> cut_by_polygons(cell, {"qpv": shapely.box(0.5, 0, 3, 1)}).part.tolist()
    [0.5]
    """
    codes = tuple(sorted(zones))
    place, zone, area = intersect(places, np.array([zones[code] for code in codes], object))
    part = area / shapely.area(places)[place]
    return Decoupage(codes, len(places), place.astype(np.int32), zone.astype(np.int32), part)
