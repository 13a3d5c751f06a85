"""A large OpenStreetMap extract that no one drew: stated, seeded, the same bytes for the same seed.

    python -m bench.extrait FICHIER [--carrefours N] [--graine N]

Roads are those of :mod:`bench.reseau`, each with bends of its own; around them stands what fills a real
extract and what a reader of roads must pass over: buildings, land use, waterways, points, relations of all
kinds. Ids climb over OpenStreetMap's range with random gaps, things of all kinds mixed by lots, as years of
drawing leave them. Versions, dates and authors are written: without them a file would be too light.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from bench.reseau import make_network

SEED = 2026
CROSSINGS = 360_000  # some 200 MB
ORIGIN = (2.5, 49.0)  # the south-western corner, degrees
BENDS = 6  # nodes between the ends of a road, on average
# For one road, of each kind: how many, and nodes of each (on average), and size in degrees.
SHARES = {"road": 1.0, "building": 6.0, "area": 0.35, "line": 0.15}
LENGTHS = {"road": BENDS, "building": 4, "area": 25, "line": 15}
SIZES = {"road": 2e-5, "building": 8e-5, "area": 2e-3, "line": 1e-3}
POINTS = 0.6
BESIDE = 6e-4  # degrees between a road and what stands beside it, at most
LOT = 60  # things drawn in one sitting: their ids follow one another
TOP_NODE, TOP_WAY, TOP_RELATION = (
    12_000_000_000,
    1_350_000_000,
    18_000_000,
)  # OpenStreetMap's in 2025, rounded
FIRST_S, LAST_S = 1_230_000_000, 1_756_000_000  # 2008-12 and 2025-08
DATE = "2025-08-24T20:21:10Z"
CLASSES = (
    ("residential", 0.40), ("service", 0.19), ("track", 0.13), ("footway", 0.08), ("unclassified", 0.07),
    ("path", 0.05), ("tertiary", 0.04), ("secondary", 0.02), ("primary", 0.01), ("cycleway", 0.01),
)  # fmt: skip
TAGS: dict[str, tuple[dict[str, str], ...]] = {
    "building": ({"building": "yes", "source": "cadastre-dgi-fr"}, {"building": "house"}),
    "area": (
        {"landuse": "residential"}, {"landuse": "farmland"}, {"natural": "wood"}, {"landuse": "meadow"},
        {"natural": "water"},
    ),
    "line": ({"waterway": "stream"}, {"barrier": "fence"}, {"power": "line"}, {"waterway": "ditch"}),
    "point": (
        {"natural": "tree"}, {"highway": "crossing", "crossing": "uncontrolled"}, {"amenity": "bench"},
        {"highway": "bus_stop"}, {"power": "tower"}, {"addr:housenumber": "12", "addr:street": "Rue Haute"},
    ),
    "crossing": ({"highway": "traffic_signals"}, {"barrier": "gate"}, {"highway": "crossing"}),
}  # fmt: skip
NAMES = (
    "Rue de l’Église",
    "Rue Haute",
    "Chemin du Moulin",
    "Route de Lille",
    "Allée des Tilleuls",
    "Le Puits",
)
KINDS = tuple(SHARES)


@dataclass(frozen=True)
class Drawing:
    """Nodes by ascending id, in units of 1e-7 degrees; ways of :data:`KINDS`, through rows of nodes."""

    node_id: NDArray[np.int64]
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    sort: NDArray[np.int8]  # 0 a bend, 1 a crossing, 2 a point with tags
    kind: NDArray[np.int64]
    start: NDArray[np.int64]
    node: NDArray[np.int64]
    one_way: NDArray[np.bool_]


def draw(n_crossings: int, rng: np.random.Generator, seed: int) -> Drawing:
    """Everything that has a place, in the order of ids."""
    graph = make_network(n_crossings, seed)
    roads = np.flatnonzero((graph.reverse < 0) | (np.arange(graph.n_arcs) < graph.reverse))
    roads = roads[np.argsort(graph.tail[roads], kind="stable")]  # along the curve: what follows is near
    lon, lat = (c - c.min() + o for c, o in zip((graph.lon, graph.lat), ORIGIN, strict=True))
    tail, head = graph.tail[roads].astype(np.int64), graph.head[roads].astype(np.int64)
    counts = [int(SHARES[kind] * len(roads)) for kind in KINDS]
    kind = np.repeat(np.arange(len(KINDS)), counts)
    own = rng.poisson(np.array([LENGTHS[k] for k in KINDS])[kind]) + 3 * (kind != 0)
    own[kind == KINDS.index("building")] = 4
    near = np.concatenate([np.sort(rng.integers(0, len(roads), count)) for count in counts])
    near[: len(roads)] = np.arange(len(roads))
    way = np.repeat(np.arange(len(kind)), own)
    step = np.arange(len(way)) - np.repeat(np.cumsum(own) - own, own)
    is_road = kind == 0
    share = np.where(is_road[way], (step + 1) / (own[way] + 1), rng.random(len(kind))[way])
    turn, size = 2 * np.pi * step / own[way], np.array([SIZES[k] for k in KINDS])[kind[way]]
    aside = np.where(is_road, 0, BESIDE * (rng.random(len(kind)) - 0.5))[way]
    spots = []
    for place, wave in ((lon, np.cos(turn)), (lat, np.sin(turn))):
        a, b = place[tail[near]][way], place[head[near]][way]
        beside = place[tail[: int(POINTS * len(roads))]]
        points = beside + rng.normal(size=len(beside)) * BESIDE
        spots.append(np.concatenate([a + share * (b - a) + size * wave + aside, place, points]))
    sort = np.repeat(np.array([0, 1, 2], np.int8), [len(way), len(lon), len(spots[0]) - len(way) - len(lon)])
    rank = _mix(np.concatenate([way, len(kind) + np.arange(len(sort) - len(way)) // 5]), rng)
    order = np.argsort(rank, kind="stable")
    row = np.empty(len(order), np.int64)
    row[order] = np.arange(len(order))
    start, node = _link(own, is_road, row[: len(way)], row[len(way) + np.stack([tail, head])])
    x, y = (np.rint(spot[order] * 1e7).astype(np.int32) for spot in spots)
    lots = np.argsort(_mix(np.arange(len(kind)), rng), kind="stable")
    length = np.diff(start)[lots]
    first = np.concatenate([[0], np.cumsum(length)])
    node = node[np.repeat(start[lots] - first[:-1], length) + np.arange(first[-1])]
    one_way = np.concatenate([graph.reverse[roads] < 0, np.zeros(len(kind) - len(roads), bool)])[lots]
    return Drawing(_climb(len(x), TOP_NODE, rng), x, y, sort[order], kind[lots], first, node, one_way)


def _mix(thing: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """A rank for each row, by lots of :data:`LOT` things, the lots shuffled."""
    lot = thing // LOT
    return np.asarray(rng.permutation(int(lot.max()) + 1)[lot] * LOT + thing % LOT)


def _climb(n: int, top: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """``n`` ascending ids up to about ``top``."""
    return np.cumsum(rng.geometric(n / top, n)).astype(np.int64)


def _link(
    own: NDArray[np.int64], is_road: NDArray[np.bool_], row: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ways through their own nodes: a road between its two crossings, others back to their first."""
    more = np.where(is_road, 2, 1)
    start = np.concatenate([[0], np.cumsum(own + more)])
    before = np.cumsum(own) - own
    node = np.empty(start[-1], np.int64)
    node[np.repeat(start[:-1] + is_road - before, own) + np.arange(len(row))] = row
    node[start[:-1][is_road]], node[start[1:][is_road] - 1] = ends
    node[start[1:][~is_road] - 1] = row[before[~is_road]]
    return start, node


