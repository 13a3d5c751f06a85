"""Places of an OpenStreetMap extract as an offer of services: anywhere, at once, as complete as its mappers.

A place mapped as an area stands at the mean of its outline's nodes. What the map does not hold is unknown,
not absent; a place mapped both as a point and as an area counts twice. Licence of the data: ODbL 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import osmium
import polars as pl

from maillage.catalogue.osm_types import find_types, list_keys
from maillage.sources.base import Table
from maillage.sources.controle import Controle
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.osm import check_present, read_timestamp, stream

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SOURCE = "osm"


@dataclass
class _Places:
    """Places found so far, and the nodes that outline those that are areas."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    outlines: list[list[int]] = field(default_factory=list)

    def add(self, kind: str, thing: Any, outline: list[int], lon: float | None, lat: float | None) -> None:
        """One row for each type of service that the place offers."""
        tags = {tag.k: tag.v for tag in thing.tags}
        for type_ in find_types(tags):
            self.outlines.append(outline)
            self.rows.append(
                {
                    "id": f"osm:{kind}{thing.id}:{type_}",
                    "type": type_,
                    "nom": tags.get("name") or tags.get("brand") or tags.get("operator"),
                    "lon": lon,
                    "lat": lat,
                    "horaires": tags.get("opening_hours"),
                }
            )


def read_places(path: Path) -> Table:
    """Implantations of every known type in the extract; ``precision`` is "adresse", no capacity is known.

    Raises:
        EntreeInvalide: the file is absent, is no OSM file, is cut short.
    """
    check_present(path)
    places = _Places()
    keys = osmium.filter.KeyFilter(*list_keys())
    for node in stream(path, osmium.osm.NODE, keys):
        places.add("n", node, [], node.lon, node.lat)
    for way in stream(path, osmium.osm.WAY, keys):
        places.add("w", way, [node.ref for node in way.nodes], None, None)
    _add_multipolygons(path, places, keys)
    _place_areas(path, places)
    frame = pl.DataFrame(places.rows, schema_overrides={"lon": pl.Float64, "lat": pl.Float64})
    return _finish(path, frame if places.rows else pl.DataFrame())


def _add_multipolygons(path: Path, places: _Places, keys: Any) -> None:
    """Areas drawn by relations: their outer ways are read for their nodes."""
    outer: dict[int, list[int]] = {}
    for relation in stream(path, osmium.osm.RELATION, keys):
        if relation.tags.get("type") == "multipolygon":
            outer[relation.id] = [m.ref for m in relation.members if m.type == "w" and m.role != "inner"]
    if not outer:
        return
    lines = _read_lines(path, {way for ways in outer.values() for way in ways})
    for relation in stream(path, osmium.osm.RELATION, osmium.filter.IdFilter(sorted(outer))):
        outline = [node for way in outer[relation.id] for node in lines.get(way, [])]
        places.add("r", relation, outline, None, None)


def _read_lines(path: Path, ways: Iterable[int]) -> dict[int, list[int]]:
    wanted = osmium.filter.IdFilter(sorted(ways))
    return {way.id: [node.ref for node in way.nodes] for way in stream(path, osmium.osm.WAY, wanted)}


def _place_areas(path: Path, places: _Places) -> None:
    """The mean of each outline's distinct nodes; null where the file holds none of them."""
    wanted = sorted({node for outline in places.outlines for node in outline})
    if not wanted:
        return
    nodes = stream(path, osmium.osm.NODE, osmium.filter.IdFilter(wanted))
    spots = {node.id: (node.lon, node.lat) for node in nodes}
    for row, outline in zip(places.rows, places.outlines, strict=True):
        known = [spots[node] for node in sorted(set(outline)) if node in spots]
        if known:
            row["lon"], row["lat"] = (sum(axis) / len(known) for axis in zip(*known, strict=True))


def _finish(path: Path, frame: pl.DataFrame) -> Table:
    timestamp = read_timestamp(path)
    provenance = build_provenance(SOURCE, path, millesime=timestamp[:10] if timestamp else None)
    controle = Controle(path.name)
    if frame.height:
        lost = frame["lon"].is_null().sum()
        if lost:
            controle.warn(f"{lost} lieux sans coordonnées, écartés")
        frame = frame.filter(pl.col("lon").is_not_null()).sort("id")
    frame = frame.with_columns(
        precision=pl.lit("adresse"),
        effectif=pl.lit(1),
        itinerant=pl.lit(value=False),
        source=pl.lit(SOURCE),
        millesime=pl.lit(provenance.millesime),
    )
    return build_table("implantations", frame, provenance, controle)
