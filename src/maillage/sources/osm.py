"""OpenStreetMap extract (PBF) → plain arrays: what a road network needs and nothing more.

Streaming passes: relations; nodes and ways, osmium holding coordinates in a sorted table of 16 bytes a node;
ways that only relations make roads of; tags of nodes. Python sees roads alone: besides that table, memory
grows with the roads kept. No rule of circulation is applied here: tags are handed over as they are, and
``network`` judges them. What merged extracts hold twice is read once.

Format: OpenStreetMap PBF, https://wiki.openstreetmap.org/wiki/PBF_Format. Licence of the data: ODbL 1.0.
Proved on real files (``eprouve: oui``): Andorra 2013, Saint-Barthélemy.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from maillage.sources.osm_fichier import (
    NOWHERE,
    RETRY,
    UNITS_PER_DEGREE,
    Progress,
    check_present,
    find_spot,
    read_timestamp,
    refuse,
    stream,
)
from maillage.sources.osm_relations import (
    BUILT_UP_LANDUSE,
    WITHOUT_HIGHWAY,
    Relations,
    is_ferry,
    is_walkable,
    read_relations,
)
from maillage.sources.osm_virages import OLD_CONDITIONS, Restrictions

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
SIGN_KEYS = ("railway", "crossing", "direction", "traffic_signals:direction")
NODE_KEYS = frozenset(("barrier", "highway", "locked", *SIGN_KEYS, *ACCESS_KEYS))
STEP = 50_000  # objects between two calls of progress
MISSING = -1  # in a line's nodes: one that the file does not hold


@dataclass(frozen=True)
class TagColumn:
    """One key: rows that carry it (``row`` int32) and their value (``values[code]``)."""

    row: NDArray[np.int32]
    code: NDArray[np.int32]
    values: tuple[str, ...]


@dataclass(frozen=True)
class ExtraitOsm:
    """Roads of an extract. Nodes are those the kept ways refer to, by ascending id; lon, lat WGS 84 degrees.

    Way ``w`` runs through nodes ``way_node[way_start[w]:way_start[w + 1]]`` (row numbers of nodes,
    :data:`MISSING` where the file does not hold the node: nothing is known of the way on either side of it).
    The outline of a square drawn by a relation is a way, with the relation's tags and ``area=yes``.
    ``way_line`` int32: the ferry line the way is part of, a row of ``line_duration``; -1: none. ``ring_*``:
    outlines of built-up land use.
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
    ring_start: NDArray[np.int64]
    ring_node: NDArray[np.int32]
    n_missing_refs: int
    timestamp: str | None


class _Columns:
    """Tags gathered row by row."""

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys = keys
        self.rows: dict[str, array[int]] = {}
        self.codes: dict[str, array[int]] = {}
        self.values: dict[str, dict[str, int]] = {}

    def add(self, row: int, tags: Mapping[str, str]) -> None:
        for key in self.keys & tags.keys():
            if key not in self.rows:
                self.rows[key], self.codes[key], self.values[key] = array("i"), array("i"), {}
            values = self.values[key]
            self.rows[key].append(row)
            self.codes[key].append(values.setdefault(tags[key], len(values)))

    def freeze(self, number: NDArray[np.int32]) -> dict[str, TagColumn]:
        """The columns, row ``r`` called ``number[r]`` from now on, or left out where that is negative."""
        columns = {}
        for key, rows in sorted(self.rows.items()):
            row = number[to_numpy(rows)]
            code = to_numpy(self.codes[key])
            if (row >= 0).any():
                columns[key] = TagColumn(row[row >= 0], code[row >= 0], tuple(self.values[key]))
        return columns