def _date(things: Any, version: NDArray[np.int64], stamp: NDArray[np.int64]) -> Iterator[Any]:
    """One thing of osmium, written over again and again: its version, date and author."""
    for v, s in zip(version.tolist(), stamp.tolist(), strict=True):
        things.version, things.changeset, things.uid = v, s // 20, s % 5003
        things.timestamp = datetime.fromtimestamp(s, UTC)
        things.user = f"dessinateur {s % 5003}"
        yield things


def _metadata(n: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Versions, and dates that climb with ids, lot by lot."""
    day = np.linspace(FIRST_S, LAST_S, n // LOT + 1).astype(np.int64)[np.arange(n) // LOT]
    version = rng.geometric(0.85, n)
    later = rng.integers(0, 200_000_000, n // LOT + 1)[np.arange(n) // LOT]
    return version, np.minimum(day + (version > 1) * later, LAST_S)


def list_nodes(drawing: Drawing, rng: np.random.Generator) -> Iterator[Any]:
    """Nodes, the same object again and again."""
    one = SimpleNamespace(visible=True, tags=None, location=None)
    tagged = (drawing.sort == 2) | ((drawing.sort == 1) & (rng.random(len(drawing.sort)) < 0.05))
    which = (rng.integers(0, 60, len(tagged)) * tagged).tolist()
    places = zip(
        drawing.node_id.tolist(), (drawing.x / 1e7).tolist(), (drawing.y / 1e7).tolist(), strict=True
    )
    dated = _date(one, *_metadata(len(tagged), rng))
    rows = zip(places, dated, which, tagged.tolist(), drawing.sort.tolist(), strict=True)
    for (ident, lon, lat), node, tag, has_tags, sort in rows:
        known = TAGS["point" if sort == 2 else "crossing"]
        node.id, node.location, node.tags = ident, (lon, lat), known[tag % len(known)] if has_tags else None
        yield node


def list_ways(drawing: Drawing, way_id: NDArray[np.int64], rng: np.random.Generator) -> Iterator[Any]:
    """Ways, the same object again and again; one outline in two hundred has no tags of its own."""
    one = SimpleNamespace(visible=True, tags=None, nodes=None)
    names, shares = zip(*CLASSES, strict=True)
    n = len(way_id)
    chosen = rng.choice(len(names), n, p=np.array(shares) / sum(shares)).tolist()
    lucky = rng.integers(0, 1000, n).tolist()
    dated = _date(one, *_metadata(n, rng))
    refs = drawing.node_id[drawing.node]
    bounds = zip(drawing.start[:-1].tolist(), drawing.start[1:].tolist(), strict=True)
    kinds, one_way = drawing.kind.tolist(), drawing.one_way.tolist()
    rows = zip(way_id.tolist(), kinds, one_way, chosen, lucky, bounds, dated, strict=True)
    for ident, kind, single, pick, luck, (a, b), way in rows:
        way.id, way.nodes = ident, refs[a:b].tolist()
        if kind == 0:
            way.tags = {"highway": names[pick]} | ({"oneway": "yes"} if single else {})
            if luck < 500:
                way.tags["name"] = f"{NAMES[luck % len(NAMES)]} {ident % 997}"
            if luck % 10 == 0:
                way.tags |= {"maxspeed": "30" if luck < 500 else "80", "surface": "asphalt"}
        else:
            known = TAGS[KINDS[kind]]
            way.tags = known[luck % len(known)] if luck >= 5 else None
        yield way


def list_relations(drawing: Drawing, way_id: NDArray[np.int64], rng: np.random.Generator) -> Iterator[Any]:
    """Forbidden turns at crossings, multipolygons of outlines, routes along roads."""
    roads, areas = (np.flatnonzero(drawing.kind == KINDS.index(kind)) for kind in ("road", "area"))
    n = len(roads) // 100
    sort = rng.integers(0, 4, n).tolist()
    one = SimpleNamespace(visible=True, tags=None, members=None)
    rows = zip(_climb(n, TOP_RELATION, rng).tolist(), sort, _date(one, *_metadata(n, rng)), strict=True)
    for ident, kind, relation in rows:
        relation.id = ident
        if kind == 0:
            a, b = rng.choice(roads, 2).tolist()
            via = int(drawing.node_id[drawing.node[drawing.start[a + 1] - 1]])
            ends = (("w", int(way_id[a]), "from"), ("n", via, "via"), ("w", int(way_id[b]), "to"))
            relation.members, relation.tags = (
                list(ends),
                {"type": "restriction", "restriction": "no_left_turn"},
            )
        elif kind == 1:
            outer = way_id[rng.choice(roads, 80)].tolist()
            relation.members = [("w", way, "") for way in outer]
            relation.tags = {"type": "route", "route": "bus", "ref": str(ident % 90)}
        else:
            outer = way_id[rng.choice(areas, 6)].tolist()
            relation.members = [("w", way, "outer") for way in outer]
            relation.tags = {"type": "multipolygon", "landuse": "residential" if kind == 2 else "forest"}
        yield relation


def write_extract(path: Path, n_crossings: int = CROSSINGS, seed: int = SEED) -> Path:
    """Write the extract that grows around a network of ``n_crossings`` nodes."""
    rng = np.random.default_rng(seed)
    drawing = draw(n_crossings, rng, seed)
    way_id = _climb(len(drawing.kind), TOP_WAY, rng)
    header = osmium.io.Header()
    corners = [float(c) / 1e7 for c in (drawing.x.min(), drawing.y.min(), drawing.x.max(), drawing.y.max())]
    header.add_box(osmium.osm.Box(*corners))
    header.set("osmosis_replication_timestamp", DATE)
    header.set("generator", "maillage bench")
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for node in list_nodes(drawing, rng):
            writer.add_node(node)
        for way in list_ways(drawing, way_id, rng):
            writer.add_way(way)
        for relation in list_relations(drawing, way_id, rng):
            writer.add_relation(relation)
    return path


def main() -> None:
    """Write one, and say its weight."""
    parser = argparse.ArgumentParser(prog="python -m bench.extrait", description=__doc__)
    parser.add_argument("fichier", type=Path)
    parser.add_argument("--carrefours", type=int, default=CROSSINGS)
    parser.add_argument("--graine", type=int, default=SEED)
    asked = parser.parse_args()
    path = write_extract(asked.fichier, asked.carrefours, asked.graine)
    print(f"{path} : {path.stat().st_size / 1e6:.0f} Mo")


if __name__ == "__main__":
    main()
