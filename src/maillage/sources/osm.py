"""OpenStreetMap extract (PBF) → plain arrays: what a road network needs and nothing more.

Three streaming passes: relations; nodes and ways, osmium holding coordinates in a sorted table of 16 bytes a
node; tags of nodes. Python sees roads alone: besides that table, memory grows with the roads kept.
No rule of circulation is applied here: tags are handed over as they are, and ``network`` judges them.

Format: OpenStreetMap PBF, https://wiki.openstreetmap.org/wiki/PBF_Format. Licence of the data: ODbL 1.0.
Proved on real files (``eprouve: oui``): Andorra 2013, Saint-Barthélemy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide, Faute

Progress = Callable[[str, int, int | None], None]
"""``progress(stage, done, total)``; ``total`` is None where nothing tells it beforehand."""

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
        *("motorroad", "dual_carriageway", "lanes", "railway", "public_transport", "man_made"),
        *("maxspeed:type", "source:maxspeed", "zone:traffic", "zone:maxspeed"),
        *(f"{unit}_{end}" for unit in ("date", "day", "hour") for end in ("on", "off")),
        *(
            f"{key}{way}{when}"
            for key in (*ACCESS_KEYS, *ONEWAY_KEYS, *SPEED_KEYS)
            for way in ("", ":forward", ":backward")
            for when in ("", ":conditional")
        ),
        *(f"{side}{end}" for side in SIDES for end in ("", ":oneway")),
    )
)
NODE_KEYS = frozenset(("barrier", "highway", "locked", *ACCESS_KEYS))
FERRIES = frozenset(("ferry", "shuttle_train"))
BUILT_UP_LANDUSE = frozenset(("residential", "commercial", "retail"))
STEP = 50_000  # objects between two calls of progress
UNITS_PER_DEGREE = 10_000_000
NOWHERE = 2**31 - 1  # osmium's coordinate of a node that the file does not hold


@dataclass(frozen=True)
class TagColumn:
    """One key: rows that carry it (``row`` int32) and their value (``values[code]``)."""

    row: NDArray[np.int32]
    code: NDArray[np.int32]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Restrictions:
    """Turn restrictions by a node, one row per (from way, via node, to way), as OSM ids (int64).

    ``kind``: "no_left_turn", "only_straight_on"…; ``vehicle``: the key's suffix ("" for every vehicle);
    ``exempt``: the values of ``except``, separated by ";". ``n_via_way`` and ``n_conditional`` were left out.
    """

    from_way: NDArray[np.int64]
    via_node: NDArray[np.int64]
    to_way: NDArray[np.int64]
    kind: tuple[str, ...]
    vehicle: tuple[str, ...]
    exempt: tuple[str, ...]
    n_via_way: int
    n_conditional: int


@dataclass(frozen=True)
class ExtraitOsm:
    """Roads of an extract. Nodes are those the kept ways refer to, by ascending id; lon, lat WGS 84 degrees.

    Way ``w`` runs through nodes ``way_node[way_start[w]:way_start[w + 1]]`` (row numbers of nodes);
    references to nodes that the file does not hold are cut out and counted. ``ring_*``: outlines of built-up
    land use.
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node_tags: Mapping[str, TagColumn]
    way_id: NDArray[np.int64]
    way_start: NDArray[np.int64]
    way_node: NDArray[np.int32]
    way_tags: Mapping[str, TagColumn]
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

    def add(self, row: int, tags: Any) -> None:
        for tag in tags:
            key = tag.k
            if key in self.keys:
                if key not in self.rows:
                    self.rows[key], self.codes[key], self.values[key] = array("i"), array("i"), {}
                values = self.values[key]
                self.rows[key].append(row)
                self.codes[key].append(values.setdefault(tag.v, len(values)))

    def freeze(self) -> dict[str, TagColumn]:
        return {
            key: TagColumn(to_numpy(row), to_numpy(self.codes[key]), tuple(self.values[key]))
            for key, row in sorted(self.rows.items())
        }


