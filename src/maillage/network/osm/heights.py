"""How high roads run: heights of a grid at their crossings and along them, smoothed; gradients between.

* A point's height is the mean of the nine that a grid of the same step centred on it reads, each between its
  four cells: a plane stays a plane, and the noise of one cell is spread. One cell unknown, the height is.
* Along a road, heights are taken at its ends and at equal distances, as close as ``pas`` steps of the grid
  and ``longueur_m`` allow; the gradient is constant in between. An unknown end makes it unknown.
* A bridge or a tunnel leaves the ground: where only such ways meet, heights vary evenly from the nodes where
  they touch it, by length; along them, evenly from node to node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from maillage.catalogue.altitudes import Pentes
from maillage.network.osm.chains import Chains
from maillage.network.osm.extract import Extract, look_up
from maillage.network.osm.segments import Segments

BLOCK = 4  # cells a side that one height is read from
SHORTEST_M = 0.1  # of a span of a bridge


class HeightGrid(Protocol):
    """Heights by cells; see ``sources.altitudes.GrilleAltitudes``."""

    @property
    def step_m(self) -> float: ...  # noqa: D102
    def locate(  # noqa: D102
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def read_blocks(  # noqa: D102
        self, column: NDArray[np.int64], row: NDArray[np.int64], size: int
    ) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Ground:
    """The heights to read, and what gradients cost the mode."""

    grid: HeightGrid
    pentes: Pentes


@dataclass(frozen=True)
class Stretches:
    """Parts of segments of one gradient, in the order of the roads.

    ``segment`` int32, ``length_m``, ``gradient``: rise over length as the segment is drawn, nan unknown.
    """

    segment: NDArray[np.int32]
    length_m: NDArray[np.float64]
    gradient: NDArray[np.float64]


def find_structures(extract: Extract, pentes: Pentes) -> NDArray[np.bool_]:
    """Ways that do not follow the ground."""
    result = np.zeros(len(extract.way_id), bool)
    for key in pentes.ouvrages:
        off = look_up(extract.way_tags, key, len(result), lambda value: value not in pentes.au_sol, 0)
        result |= off == 1
    return result


def sample(grid: HeightGrid, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smoothed height of each point in metres, nan where it is unknown."""
    column, row = grid.locate(lon, lat)
    inside = np.isfinite(column) & np.isfinite(row)
    column, row = np.where(inside, column, 0.0), np.where(inside, row, 0.0)
    west, south = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    blocks = grid.read_blocks(west - 1, south - 1, BLOCK).astype(np.float64)
    heights = np.einsum("nrc,nr,nc->n", blocks, _weigh(row - south), _weigh(column - west))
    return np.where(inside, heights, np.nan)


