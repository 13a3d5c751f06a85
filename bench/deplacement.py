"""A place dragged on the map: everyone's nearest times at each position, beside computing them all again.

    python -m bench.deplacement [--atlas ATLAS] [--osm FICHIER] [--deplacements N] [--json]

Positions are drawn at random, half of them of a place that stands, half of a new one; each is asked as the
page asks it (``SeanceGlissement.try_at``), then computed afresh on the edited list, and the two compared to
the decisecond. Cases: an atlas (its cells, its times); 60,000 cells on estimated times; 5,000 and 60,000 on a
network of 250,000 nodes; 5,000 places along the roads of an extract.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.cas import load_case
from bench.mesures import anywhere, by_arc, factor_of, random_points
from bench.placement_cas import SIDE_KM, draw_places
from maillage.atlas.etapes.temps import CELL_SPREAD
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.atlas.memoire import evaluate
from maillage.catalogue.vitesses import load_mode
from maillage.network.attach import index_roads
from maillage.network.estimate.formula import Habitants
from maillage.network.estimate.times import Estimate
from maillage.network.osm.build import build_network
from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import factorise
from maillage.network.travel_times import Points, Sites, TravelTimes
from maillage.scenarios.glisser import Glissement, SeanceGlissement, open_session
from maillage.scenarios.modifications import Scenario
from maillage.sources.osm.assemblage import read_osm

SEED = 2026
TYPE = "france_services"
SITES = 124  # as many as France services of the Nord
SEUIL_MIN = 20.0
KM_PER_DEGREE = 111.195
MIDI = (3.0, 50.0)  # where the synthetic département stands, degrees
Draw = Callable[[np.random.Generator], tuple[float, float]]


@dataclass(frozen=True)
class Banc:
    """A session to drag in, and what computes its times afresh: ``places`` float64[sites, 2], lon and lat."""

    nom: str
    seance: SeanceGlissement
    times: TravelTimes
    places: NDArray[np.float64]
    draw: Draw


def measure(banc: Banc, n: int) -> dict[str, Any]:
    """Milliseconds of each position, of the processor beside; how many times longer computing afresh is."""
    rng = np.random.default_rng(SEED)
    try_one(banc, rng), try_one(banc, rng)  # what is compiled or swept once
    load = os.getloadavg()[0]
    rows = [try_one(banc, rng) for _ in range(n)]
    drag, cpu, whole = (np.array([row[part] for row in rows]) * 1e3 for part in range(3))
    return {
        "cas": banc.nom,
        "carreaux": banc.times.n_origins,
        "lieux": len(banc.places),
        "deplacements": n,
        "mediane_ms": float(np.median(drag)),
        "p95_ms": float(np.percentile(drag, 95)),
        "pire_ms": float(drag.max()),
        "processeur_ms": float(cpu.mean()),
        "recalcul_ms": float(np.median(whole)),
        "rapport": float(np.median(whole) / np.median(drag)),
        "changes": float(np.mean([row[4] for row in rows])),
        "answers_equal": all(row[3] for row in rows),
        "charge": load,
    }


def try_one(banc: Banc, rng: np.random.Generator) -> tuple[float, float, float, bool, int]:
    """Seconds, of the processor, of computing afresh; whether they agree; how many cells moved."""
    row, there = int(rng.integers(2 * len(banc.places))), banc.draw(rng)
    ids = list(banc.seance.sites)
    lieu = ids[row] if row < len(ids) else None
    begun, used = time.perf_counter(), time.process_time()
    found = banc.seance.try_at(*there, lieu)
    drag_s, cpu_s = time.perf_counter() - begun, time.process_time() - used
    edited = np.vstack([banc.places[: min(row, len(ids))], there, banc.places[row + 1 :]])
    begun = time.perf_counter()
    wanted = nearest_of(banc.times, edited)
    whole_s = time.perf_counter() - begun
    return drag_s, cpu_s, whole_s, np.array_equal(after(banc.seance, found), wanted), len(found.rows)


def nearest_of(times: TravelTimes, places: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Deciseconds to the nearest of these places, from everywhere."""
    points = Points(places[:, 0].copy(), places[:, 1].copy())
    return times.nearest(Sites(points, np.zeros(len(places), np.int32), 1)).time_ds[:, 0]


def after(seance: SeanceGlissement, found: Glissement) -> NDArray[np.uint32]:
    """Everyone's times at this position."""
    now = seance.avant_ds.copy()
    now[found.rows] = found.time_ds
    return now


