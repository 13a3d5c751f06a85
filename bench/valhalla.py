"""Our times beside Valhalla's on the same extracts; ``python -m bench.valhalla`` writes ``docs/vitesses.md``.

python -m bench.valhalla --python PYTHON EXTRAIT…    PYTHON: one with ``valhalla.requirements.txt``

Trips go from a crossing to another, drawn by a seeded generator among those of each mode's network, at least
a kilometre apart as the crow flies. Nothing is fitted on the answers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.tableaux import number, table
from maillage.atlas.reseau.osm import list_ways
from maillage.catalogue.sphere import measure_m
from maillage.catalogue.vitesses import load_mode, load_rule_labels, with_crossing_costs
from maillage.network.osm.build import RoadNetwork, build_network
from maillage.network.osm.delays import RULES
from maillage.network.osm.rules import list_classes
from maillage.network.routes.factor import Factor, factorise
from maillage.network.routes.graph import Attachment, split
from maillage.network.routes.paths import Step, explain, find_route
from maillage.sources.osm.assemblage import ExtraitOsm, read_osm

RACINE = Path(__file__).parents[1]
COSTINGS = {"voiture": "auto", "velo": "bicycle", "marche": "pedestrian"}
N_PAIRS, SEED, APART_M = 400, 2026, 1000.0
RARE = 20  # trips below which a class is not told apart
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trajets:
    """Trips of one mode on one extract: seconds by Valhalla, by us without and with costs at crossings.

    ``classe``: the class that our route without costs drives longest; ``regles``: costs met in all, by name.
    ``exemple``: of the trip that loses most at crossings, the rows of its explanation, and both times.
    """

    extrait: str
    mode: str
    valhalla: Floats
    sans: Floats
    avec: Floats
    classe: NDArray[np.str_]
    regles: dict[str, int]
    noeuds: tuple[int, int]
    arcs: tuple[int, int]
    exemple: tuple[list[list[str]], float, float]


def draw_pairs(network: RoadNetwork) -> NDArray[np.int64]:
    """Pairs of nodes of the graph, int64[pairs, 2]."""
    graph, draw = network.graph, np.random.default_rng(SEED)
    pairs = draw.integers(0, graph.n_nodes, (40 * N_PAIRS, 2))
    a, b = pairs.T
    apart = measure_m(graph.lon[a], graph.lat[a], graph.lon[b], graph.lat[b]) >= APART_M
    return pairs[apart][:N_PAIRS]


def find_trip(network: RoadNetwork, factor: Factor, spots: Floats) -> list[Step] | None:
    """Our route between two spots (lon, lat, lon, lat), each put on the road that starts or ends there."""
    places = [_stand(network, spots[i], spots[i + 1]) for i in (0, 2)]
    route = find_route(network.graph, factor, *(split(network.graph, place) for place in places))
    assert network.graph.ways is not None
    return None if route is None else explain(route, network.graph.ways)


def _stand(network: RoadNetwork, lon: float, lat: float) -> Attachment:
    graph, n = network.graph, network.shapes.n_roads
    for end, fraction in ((graph.tail[:n], 0.0), (graph.head[:n], 1.0)):
        there = np.flatnonzero((graph.lon[end] == lon) & (graph.lat[end] == lat))
        if len(there):
            return Attachment(there[:1].astype(np.int32), np.array([fraction]), np.zeros(1, np.uint32))
    raise ValueError((lon, lat))


def compare(path: Path, extract: ExtraitOsm, mode: str, ask: Any) -> Trajets:
    """Draw, route and time the trips of one mode."""
    plain, dear = (
        build_network(extract, with_crossing_costs(load_mode(mode), applied=applied))
        for applied in (False, True)
    )
    graph, pairs = plain.graph, draw_pairs(plain)
    spots = np.column_stack(
        [graph.lon[pairs[:, 0]], graph.lat[pairs[:, 0]], graph.lon[pairs[:, 1]], graph.lat[pairs[:, 1]]]
    )
    theirs = np.array([np.nan if s is None else s for s in ask(path, COSTINGS[mode], spots)])
    factors = factorise(plain.graph), factorise(dear.graph)
    before, after = (
        [find_trip(network, factor, row) for row in spots]
        for network, factor in zip((plain, dear), factors, strict=True)
    )
    both = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a and b and theirs[i] > 0]
    met = [step.way for i in both for step in after[i] or () if step.way < 0]
    labels = load_rule_labels()
    most = max(both, key=lambda i: sum(step.way < 0 for step in after[i] or ()))
    ends = (sum(step.time_ds for step in trips[most] or ()) / 10 for trips in (before, after))
    return Trajets(
        path.name.split(".")[0],
        mode,
        theirs[both],
        *(
            np.array([sum(step.time_ds for step in trips[i] or ()) / 10 for i in both])
            for trips in (before, after)
        ),
        np.array([_find_class(extract, before[i] or []) for i in both]),
        {labels[name]: met.count(rule) for rule, name in RULES.items() if rule in met},
        (plain.graph.n_nodes, dear.graph.n_nodes),
        (plain.graph.n_arcs, dear.graph.n_arcs),
        (list_steps(extract, after[most] or []), *ends),
    )


def list_steps(extract: ExtraitOsm, steps: list[Step]) -> list[list[str]]:
    """Way or rule, metres, seconds; following steps of one name as one."""
    names, labels = list_ways(extract), load_rule_labels()
    told = {row["voie"]: row["ref"] or row["nom"] or row["classe"] for row in names.iter_rows(named=True)}
    rows = []
    for name, group in groupby(
        steps, lambda step: labels[RULES[step.way]] if step.way < 0 else told[step.way]
    ):
        same = list(group)
        length = sum(step.length_m for step in same)
        seconds = sum(step.time_ds for step in same) / 10
        rows.append([name, number(length, 0) if same[0].way >= 0 else "", number(seconds)])
    return rows


def _find_class(extract: ExtraitOsm, steps: list[Step]) -> str:
    """The class of way driven longest."""
    classes = dict(
        zip(extract.way_id.tolist(), list_classes(extract.way_tags, len(extract.way_id)), strict=True)
    )
    length: dict[str, float] = {}
    for step in steps:
        if step.way >= 0:
            length[classes[step.way]] = length.get(classes[step.way], 0.0) + step.length_m
    return str(max(sorted(length), key=lambda name: length[name]))


def describe(ours: Floats, theirs: Floats) -> list[str]:
    """Median ratio, tenth and ninetieth hundredths, correlation."""
    low, middle, high = np.quantile(ours / theirs, (0.1, 0.5, 0.9))
    return [
        number(middle, 2),
        f"{number(low, 2)} à {number(high, 2)}",
        number(float(np.corrcoef(ours, theirs)[0, 1]), 3),
    ]


def write_page(found: list[Trajets], version: str) -> str:
    """The page, from its model."""
    whole = [
        [
            f"{t.extrait}, {load_mode(t.mode).nom}",
            str(len(t.valhalla)),
            *describe(t.sans, t.valhalla),
            *describe(t.avec, t.valhalla),
        ]
        for t in found
    ]
    by_class = [
        [f"{t.extrait}, {load_mode(t.mode).nom}, {name}", str(int((t.classe == name).sum()))]
        + [describe(ours[t.classe == name], t.valhalla[t.classe == name])[0] for ours in (t.sans, t.avec)]
        for t in found
        for name in np.unique(t.classe).tolist()
        if (t.classe == name).sum() >= RARE
    ]
    size = [
        [
            f"{t.extrait}, {load_mode(t.mode).nom}",
            *(f"{number(a, 0)} → {number(b, 0)}" for a, b in (t.noeuds, t.arcs)),
            ", ".join(f"{name} : {number(n, 0)}" for name, n in t.regles.items()) or "aucun",
        ]
        for t in found
    ]
    model = (RACINE / "bench/vitesses.modele.md").read_text("utf-8")
    head = [
        "",
        "trajets",
        "rapport médian, sans",
        "de 10 à 90 %",
        "corrélation",
        "rapport médian, avec",
        "de 10 à 90 %",
        "corrélation",
    ]
    return (
        model.replace("{ENSEMBLE}", table(head, whole))
        .replace("{CLASSES}", table(["", "trajets", "rapport médian, sans", "avec"], by_class))
        .replace("{GRAPHES}", table(["", "nœuds", "arcs", "coûts rencontrés"], size))
        .replace("{EXEMPLES}", "\n\n".join(write_example(t) for t in found if t.mode == "voiture"))
        .replace("{VERSION}", version)
        .replace("{TRAJETS}", str(N_PAIRS))
        .replace("{GRAINE}", str(SEED))
    )


def write_example(t: Trajets) -> str:
    """The trip that loses most at crossings."""
    rows, without, dear = t.exemple
    total = f"{t.extrait} : {number(without)} s sans les coûts, {number(dear)} s avec."
    return total + "\n\n" + table(["voie ou coût", "m", "s"], rows)


def main() -> None:
    """Compare and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("extraits", nargs="+", type=Path)
    parser.add_argument("--python", required=True, help="an interpreter that has pyvalhalla")
    options = parser.parse_args()
    versions: set[str] = set()

    def ask(path: Path, costing: str, spots: Floats) -> list[float | None]:
        command = [options.python, "-I", str(RACINE / "bench/valhalla_temoin.py"), str(path)]
        pairs = json.dumps({costing: spots.tolist()})
        answer = json.loads(
            subprocess.run(command, input=pairs, capture_output=True, text=True, check=True).stdout
        )
        versions.add(answer["version"])
        times: list[float | None] = answer[costing]
        return times

    found = []
    for path in options.extraits:
        extract = read_osm(path)
        found += [compare(path, extract, mode, ask) for mode in COSTINGS]
    page = write_page(found, ", ".join(sorted(versions)))
    (RACINE / "docs/vitesses.md").write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()
