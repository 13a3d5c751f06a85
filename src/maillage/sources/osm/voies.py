"""Ways of OpenStreetMap extracts: roads and outlines of built-up land use, each in its newest version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.blocs import Things
from maillage.sources.osm.etiquettes import TagColumn, TagColumns
from maillage.sources.osm.lecture import Pieces, Reading, list_distinct, list_newest
from maillage.sources.osm.pbf import WAYS
from maillage.sources.osm.relations import (
    BUILT_UP_LANDUSE,
    WITHOUT_HIGHWAY,
    Relations,
    is_ferry,
    is_walkable,
)
from maillage.sources.osm.virages import OLD_CONDITIONS

ACCESS_KEYS = ("access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot")
ONEWAY_KEYS = ("oneway", *(f"oneway:{key}" for key in ACCESS_KEYS[1:]))
SPEED_KEYS = ("maxspeed", *(f"maxspeed:{key}" for key in ACCESS_KEYS[1:4]))
SIDES = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
WAY_KEYS = frozenset(
    (
        *(
            "highway",
            "route",
            "name",
            "ref",
            "junction",
            "service",
            "area",
            "duration",
            "surface",
            "tracktype",
        ),
        *(
            "motorroad",
            "dual_carriageway",
            "lanes",
            "tunnel",
            "bridge",
            "covered",
            "layer",
            "location",
            "wheelchair",
        ),
        *("maxspeed:type", "source:maxspeed", "zone:traffic", "zone:maxspeed"),
        *WITHOUT_HIGHWAY,
        *OLD_CONDITIONS,
        *(
            f"{key}{way}{when}"
            for key in (*ACCESS_KEYS, *ONEWAY_KEYS, *SPEED_KEYS)
            for way in ("", ":forward", ":backward")
            for when in ("", ":conditional")
        ),
        *(f"{side}{end}" for side in SIDES for end in ("", ":oneway")),
    )
)
JUDGED = {key: code for code, key in enumerate(("highway", "route", "landuse", *WITHOUT_HIGHWAY))}
ROAD, BUILT_UP = 1, 2  # what tags make of a way


@dataclass(frozen=True)
class Lines:
    """Lines by ascending id: line ``i`` runs through nodes ``ref[start[i]:start[i + 1]]``, by id."""

    id: NDArray[np.int64]
    start: NDArray[np.int64]
    ref: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class RoadWays:
    """``roads`` and their ``tags``, ``rings`` of built-up land use; ``known``: which of the ways that
    relations name are there, ascending. ``n_twice`` roads are held twice or more, ``n_differing`` of them in
    versions that differ.
    """

    roads: Lines
    tags: dict[str, TagColumn]
    rings: Lines
    known: NDArray[np.int64]
    n_twice: int
    n_differing: int


def read_ways(reading: Reading, relations: Relations) -> RoadWays:
    """Read the ways that are roads or built-up land use, by their own tags or by those of a relation."""
    named = np.array(sorted({way for _, ways in relations.needed for way in ways}), np.int64)
    asked = named
    if len(reading.files) > 1:  # what is a road in one file may be none any more in a newer one
        met = [things.id[_choose(things, named, judge(things))] for _, things in reading.read(WAYS)]
        asked = list_distinct(named, *met)
    drawn = _Drawing(relations)
    for _, things in reading.read(WAYS):
        drawn.add(things, asked)
    return drawn.freeze(named)


def judge(things: Things) -> NDArray[np.int8]:
    """:data:`ROAD` and :data:`BUILT_UP` of each way, by its own tags."""
    tags, verdict = things.tags, np.zeros(len(things), np.int8)
    judged = tags.texts.translate(tags.key, JUDGED)[tags.key] >= 0
    pair = tags.key[judged] * len(tags.texts.begin) + tags.value[judged]
    met, which = np.unique(pair, return_inverse=True)
    keys, values = np.divmod(met, max(len(tags.texts.begin), 1))
    read = tags.texts.read
    each = [_judge_tag(read(k), read(v)) for k, v in zip(keys.tolist(), values.tolist(), strict=True)]
    np.bitwise_or.at(verdict, tags.row[judged], np.array(each, np.int8)[which])
    return verdict


def _judge_tag(key: str, value: str) -> int:
    if key == "landuse":
        return BUILT_UP if value in BUILT_UP_LANDUSE else 0
    return ROAD if is_walkable({key: value}) or is_ferry({key: value}) else 0


def _choose(things: Things, asked: NDArray[np.int64], verdict: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Ways of interest, and copies beside them, older or newer: those at a block's ends may be copies."""
    chosen = (verdict > 0) | is_among(things.id, asked)
    same = things.id[1:] == things.id[:-1]
    chosen[1:] |= same
    chosen[:-1] |= same
    chosen[:1] = chosen[-1:] = True
    return chosen


