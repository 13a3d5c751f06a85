"""What relations of an OpenStreetMap extract say of roads: forbidden turns, squares, ferry lines.

A relation that merged extracts hold twice is read once, in its newest version.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import osmium

from maillage.sources.osm_fichier import Progress, stream
from maillage.sources.osm_virages import Member, Restrictions, Tags, gather_restrictions

FERRIES = frozenset(("ferry", "shuttle_train"))
BUILT_UP_LANDUSE = frozenset(("residential", "commercial", "retail"))
WITHOUT_HIGHWAY = {"railway": "platform", "public_transport": "platform", "man_made": "pier"}
BESIDE_THE_LINE = (
    "platform",
    "stop",
    "guidepost",
    "link",
)  # roles, or beginnings of roles, off a ferry's line


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
    restrictions = gather_restrictions(
        (r.tags, r.members) for r in found if r.tags["type"].startswith("restriction")
    )
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