def on_atlas(folder: Path) -> Banc:
    """The France services of an atlas, on its own times; positions over its cells and a little beyond."""
    atlas = open_atlas(folder)
    seance = open_session(atlas, Scenario(nom="Rien"), TYPE)
    places = np.array([(lon, lat) for _, _, lon, lat in seance.lieux])
    cells = seance.lonlat

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        lon, lat = cells[rng.integers(len(cells))] + rng.uniform(-0.02, 0.02, 2)
        return float(lon), float(lat)

    times = evaluate(atlas).calcul.times
    return Banc(f"{atlas.manifest.nom}, temps {times.fiabilite}s", seance, times, places, draw)


def on_estimate(cells: int = 60_000) -> Banc:
    """A synthetic département on estimated times."""
    rng = np.random.default_rng(SEED)
    where, people = draw_places(cells, rng)
    turn = np.array([1 / (KM_PER_DEGREE * np.cos(np.radians(MIDI[1]))), 1 / KM_PER_DEGREE])
    lonlat = MIDI + where * turn
    points = Points(lonlat[:, 0].copy(), lonlat[:, 1].copy())
    times = Estimate(points, Habitants(points, people), spread_m=1000 * CELL_SPREAD)
    places = lonlat[rng.choice(cells, SITES, replace=False)]

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        lon, lat = MIDI + rng.uniform(0, SIDE_KM, 2) * turn
        return float(lon), float(lat)

    return Banc("synthétique, temps estimés", open_on(times, places, lonlat, people), times, places, draw)


def on_network(cells: int, nodes: int = 250_000) -> Banc:
    """A synthetic network: a point names its arc by its longitude (see :func:`by_arc`)."""
    case = load_case(nodes)
    times = RoadTimes(case.graph, factor_of(case), by_arc, anywhere(case.graph, cells), "simule")
    sites = random_points(case.graph, SITES, np.random.default_rng(SEED))
    places = np.column_stack([sites.lon, sites.lat])

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        return float(rng.integers(case.graph.n_arcs)), float(rng.random())

    seance = open_on(times, places, np.zeros((cells, 2)), np.ones(cells))
    return Banc(f"réseau synthétique de {nodes} nœuds", seance, times, places, draw)


def on_extract(file: Path, cells: int = 5_000) -> Banc:
    """Real roads: people and places beside the points that draw them."""
    rules = load_mode("voiture")
    network = build_network(read_osm(file), rules)
    rng = np.random.default_rng(SEED)
    nodes = np.column_stack([network.graph.lon, network.graph.lat])
    lonlat = nodes[rng.integers(0, len(nodes), cells)] + rng.normal(0, 0.001, (cells, 2))
    attach = index_roads(network.shapes, rules.acces_kmh, rules.acces_max_m)
    origins = attach(Points(lonlat[:, 0].copy(), lonlat[:, 1].copy()))
    times = RoadTimes(network.graph, factorise(network.graph), attach, origins)
    places = lonlat[rng.choice(cells, SITES, replace=False)]

    def draw(rng: np.random.Generator) -> tuple[float, float]:
        lon, lat = lonlat[rng.integers(cells)] + rng.normal(0, 0.002, 2)
        return float(lon), float(lat)

    seance = open_on(times, places, lonlat, np.ones(cells))
    return Banc(f"routes de {file.name}", seance, times, places, draw)


def open_on(
    times: TravelTimes, places: NDArray[np.float64], lonlat: NDArray[np.float64], people: NDArray[np.float64]
) -> SeanceGlissement:
    """A session on arrays, as :func:`open_session` makes one on an atlas."""
    points = Points(places[:, 0].copy(), places[:, 1].copy())
    session = times.what_if(Sites(points, np.zeros(len(places), np.int32), 1))
    rows = {str(row): row for row in range(len(places))}
    return SeanceGlissement(
        session, session.nearest.time_ds[:, 0].copy(), lonlat, people, rows, (), SEUIL_MIN
    )


def list_cases(atlas: Path | None, osm: Path | None) -> Iterator[Banc]:
    """What can be measured with what is given."""
    if atlas:
        yield on_atlas(atlas)
    yield on_estimate()
    yield on_network(5_000)
    yield on_network(60_000)
    if osm:
        yield on_extract(osm)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.deplacement", description=__doc__)
    parser.add_argument("--atlas", type=Path)
    parser.add_argument("--osm", type=Path, help="an extract of OpenStreetMap")
    parser.add_argument("--deplacements", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for banc in list_cases(asked.atlas, asked.osm):
        figures = measure(banc, asked.deplacements)
        print(json.dumps(figures) if asked.json else figures, flush=True)


if __name__ == "__main__":
    main()
