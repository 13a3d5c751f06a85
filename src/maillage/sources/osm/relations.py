"""What relations of an OpenStreetMap extract say of roads: forbidden turns, squares, ferry lines.

A relation that extracts hold twice is read once, in its newest version, which may be of no road any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from maillage.sources.osm.blocs import Things
from maillage.sources.osm.lecture import Reading
from maillage.sources.osm.pbf import RELATIONS
from maillage.sources.osm.virages import Member, Restrictions, Tags, gather_restrictions

FERRIES = frozenset(("ferry", "shuttle_train"))
BUILT_UP_LANDUSE = frozenset(("residential", "commercial", "retail"))
WITHOUT_HIGHWAY = {"railway": "platform", "public_transport": "platform", "man_made": "pier"}
BESIDE_THE_LINE = (
    "platform",
    "stop",
    "guidepost",
    "link",
)  # roles, or beginnings of roles, off a ferry's line
MEMBER_TYPES = "nwr"


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

    ``ferry`` way → row of ``lines``, the tags of its line. ``needed``: for each relation, its
    nature and the ways without which it says less than it should.
    """

    restrictions: Restrictions
    built_up: frozenset[int]
    area: dict[int, Tags]
    ferry: dict[int, int]
    lines: tuple[Tags, ...]
    needed: tuple[tuple[str, frozenset[int]], ...]


def read_relations(reading: Reading) -> Relations:
    """Read the relations that speak of roads."""
    found = _read_newest(reading)
    turns = [r for r in found if r.tags["type"].startswith("restriction")]
    areas = [r for r in found if r.tags["type"] == "multipolygon"]
    lines = [r for r in found if r.tags["type"] == "route"]
    outlines = [(r, way) for r in areas if is_walkable(r.tags) for way in r.list_ways("outer", "")]
    sailing = [(row, way) for row, line in enumerate(lines) for way in _list_sailing(line)]
    needed = (
        *(("restriction", frozenset(r.list_ways("from", "via", "to"))) for r in turns),
        *(("multipolygon", frozenset(r.list_ways("outer", ""))) for r in areas),
        *(("route", frozenset(_list_sailing(r))) for r in lines),
    )
    return Relations(
        gather_restrictions((r.tags, r.members) for r in turns),
        frozenset(
            way
            for area in areas
            if area.tags.get("landuse") in BUILT_UP_LANDUSE
            for way in area.list_ways("outer", "")
        ),
        {way: area.tags | {"area": "yes"} for area, way in reversed(outlines)},
        {way: row for row, way in reversed(sailing)},
        tuple(line.tags for line in lines),
        needed,
    )


def _list_sailing(line: Relation) -> list[int]:
    """The ways that a ferry's line sails."""
    return [ref for role, type_, ref in line.members if type_ == "w" and not role.startswith(BESIDE_THE_LINE)]


def is_walkable(tags: Tags) -> bool:
    """Whether a thing is a road, a platform or a pier."""
    return "highway" in tags or any(tags.get(k, "").lower() == v for k, v in WITHOUT_HIGHWAY.items())


def is_ferry(tags: Tags) -> bool:
    """Whether a thing is a ferry or a shuttle train for vehicles."""
    return tags.get("route", "").strip().lower() in FERRIES


def _read_newest(reading: Reading) -> list[Relation]:
    """Relations of interest by ascending id, each in its newest version, the first of equal ones."""
    newest: dict[int, tuple[tuple[int, int], Relation | None]] = {}
    for _, things in reading.read(RELATIONS):
        for ident, age, relation in _list_relations(things):
            if ident not in newest or age > newest[ident][0]:
                newest[ident] = age, relation
    return [relation for _, (_, relation) in sorted(newest.items()) if relation is not None]


def _list_relations(things: Things) -> Iterable[tuple[int, tuple[int, int], Relation | None]]:
    """Id, version and date, and the relation itself where it speaks of roads."""
    every = things.tags.list_by_row(len(things))
    ages = zip(things.version.tolist(), things.stamp.tolist(), strict=True)
    for row, (ident, age, tags) in enumerate(zip(things.id.tolist(), ages, every, strict=True)):
        yield ident, age, _list_members(things, row, tags) if _speaks_of_roads(tags) else None


def _list_members(things: Things, row: int, tags: Tags) -> Relation:
    span = slice(things.start[row], things.start[row + 1])
    roles = [things.tags.texts.read(role) for role in things.role[span].tolist()]
    types = [MEMBER_TYPES[sort] for sort in np.clip(things.sort[span], 0, 2).tolist()]
    return Relation(tags, tuple(zip(roles, types, things.ref[span].tolist(), strict=True)))


def _speaks_of_roads(tags: Tags) -> bool:
    if tags.get("type") == "multipolygon":
        return tags.get("landuse") in BUILT_UP_LANDUSE or is_walkable(tags)
    if tags.get("type") == "route":
        return is_ferry(tags)
    return tags.get("type", "").partition(":")[0] == "restriction"