@dataclass(frozen=True)
class _Lines:
    """Lines one after the other: ``length`` nodes each, by id, at (``x``, ``y``) in units of 1e-7 degrees."""

    ids: NDArray[np.int64]
    length: NDArray[np.int64]
    ref: NDArray[np.int64]
    x: NDArray[np.int32]
    y: NDArray[np.int32]

    def locate(self, node_id: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Starts and node rows, :data:`MISSING` for want of the node."""
        place = np.where(self.known, np.searchsorted(node_id, self.ref), MISSING)
        return np.concatenate(([0], np.cumsum(self.length))), place.astype(np.int32)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which nodes the file holds."""
        return np.asarray(self.x != NOWHERE)


class _Drawing:
    """Lines being gathered."""

    def __init__(self) -> None:
        self.ids, self.version, self.length = array("q"), array("q"), array("q")
        self.ref, self.x, self.y = array("q"), array("i"), array("i")

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, way: Any, table: Any = None) -> None:
        """Add a way; ``table`` finds coordinates that the pass did not bring along."""
        nodes = list(way.nodes)
        spots = nodes if table is None else [find_spot(table, node.ref) for node in nodes]
        self.ref.extend([node.ref for node in nodes])
        self.x.extend([spot.x for spot in spots])
        self.y.extend([spot.y for spot in spots])
        self.length.append(len(nodes))
        self.ids.append(way.id)
        self.version.append(way.version)

    def list_kept(self) -> NDArray[np.int64]:
        """Rows of the lines to keep: those of merged extracts once."""
        return list_newest(to_numpy(self.ids), to_numpy(self.version))

    def freeze(self) -> _Lines:
        """The lines to keep."""
        kept, length = self.list_kept(), to_numpy(self.length)
        chosen = np.zeros(len(self), bool)
        chosen[kept] = True
        node = np.repeat(chosen, length)
        ref, x, y = (to_numpy(column)[node] for column in (self.ref, self.x, self.y))
        return _Lines(to_numpy(self.ids)[kept], length[kept], ref, x, y)


def list_newest(ids: NDArray[np.int64], version: NDArray[np.int64]) -> NDArray[np.int64]:
    """One row for each id, ascending: its newest version, the first of equal ones.

    >>> list_newest(np.array([7, 5, 7, 7]), np.array([1, 4, 2, 2])).tolist()
    [1, 2]
    """
    order = np.lexsort((np.arange(len(ids)), -version, ids))
    first = np.ones(len(ids), bool)
    first[1:] = ids[order[1:]] != ids[order[:-1]]
    return np.sort(order[first])