def _weigh(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each of four cells in line, for a point that is ``part`` of the way from the second to the third.

    >>> _weigh(np.array([0.25])).round(4).tolist()
    [[0.25, 0.3333, 0.3333, 0.0833]]
    """
    whole = np.ones(len(part))
    return np.column_stack([1 - part, whole, whole, part]) / 3


def cut_stretches(
    ground: Ground, segments: Segments, chains: Chains, structure: NDArray[np.bool_]
) -> Stretches:
    """The gradients of all roads. ``structure``: bool[segments], those off the ground."""
    segment = chains.segment
    length_m = segments.length_m[segment]
    end = np.cumsum(length_m)
    start = end - length_m
    knot, n_knots = _place_knots(start, end, chains, ground)
    height = _find_heights(ground.grid, (segments, chains, structure), (start, end), knot, n_knots)
    n_steps = n_knots - 1
    first = np.cumsum(n_knots) - n_knots
    step = np.repeat(first, n_steps) + _count_up(n_steps)
    gradient = _divide(height[step + 1] - height[step], knot[step + 1] - knot[step])
    inner = np.ones(len(knot), bool)
    inner[first] = inner[first + n_steps] = False
    cut = np.sort(np.concatenate([start, knot[inner]]))
    part_m = np.diff(np.append(cut, end[-1]))
    middle = cut + part_m / 2
    at = np.searchsorted(start, middle, side="right") - 1
    uphill = gradient[np.searchsorted(knot[step], middle, side="right") - 1]
    return Stretches(segment[at], part_m, np.where(chains.turned[at], -uphill, uphill))


def _place_knots(
    start: NDArray[np.float64], end: NDArray[np.float64], chains: Chains, ground: Ground
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where heights are taken, metres from the start of the first of all roads laid end to end; per road."""
    base_m = max(ground.pentes.pas * ground.grid.step_m, ground.pentes.longueur_m)
    from_m, to_m = start[chains.start[:-1]], end[chains.start[1:] - 1]
    n_steps = np.maximum(np.floor((to_m - from_m) / base_m), 1).astype(np.int64)
    n_knots = n_steps + 1
    share = _count_up(n_knots) / np.repeat(n_steps, n_knots)
    return np.repeat(from_m, n_knots) + share * np.repeat(to_m - from_m, n_knots), n_knots


def _find_heights(
    grid: HeightGrid,
    roads: tuple[Segments, Chains, NDArray[np.bool_]],
    span: tuple[NDArray[np.float64], NDArray[np.float64]],
    knot: NDArray[np.float64],
    n_knots: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The height of each knot."""
    (segments, chains, structure), (start, end) = roads, span
    road = np.repeat(np.arange(len(chains)), n_knots)
    at = np.searchsorted(start, knot, side="right") - 1
    at = at.clip(chains.start[road], chains.start[road + 1] - 1)
    part = _divide(knot - start[at], (end - start)[at]).clip(0, 1)
    turned, segment = chains.turned[at], chains.segment[at]
    before, after = (
        np.where(turned, other[segment], one[segment])
        for one, other in ((segments.tail, segments.head), (segments.head, segments.tail))
    )
    lon, lat = ((1 - part) * axis[before] + part * axis[after] for axis in (segments.lon, segments.lat))
    first = np.cumsum(n_knots) - n_knots
    last = first + n_knots - 1
    hung = find_hanging(segments, structure)
    off_ground = structure[segment]
    off_ground[first] = off_ground[last] = False
    wanted = np.zeros(len(segments.lon), bool)
    wanted[chains.tail] = wanted[chains.head] = True
    wanted[segments.tail[structure]] = wanted[segments.head[structure]] = True
    wanted &= ~hung
    sampled = ~off_ground
    sampled[first] = sampled[last] = False
    nodes, knots = np.flatnonzero(wanted), np.flatnonzero(sampled)
    read = sample(grid, np.r_[segments.lon[nodes], lon[knots]], np.r_[segments.lat[nodes], lat[knots]])
    of_node = np.full(len(segments.lon), np.nan)
    of_node[nodes] = read[: len(nodes)]
    of_node = level_bridges(segments, structure, of_node, hung)
    height = (1 - part) * of_node[before] + part * of_node[after]
    height[knots] = read[len(nodes) :]
    height[first], height[last] = of_node[chains.tail], of_node[chains.head]
    return height


def find_hanging(segments: Segments, structure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes where only bridges and tunnels meet, those of closed barriers with the place they stand at."""
    n = len(segments.lon)
    ends = segments.source_node[np.concatenate([segments.tail, segments.head])]
    off = np.concatenate([structure, structure])
    here, above = np.bincount(ends, minlength=n), np.bincount(ends[off], minlength=n)
    return np.asarray(((here == above) & (above > 0))[segments.source_node])


def level_bridges(
    segments: Segments, structure: NDArray[np.bool_], height: NDArray[np.float64], hung: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Heights of all nodes, those ``hung`` evenly between the nodes where the bridge touches the ground.

    Each is the mean of its neighbours, weighted by the inverse of the distance: on one span, a straight line.
    Unknown where no end of the bridge is known.

    >>> segments = Segments(np.zeros(3, np.int32), np.int32([0, 1, 2]), np.int32([1, 2, 3]),
    ...                     np.array([10.0, 30.0, 60.0]), np.zeros(4), np.zeros(4), np.int32([0, 1, 2, 3]))
    >>> height = level_bridges(segments, np.ones(3, bool), np.array([200, 0, 0, 210.0]),
    ...                        np.array([False, True, True, False]))
    >>> height.round(6).tolist()
    [200.0, 201.0, 204.0, 210.0]
    """
    n, result = len(height), np.where(hung, np.nan, height)
    tail, head = segments.tail[structure], segments.head[structure]
    twin = np.flatnonzero(hung & (segments.source_node != np.arange(n)))
    pull = 1 / np.maximum(segments.length_m[structure], SHORTEST_M)
    tail, head = np.r_[tail, segments.source_node[twin]], np.r_[head, twin]
    pull = np.r_[pull, np.full(len(twin), 1 / SHORTEST_M)]
    known = np.isfinite(result)
    useful = (hung | known)[tail] & (hung | known)[head]
    tail, head, pull = tail[useful], head[useful], pull[useful]
    _, part = connected_components(coo_array((np.ones(len(tail)), (tail, head)), (n, n)), directed=False)
    held = np.bincount(part[known], minlength=part.max(initial=-1) + 1) > 0
    free = np.flatnonzero(hung & held[part])
    if not len(free):
        return result
    number = np.full(n, -1)
    number[free] = np.arange(len(free))
    here, there, weight = np.r_[tail, head], np.r_[head, tail], np.r_[pull, pull]
    ours = number[here] >= 0
    here, there, weight = here[ours], there[ours], weight[ours]
    inner = number[there] >= 0
    total = np.bincount(number[here], weight, len(free))
    right = np.bincount(number[here[~inner]], weight[~inner] * result[there[~inner]], len(free))
    row = np.r_[np.arange(len(free)), number[here[inner]]]
    column = np.r_[np.arange(len(free)), number[there[inner]]]
    matrix = coo_array((np.r_[total, -weight[inner]], (row, column)), (len(free), len(free))).tocsc()
    result[free] = spsolve(matrix, right)
    return result


def _count_up(count: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1… up to each count, one after the other."""
    return np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)


def _divide(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """The quotient, 0 over nothing; unknown stays unknown."""
    return np.divide(above, below, out=np.where(np.isnan(above), np.nan, 0.0), where=below > 0)
