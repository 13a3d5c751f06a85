"""The roads of an extract as arrays: what is read, and what of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.etat import EtatExtraits
from maillage.sources.osm.etiquettes import TagColumn, tidy
from maillage.sources.osm.virages import Restrictions
from maillage.sources.osm.voies import is_among, number_rows, take_spans

MISSING = -1  # in a line's nodes: one that the files do not hold


@dataclass(frozen=True)
class ExtraitOsm:
    """Roads of an extract. Nodes are those the kept ways refer to, by ascending id; lon, lat WGS 84 degrees.

    Way ``w``, by ascending id, runs through nodes ``way_node[way_start[w]:way_start[w + 1]]`` (row numbers of
    nodes, :data:`MISSING` where no file holds the node: nothing is known of the way on either side of it).
    The outline of a square drawn by a relation is a way, with the relation's tags and ``area=yes``.
    ``way_line`` int32: the ferry line the way is part of, a row of ``line_duration``; -1: none. ``ring_*``:
    outlines of built-up land use. ``etat``: what the files are, and lack.
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node_tags: Mapping[str, TagColumn]
    way_id: NDArray[np.int64]
    way_start: NDArray[np.int64]
    way_node: NDArray[np.int32]
    way_tags: Mapping[str, TagColumn]
    way_line: NDArray[np.int32]
    line_duration: tuple[str, ...]
    restrictions: Restrictions
    ring_id: NDArray[np.int64]
    ring_start: NDArray[np.int64]
    ring_node: NDArray[np.int32]
    n_missing_refs: int
    timestamp: str | None
    etat: EtatExtraits


def cut(extract: ExtraitOsm, inside: NDArray[np.bool_]) -> ExtraitOsm:
    """What remains when only nodes ``inside`` count: ways with one of them, whole, and rings likewise.

    The ways of a ferry's line stay together, for they share its duration. A restriction stays when one of its
    ways does.
    """
    ways = _touch(extract.way_start, extract.way_node, inside)
    lines = np.unique(extract.way_line[ways & (extract.way_line >= 0)])
    ways |= is_among(extract.way_line, lines)
    kept = extract.way_id[ways]
    rings = _touch(extract.ring_start, extract.ring_node, inside) | is_among(extract.ring_id, kept)
    road_start, road_node = _keep_lines(extract.way_start, extract.way_node, ways)
    ring_start, ring_node = _keep_lines(extract.ring_start, extract.ring_node, rings)
    used = np.zeros(len(extract.node_id), bool)
    for node in (road_node, ring_node):
        used[node[node != MISSING]] = True
    number = np.append(number_rows(np.flatnonzero(used), len(used)), np.int32(MISSING))
    way_number = number_rows(np.flatnonzero(ways), len(ways))
    line_number = np.append(number_rows(lines, len(extract.line_duration)), np.int32(-1))
    return replace(
        extract,
        node_id=extract.node_id[used],
        lon=extract.lon[used],
        lat=extract.lat[used],
        node_tags=_keep_tags(extract.node_tags, number),
        way_id=kept,
        way_start=road_start,
        way_node=number[road_node],
        way_tags=_keep_tags(extract.way_tags, way_number),
        way_line=line_number[extract.way_line[ways]],
        line_duration=tuple(extract.line_duration[line] for line in lines.tolist()),
        restrictions=_keep_restrictions(extract.restrictions, kept),
        ring_id=extract.ring_id[rings],
        ring_start=ring_start,
        ring_node=number[ring_node],
        n_missing_refs=int((road_node == MISSING).sum()),
    )


def _touch(start: NDArray[np.int64], node: NDArray[np.int32], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lines with a node inside."""
    met = np.concatenate([[0], np.cumsum(np.append(inside, False)[node])])
    return np.asarray(met[start[1:]] > met[start[:-1]])


def _keep_lines(
    start: NDArray[np.int64], node: NDArray[np.int32], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    length = np.diff(start)[kept]
    return np.concatenate([[0], np.cumsum(length)]), take_spans(node, start[:-1][kept], length)


def _keep_tags(tags: Mapping[str, TagColumn], number: NDArray[np.int32]) -> dict[str, TagColumn]:
    """The columns of the rows whose ``number`` is not negative, which is their row from now on."""
    kept = {}
    for key, column in tags.items():
        row = number[column.row]
        if (row >= 0).any():
            kept[key] = tidy(row[row >= 0], column.code[row >= 0], column.values)
    return kept


def _keep_restrictions(restrictions: Restrictions, ways: NDArray[np.int64]) -> Restrictions:
    via = [is_among(np.array(each, np.int64), ways).any() for each in restrictions.via_ways]
    ends = is_among(restrictions.from_way, ways) | is_among(restrictions.to_way, ways)
    return restrictions.choose(np.flatnonzero(ends | np.array(via, bool)))