def _list_nodes(*lines: _Lines) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Ids (ascending, once each), lon and lat of the nodes of these lines that the file holds."""
    ref, x, y = (
        np.concatenate([getattr(line, name)[line.known] for line in lines]) for name in ("ref", "x", "y")
    )
    node_id, first = np.unique(ref, return_index=True)
    return node_id, x[first] / UNITS_PER_DEGREE, y[first] / UNITS_PER_DEGREE


def number_rows(kept: NDArray[np.int64], n: int) -> NDArray[np.int32]:
    """The place of each of ``n`` rows among those ``kept``, -1 for the others."""
    number = np.full(n, -1, np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    return number


def to_numpy(values: array[Any]) -> NDArray[Any]:
    """An array of the same items, owning its memory."""
    return (
        np.frombuffer(values, dtype=np.dtype(values.typecode)).copy()
        if values
        else np.empty(0, values.typecode)
    )


def read_osm(path: Path, progress: Progress | None = None) -> ExtraitOsm:
    """Read the roads of a PBF (or .osm) file.

    Raises :class:`EntreeInvalide` when the file is absent, is not an OSM file, is cut short or holds no road.
    """
    tell = progress or (lambda *_: None)
    check_present(path)
    relations = read_relations(path, tell)
    drawn = _read_ways(path, relations, tell)
    if not len(drawn.roads):
        raise refuse(path, "aucune voie (clé « highway »)", "Choisissez un extrait qui contient les routes")
    roads, rings = drawn.roads.freeze(), drawn.rings.freeze()
    n_missing = int((~roads.known).sum())
    if 2 * n_missing > len(roads.ref):
        raise refuse(path, f"{n_missing} nœuds de voies sur {len(roads.ref)} sont absents", RETRY)
    node_id, lon, lat = _list_nodes(roads, rings)
    line = np.array([relations.ferry.get(way, -1) for way in roads.ids.tolist()], np.int32)
    return ExtraitOsm(
        *(node_id, lon, lat, _read_node_tags(path, node_id, tell)),
        *(
            roads.ids,
            *roads.locate(node_id),
            drawn.tags.freeze(number_rows(drawn.roads.list_kept(), len(drawn.roads))),
        ),
        *(line, tuple(tags.get("duration", "") for tags in relations.lines)),
        relations.restrictions,
        *rings.locate(node_id),
        n_missing,
        read_timestamp(path),
    )


@dataclass(frozen=True)
class _Drawn:
    """What the passes over ways gather."""

    roads: _Drawing
    rings: _Drawing
    tags: _Columns

    def add(self, way: Any, relations: Relations, table: Any = None) -> None:
        """Add a way as a road, by itself or by a relation, and as a ring if built-up land use ends there."""
        own = {tag.k: tag.v for tag in way.tags}
        tags = _complete(way.id, own, relations)
        if is_walkable(tags) or is_ferry(tags):
            self.tags.add(len(self.roads), tags)
            self.roads.add(way, table)
        built_up = own.get("landuse") in BUILT_UP_LANDUSE or way.id in relations.built_up
        if built_up and way.is_closed():
            self.rings.add(way, table)


def _complete(way: int, own: dict[str, str], relations: Relations) -> dict[str, str]:
    """A way's own tags; those of its ferry line where it says nothing, or of the area that it is the edge of.

    A line's duration is that of all its ways together: see ``way_line``.
    """
    if way in relations.ferry and "highway" not in own and (is_ferry(own) or "route" not in own):
        line = relations.lines[relations.ferry[way]]
        return {key: value for key, value in line.items() if key not in {"type", "duration"}} | own
    if way in relations.area and not (is_walkable(own) or is_ferry(own)):
        return relations.area[way]
    return own


def _read_ways(path: Path, relations: Relations, tell: Progress) -> _Drawn:
    """Roads and closed ways of built-up land use, by their own tags, then those that only relations name."""
    drawn = _Drawn(_Drawing(), _Drawing(), _Columns(WAY_KEYS))
    table = osmium.index.create_map("sparse_mem_array")
    keys = ("highway", "route", "landuse", *WITHOUT_HIGHWAY)
    for n, way in enumerate(stream(path, osmium.osm.WAY, osmium.filter.KeyFilter(*keys), table=table), 1):
        drawn.add(way, relations)
        if n % STEP == 0:
            tell("voies", n, None)
    named = sorted({*relations.built_up, *relations.area, *relations.ferry})
    for way in stream(path, osmium.osm.WAY, osmium.filter.IdFilter(named)) if named else ():
        drawn.add(way, relations, table)  # those met before are copies, and left out as such
    tell("voies", len(drawn.roads), len(drawn.roads))
    return drawn


def _read_node_tags(path: Path, node_id: NDArray[np.int64], tell: Progress) -> dict[str, TagColumn]:
    """Tags of these nodes (ascending ids): barriers, signals and who may pass them; the newest of copies."""
    columns, rows, versions = _Columns(NODE_KEYS), array("q"), array("q")
    for node in stream(path, osmium.osm.NODE, osmium.filter.KeyFilter("barrier", "highway", "railway")):
        row = int(np.searchsorted(node_id, node.id))
        if row < len(node_id) and node_id[row] == node.id:
            columns.add(len(rows), {tag.k: tag.v for tag in node.tags})
            rows.append(row)
            versions.append(node.version)
    tell("nœuds", len(node_id), len(node_id))
    nodes = to_numpy(rows)
    kept = list_newest(nodes, to_numpy(versions))
    number = np.full(len(nodes), -1, np.int32)
    number[kept] = nodes[kept]
    return columns.freeze(number)
