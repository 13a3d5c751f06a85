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
from maillage.sources.horaires import clear_unreadable
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.osm.fichier import (
    NOWHERE,
    UNITS_PER_DEGREE,
    check_present,
    find_spot,
    read_timestamp,
    stream,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SOURCE = "osm"
COLONNES = {"lon": pl.Float64, "lat": pl.Float64, "horaires": pl.String}


@dataclass
class _Places:
    """Places found so far: one row for each type of service that a place offers."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, thing: Any, spots: Iterable[Any]) -> None:
        """A place at the mean of the distinct spots that the file knows; nowhere when it knows none."""
        tags = {tag.k: tag.v for tag in thing.tags}
        types = find_types(tags)
        known = sorted({(spot.x, spot.y) for spot in spots} - {(NOWHERE, NOWHERE)}) if types else []
        lon, lat = (
            (sum(a) / len(known) / UNITS_PER_DEGREE for a in zip(*known, strict=True))
            if known
            else (None, None)
        )
        for type_ in types:
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
    places, table = _Places(), osmium.index.create_map("sparse_mem_array")
    keys = osmium.filter.KeyFilter(*list_keys())
    for node in stream(path, osmium.osm.NODE, keys):
        places.add("n", node, [node.location])
    for way in stream(path, osmium.osm.WAY, keys, table=table):
        places.add("w", way, way.nodes)
    _add_multipolygons(path, places, keys, table)
    frame = pl.DataFrame(places.rows, schema_overrides=COLONNES)
    return _finish(path, frame if places.rows else pl.DataFrame())


def _add_multipolygons(path: Path, places: _Places, keys: Any, table: Any) -> None:
    """Areas drawn by relations stand at the mean of their outer ways' nodes; ``table`` was filled before."""
    outer: dict[int, list[int]] = {}
    for relation in stream(path, osmium.osm.RELATION, keys):
        if relation.tags.get("type") == "multipolygon":
            outer[relation.id] = [m.ref for m in relation.members if m.type == "w" and m.role != "inner"]
    if not outer:
        return
    lines = _read_lines(path, {way for ways in outer.values() for way in ways})
    for relation in stream(path, osmium.osm.RELATION, osmium.filter.IdFilter(sorted(outer))):
        nodes = [node for way in outer[relation.id] for node in lines.get(way, [])]
        places.add("r", relation, (find_spot(table, node) for node in nodes))


def _read_lines(path: Path, ways: Iterable[int]) -> dict[int, list[int]]:
    """The nodes of these ways."""
    wanted = osmium.filter.IdFilter(sorted(ways))
    return {way.id: [node.ref for node in way.nodes] for way in stream(path, osmium.osm.WAY, wanted)}


def _finish(path: Path, frame: pl.DataFrame) -> Table:
    timestamp = read_timestamp(path)
    provenance = build_provenance(SOURCE, path, millesime=timestamp[:10] if timestamp else None)
    controle = Controle(path.name)
    if frame.height:
        lost = frame["lon"].is_null().sum()
        if lost:
            controle.warn(f"{lost} lieux sans coordonnées, écartés")
        frame = clear_unreadable(controle, frame.filter(pl.col("lon").is_not_null()).sort("id"))
    frame = frame.with_columns(
        precision=pl.lit("adresse"),
        effectif=pl.lit(1),
        itinerant=pl.lit(value=False),
        source=pl.lit(SOURCE),
        millesime=pl.lit(provenance.millesime),
    )
    return build_table("implantations", frame, provenance, controle)