def is_among(ids: NDArray[Any], known: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each id is among ``known``, ascending."""
    if not len(known):
        return np.zeros(len(ids), bool)
    place = np.searchsorted(known, ids)
    return np.asarray(known[np.minimum(place, len(known) - 1)] == ids)


class _Drawing:
    """Ways being gathered."""

    def __init__(self, relations: Relations) -> None:
        self.relations = relations
        self.changed = np.array(sorted({*relations.ferry, *relations.area}), np.int64)
        self.built_up = np.array(sorted(relations.built_up), np.int64)
        self.tags = TagColumns(WAY_KEYS)
        self.ways = Pieces(
            id=np.int64, version=np.int32, stamp=np.int64, verdict=np.int8, length=np.int64, closed=np.bool_
        )
        self.refs = Pieces(ref=np.int64)

    def add(self, things: Things, asked: NDArray[np.int64]) -> None:
        """Add the ways of interest of a block."""
        verdict = judge(things)
        row = np.flatnonzero(_choose(things, asked, verdict))
        changed = is_among(things.id, self.changed)
        first, verdict[changed] = self.ways.height, verdict[changed] & BUILT_UP
        number = np.full(len(things), -1)
        number[row] = np.arange(len(row))
        for i in np.flatnonzero(changed).tolist():
            alone = np.full(len(things), -1)
            alone[i] = 0
            own = things.tags.choose(alone).list_by_row(1)[0]
            tags = complete(int(things.id[i]), own, self.relations)
            if is_walkable(tags) or is_ferry(tags):
                verdict[i] |= ROAD
            self.tags.add_row(first + int(number[i]), tags)
        number[changed | (verdict & ROAD == 0)] = -1
        self.tags.add(things.tags.choose(number), first)
        begin, length = things.start[row], np.diff(things.start)[row]
        ref = take_spans(things.ref, begin, length)
        self.refs.add(ref=ref)
        self.ways.add(
            id=things.id[row],
            version=things.version[row],
            stamp=things.stamp[row],
            verdict=verdict[row] | (BUILT_UP * is_among(things.id[row], self.built_up)),
            length=length,
            closed=_are_closed(ref, length),
        )

    def freeze(self, named: NDArray[np.int64]) -> RoadWays:
        """The ways to keep; ``named``: those that relations name."""
        ident, version, stamp, verdict, length, closed = (self.ways.take(name) for name in self.ways.dtypes)
        newest = list_newest(ident, version, stamp)
        roads = newest[verdict[newest] & ROAD != 0]
        rings = newest[(verdict[newest] & BUILT_UP != 0) & closed[newest]]
        start, ref = np.cumsum(length) - length, self.refs.take("ref")
        n_twice, n_differing = _count_copies(ident, version, stamp, ident[roads])
        return RoadWays(
            _list_lines(ident, start, length, ref, roads),
            self.tags.freeze(number_rows(roads, len(ident))),
            _list_lines(ident, start, length, ref, rings),
            named[is_among(named, list_distinct(ident))],
            n_twice,
            n_differing,
        )


def complete(way: int, own: dict[str, str], relations: Relations) -> dict[str, str]:
    """A way's own tags; those of its ferry line where it says nothing, or of the area that it is the edge of.

    A line's duration is that of all its ways together: see ``way_line``.
    """
    if way in relations.ferry and "highway" not in own and (is_ferry(own) or "route" not in own):
        line = relations.lines[relations.ferry[way]]
        return {key: value for key, value in line.items() if key not in {"type", "duration"}} | own
    if way in relations.area and not (is_walkable(own) or is_ferry(own)):
        return relations.area[way]
    return own


def number_rows(kept: NDArray[Any], n: int) -> NDArray[np.int32]:
    """The place of each of ``n`` rows among those ``kept``, -1 for the others."""
    number = np.full(n, -1, np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    return number


def _list_lines(
    ident: NDArray[np.int64],
    start: NDArray[np.int64],
    length: NDArray[np.int64],
    ref: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> Lines:
    first = np.concatenate([[0], np.cumsum(length[rows])])
    return Lines(ident[rows], first, take_spans(ref, start[rows], length[rows]))


def take_spans(values: NDArray[Any], begin: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[Any]:
    """``length[i]`` values from ``begin[i]`` on, one span after the other."""
    shift = begin - (np.cumsum(length) - length)
    return np.asarray(values[np.repeat(shift, length) + np.arange(length.sum())])


def _are_closed(ref: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each line ends where it begins."""
    closed = length > 0
    end = np.cumsum(length)[closed]
    closed[closed] = ref[end - length[closed]] == ref[end - 1]
    return closed


def _count_copies(
    ident: NDArray[np.int64], version: NDArray[np.int32], stamp: NDArray[np.int64], kept: NDArray[np.int64]
) -> tuple[int, int]:
    """How many of the ways ``kept`` are held more than once, and in versions that differ."""
    rows = np.flatnonzero(is_among(ident, kept))
    if len(rows) == len(kept):
        return 0, 0
    rows = rows[np.lexsort((stamp[rows], version[rows], ident[rows]))]
    same = ident[rows[1:]] == ident[rows[:-1]]
    differs = same & ((version[rows[1:]] != version[rows[:-1]]) | (stamp[rows[1:]] != stamp[rows[:-1]]))
    return len(np.unique(ident[rows[1:][same]])), len(np.unique(ident[rows[1:][differs]]))
