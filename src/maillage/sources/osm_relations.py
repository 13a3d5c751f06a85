"""What relations of an OpenStreetMap extract say of roads: forbidden turns, squares, ferry lines.

A relation that merged extracts hold twice is read once, in its newest version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from maillage.sources.osm_fichier import Progress, stream

FERRIES = frozenset(("ferry", "shuttle_train"))
BUILT_UP_LANDUSE = frozenset(("residential", "commercial", "retail"))
WITHOUT_HIGHWAY = {"railway": "platform", "public_transport": "platform", "man_made": "pier"}
OLD_CONDITIONS = frozenset(f"{unit}_{end}" for unit in ("date", "day", "hour") for end in ("on", "off"))
BESIDE_THE_LINE = (
    "platform",
    "stop",
    "guidepost",
    "link",
)  # roles, or beginnings of roles, off a ferry's line
Tags = dict[str, str]
Member = tuple[str, str, int]  # role, type ("n", "w", "r"), id


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
class Relation:
    """One relation: its tags and members."""

    tags: Tags
    members: tuple[Member, ...]

    def list_ways(self, *roles: str) -> list[int]:
        """Member ways, of these roles if any is named."""
        return [ref for role, type_, ref in self.members if type_ == "w" and (not roles or role in roles)]


@dataclass(frozen=True)
class Relations:
    """What relations say: turns; outer ways of built-up land use; outline way → its area's tags; ferry lines.

    ``ferry`` way → row of ``lines``, the tags of its line.
    """

    restrictions: Restrictions
    built_up: frozenset[int]
    area: dict[int, Tags]
    ferry: dict[int, int]
    lines: tuple[Tags, ...]


def read_relations(path: Path, tell: Progress) -> Relations:
    """Read the relations that speak of roads."""
    found = _read_newest(path)
    restrictions = _gather_restrictions(r for r in found if r.tags["type"].startswith("restriction"))
    areas = [r for r in found if r.tags["type"] == "multipolygon"]
    lines = [r for r in found if r.tags["type"] == "route"]
    tell("relations", len(restrictions.kind), len(restrictions.kind))
    outlines = [(r, way) for r in areas if is_walkable(r.tags) for way in r.list_ways("outer", "")]
    sailing = [
        (row, ref)
        for row, line in enumerate(lines)
        for role, type_, ref in line.members
        if type_ == "w" and not role.startswith(BESIDE_THE_LINE)
    ]
    return Relations(
        restrictions,
        frozenset(
            way
            for area in areas
            if area.tags.get("landuse") in BUILT_UP_LANDUSE
            for way in area.list_ways("outer", "")
        ),
        {way: area.tags | {"area": "yes"} for area, way in reversed(outlines)},
        {way: row for row, way in reversed(sailing)},
        tuple(line.tags for line in lines),
    )


def is_walkable(tags: Tags) -> bool:
    """Whether a thing is a road, a platform or a pier."""
    return "highway" in tags or any(tags.get(k, "").lower() == v for k, v in WITHOUT_HIGHWAY.items())


def is_ferry(tags: Tags) -> bool:
    """Whether a thing is a ferry or a shuttle train for vehicles."""
    return tags.get("route", "").strip().lower() in FERRIES


def _read_newest(path: Path) -> list[Relation]:
    """Relations of interest by ascending id, each in its newest version, the first of equal ones."""
    newest: dict[int, tuple[int, Relation]] = {}
    for relation in stream(path, osmium.osm.RELATION, osmium.filter.KeyFilter("type")):
        known = newest.get(relation.id)
        if known is None or relation.version > known[0]:
            tags = {tag.k: tag.v for tag in relation.tags}
            if _speaks_of_roads(tags):
                members = tuple((m.role, m.type, m.ref) for m in relation.members)
                newest[relation.id] = relation.version, Relation(tags, members)
    return [relation for _, (_, relation) in sorted(newest.items())]


def _speaks_of_roads(tags: Tags) -> bool:
    if tags["type"] == "multipolygon":
        return tags.get("landuse") in BUILT_UP_LANDUSE or is_walkable(tags)
    if tags["type"] == "route":
        return is_ferry(tags)
    return tags["type"].partition(":")[0] == "restriction"


def _gather_restrictions(relations: Iterable[Relation]) -> Restrictions:
    rows: list[tuple[int, int, int, str, str, str]] = []
    n_via_way = n_conditional = 0
    for relation in relations:
        kinds = _list_kinds(relation.tags)
        by_hour = not OLD_CONDITIONS.isdisjoint(relation.tags)
        n_conditional += by_hour or any(key.endswith(":conditional") for key in relation.tags)
        n_via_way += bool(kinds) and any(role == "via" and t == "w" for role, t, _ in relation.members)
        triples = [] if by_hour else list(_list_triples(relation))
        rows += [(*triple, *kind) for kind in kinds for triple in triples]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(6)]
    ids = [np.array(column, np.int64) for column in columns[:3]]
    texts = [tuple(map(str, column)) for column in columns[3:]]
    return Restrictions(ids[0], ids[1], ids[2], texts[0], texts[1], texts[2], n_via_way, n_conditional)


def _list_kinds(tags: Tags) -> list[tuple[str, str, str]]:
    """(kind, vehicle, exempt) for ``restriction`` and ``restriction:<vehicle>``.

    >>> _list_kinds({"restriction": "no_u_turn", "except": "bicycle", "restriction:conditional": "…"})
    [('no_u_turn', '', 'bicycle')]
    """
    keys = [
        key for key in sorted(tags) if key.partition(":")[0] == "restriction" and "conditional" not in key
    ]
    return [(tags[key].strip().lower(), key.partition(":")[2], tags.get("except", "")) for key in keys]


def _list_triples(relation: Relation) -> Iterator[tuple[int, int, int]]:
    """Every (from, via, to) of a restriction whose via is one node; none otherwise."""
    via = [(type_, ref) for role, type_, ref in relation.members if role == "via"]
    if [type_ for type_, _ in via] == ["n"]:
        for a in relation.list_ways("from"):
            yield from ((a, via[0][1], b) for b in relation.list_ways("to"))