class _Lines:
    """Lists of nodes, one after the other, with their coordinates in units of 1e-7 degrees."""

    def __init__(self) -> None:
        self.ids = array("q")
        self.ref = array("q")
        self.x = array("i")
        self.y = array("i")
        self.length = array("q")

    def add(self, way: Any, table: Any = None) -> None:
        """Add a way; ``table`` finds coordinates that the pass did not bring along."""
        nodes = list(way.nodes)
        spots = nodes if table is None else [find_spot(table, node.ref) for node in nodes]
        self.ref.extend([node.ref for node in nodes])
        self.x.extend([spot.x for spot in spots])
        self.y.extend([spot.y for spot in spots])
        self.length.append(len(nodes))
        self.ids.append(way.id)

    def __len__(self) -> int:
        return len(self.ids)

    def locate(self, node_id: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
        """Starts, node rows, and how many references were cut out for want of their node."""
        ref = to_numpy(self.ref)
        place = np.searchsorted(node_id, ref)
        known = to_numpy(self.x) != NOWHERE
        owner = np.repeat(np.arange(len(self)), to_numpy(self.length))[known]
        start = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(self)))))
        return start.astype(np.int64), place[known].astype(np.int32), int((~known).sum())


def find_spot(table: Any, ref: int) -> Any:
    """A node's location, undefined where the file does not hold it."""
    try:
        return table.get(ref)
    except KeyError:
        return osmium.osm.Location()


def _list_nodes(*lines: _Lines) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Ids (ascending, once each), lon and lat of the nodes of these lines that the file holds."""
    ref, x, y = (
        np.concatenate([to_numpy(getattr(line, name)) for line in lines]) for name in ("ref", "x", "y")
    )
    known = x != NOWHERE
    node_id, first = np.unique(ref[known], return_index=True)
    return node_id, x[known][first] / UNITS_PER_DEGREE, y[known][first] / UNITS_PER_DEGREE


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
    restrictions, outer = _read_relations(path, tell)
    table = osmium.index.create_map("sparse_mem_array")
    roads, rings, tags = _read_ways(path, table, tell)
    _read_outer_rings(path, table, outer, rings)
    if not len(roads):
        raise _refuse(path, "aucune voie (clé « highway »)", "Choisissez un extrait qui contient les routes")
    node_id, lon, lat = _list_nodes(roads, rings)
    way_start, way_node, n_missing = roads.locate(node_id)
    if 2 * n_missing > len(roads.ref):
        raise _refuse(path, f"{n_missing} nœuds de voies sur {len(roads.ref)} sont absents", RETRY)
    ring_start, ring_node, _ = rings.locate(node_id)
    return ExtraitOsm(
        *(node_id, lon, lat, _read_node_tags(path, node_id, tell)),
        *(to_numpy(roads.ids), way_start, way_node, tags.freeze()),
        restrictions,
        *(ring_start, ring_node),
        n_missing,
        read_timestamp(path),
    )


RETRY = "Téléchargez de nouveau l’extrait et vérifiez sa taille"


def check_present(path: Path) -> None:
    """Refuse a path that is not a file."""
    if not path.is_file():
        raise _refuse(path, "fichier introuvable", "Vérifiez le chemin")


def _refuse(path: Path, quoi: str, que_faire: str) -> EntreeInvalide:
    return EntreeInvalide("Extrait OpenStreetMap refusé", (Faute(quoi, path.name, que_faire=que_faire),))


def stream(path: Path, entities: Any, *filters: Any, table: Any = None) -> Iterator[Any]:
    """Objects of one kind that pass the filters; osmium's errors become :class:`EntreeInvalide`.

    With a ``table`` of locations, nodes are read too, into it, and ways know where their nodes are.
    """
    try:
        if table is None:
            processor = osmium.FileProcessor(str(path), entities)
        else:
            processor = osmium.FileProcessor(str(path), entities | osmium.osm.NODE).with_locations(table)
            processor = processor.with_filter(osmium.filter.EntityFilter(entities))
        for each in filters:
            processor = processor.with_filter(each)
        yield from processor
    except RuntimeError as error:
        raise _refuse(path, _explain(str(error)), RETRY) from error


def _explain(error: str) -> str:
    if "EOF" in error or "truncated" in error:
        return "fichier tronqué"
    return f"ce n’est pas un fichier OpenStreetMap lisible ({error})"


def read_timestamp(path: Path) -> str | None:
    """Date of the extract as its header gives it (ISO 8601), or None."""
    with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
        return reader.header().get("osmosis_replication_timestamp") or None


def _read_relations(path: Path, tell: Progress) -> tuple[Restrictions, list[int]]:
    """Turn restrictions, and the outer ways of built-up multipolygons."""
    rows: list[tuple[int, int, int, str, str, str]] = []
    outer: list[int] = []
    n_via_way = n_conditional = 0
    for relation in stream(path, osmium.osm.RELATION, osmium.filter.KeyFilter("type")):
        tags = dict(relation.tags)
        if tags["type"] == "multipolygon" and tags.get("landuse") in BUILT_UP_LANDUSE:
            outer += [m.ref for m in relation.members if m.type == "w" and m.role in {"outer", ""}]
        elif tags["type"] == "restriction" or tags["type"].startswith("restriction:"):
            members = [(m.role, m.type, m.ref) for m in relation.members]
            n_conditional += any(key.endswith(":conditional") for key in tags)
            kinds = _list_kinds(tags)
            n_via_way += bool(kinds) and any(role == "via" and type_ == "w" for role, type_, _ in members)
            rows += [(*triple, *kind) for kind in kinds for triple in _list_triples(members)]
    tell("relations", len(rows), len(rows))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(6)]
    ids = [np.array(column, np.int64) for column in columns[:3]]
    texts = [tuple(map(str, column)) for column in columns[3:]]
    return Restrictions(ids[0], ids[1], ids[2], texts[0], texts[1], texts[2], n_via_way, n_conditional), outer


def _list_kinds(tags: dict[str, str]) -> list[tuple[str, str, str]]:
    """(kind, vehicle, exempt) for ``restriction`` and ``restriction:<vehicle>``.

    >>> _list_kinds({"restriction": "no_u_turn", "except": "bicycle", "restriction:conditional": "…"})
    [('no_u_turn', '', 'bicycle')]
    """
    keys = [
        key for key in sorted(tags) if key.partition(":")[0] == "restriction" and "conditional" not in key
    ]
    return [(tags[key], key.partition(":")[2], tags.get("except", "")) for key in keys]


def _list_triples(members: list[tuple[str, str, int]]) -> list[tuple[int, int, int]]:
    """Every (from, via, to) of a restriction whose via is one node; none otherwise."""
    via = [(type_, ref) for role, type_, ref in members if role == "via"]
    if [type_ for type_, _ in via] != ["n"]:
        return []
    from_, to = ([r for role, type_, r in members if (role, type_) == (end, "w")] for end in ("from", "to"))
    return [(a, via[0][1], b) for a in from_ for b in to]


def _read_ways(path: Path, table: Any, tell: Progress) -> tuple[_Lines, _Lines, _Columns]:
    """Ways with a highway or a ferry route, closed ways of built-up land use, and the roads' tags."""
    roads, rings, columns = _Lines(), _Lines(), _Columns(WAY_KEYS)
    wanted = osmium.filter.KeyFilter("highway", "route", "landuse")
    for n, way in enumerate(stream(path, osmium.osm.WAY, wanted, table=table), 1):
        tags = way.tags
        if "highway" in tags or tags.get("route") in FERRIES:
            columns.add(len(roads), tags)
            roads.add(way)
        elif tags.get("landuse") in BUILT_UP_LANDUSE and way.is_closed():
            rings.add(way)
        if n % STEP == 0:
            tell("voies", n, None)
    tell("voies", len(roads), len(roads))
    return roads, rings, columns


def _read_outer_rings(path: Path, table: Any, outer: list[int], rings: _Lines) -> None:
    """Add the closed outer ways of multipolygons, untagged themselves; ``table`` was filled before."""
    if outer:
        for way in stream(path, osmium.osm.WAY, osmium.filter.IdFilter(outer)):
            if way.is_closed() and way.tags.get("landuse") not in BUILT_UP_LANDUSE:
                rings.add(way, table)


def _read_node_tags(path: Path, node_id: NDArray[np.int64], tell: Progress) -> dict[str, TagColumn]:
    """Tags of these nodes (ascending ids): barriers, signals and who may pass them."""
    columns = _Columns(NODE_KEYS)
    for node in stream(path, osmium.osm.NODE, osmium.filter.KeyFilter("barrier", "highway")):
        row = int(np.searchsorted(node_id, node.id))
        if row < len(node_id) and node_id[row] == node.id:
            columns.add(row, node.tags)
    tell("nœuds", len(node_id), len(node_id))
    return columns.freeze()
