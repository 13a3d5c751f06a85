"""What comes before the first question, and what it buys: ours beside routingkit-cch, pandana and scipy.

Each engine runs in a process of its own, so that its memory peak is its own; ours first: it leaves its order,
on which routingkit-cch is built, and its answers, to which those of the others are compared.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench import adversaires
from bench.cas import FOLDER, Cas, load_case
from bench.mesures import N_EVEN, Figures, draw_sources, every_node, exhaust, on_cores, peak_gb, timed
from bench.reseau import make_network
from maillage.network.routes.factor import Factor, Pattern, customise, factorise, symbolic
from maillage.network.routes.graph import Graph
from maillage.network.routes.order import neighbours, nested_dissection
from maillage.network.routes.solve import times_by_batch
from maillage.network.travel_times import UNREACHABLE

WARM: Final = 100_000
"""Nodes of a network that is cut, so that every kernel of the preparation has run once."""
ASKED: Final = 3
"""Types asked of the others, and of ours to compare."""


def kept(n_nodes: int) -> Path:
    """What ours leaves for the others."""
    return FOLDER / f"avant-{n_nodes}.npz"


def ours(n_nodes: int) -> Figures:
    """Seconds of each phase on one core, then on two; milliseconds per type; arcs and memory."""
    case = load_case(n_nodes)
    factorise(make_network(WARM))  # compiled kernels come in
    figures: Figures = {"noeuds": n_nodes, "types": N_EVEN}
    for cores in (1, 2):
        with on_cores(cores):
            order, pattern, factor = prepare(case.graph, cores, figures)
    figures |= {
        "arcs_par_noeud": len(pattern.head) / n_nodes,
        "arcs_utiles_par_noeud": sum(len(half.head) for half in (factor.up, factor.down)) / 2 / n_nodes,
        "facteur_mo": sum(array.nbytes for half in (factor.up, factor.down) for array in half) / 1e6,
        "crete_go": peak_gb(),
    }
    question = every_node(
        case.graph, factor, [draw_sources(case.graph, t) for t in range(N_EVEN)], times_by_batch
    )
    first = next(iter(question()))[1][:, :ASKED].copy()
    for cores in (1, 2):
        with on_cores(cores):
            runs = [timed(lambda: exhaust(question()))[1] for _ in range(3)]
            figures[f"ms_par_type_{cores}"] = statistics.median(runs) / N_EVEN * 1e3
    np.savez(kept(n_nodes), order=order, answer=first)
    return figures | {"crete_questions_go": peak_gb()}


def prepare(graph: Graph, cores: int, figures: Figures) -> tuple[NDArray[np.int32], Pattern, Factor]:
    """Everything, anew; its seconds go to ``figures``."""
    roads = neighbours(graph.n_nodes, graph.tail, graph.head)
    order, figures[f"ordre_s_{cores}"] = timed(lambda: nested_dissection(roads))
    pattern, figures[f"symbolique_s_{cores}"] = timed(lambda: symbolic(graph, lambda _: order))
    factor, figures[f"customise_s_{cores}"] = timed(lambda: customise(pattern, graph))
    return order, pattern, factor


def routingkit(n_nodes: int) -> Figures:
    """Its symbolic phase and customisation on our order, then every node pinned."""
    case, figures = load_case(n_nodes), {}
    order = np.load(kept(n_nodes))["order"]
    build, adapt = adversaires.prepare_routingkit(case.graph, order)
    _, figures["symbolique_s"] = timed(build)
    metric, figures["customise_s"] = timed(adapt)
    return figures | ask(case, adversaires.pin_routingkit(case.graph, metric))


def scipy(n_nodes: int) -> Figures:
    """Nothing to prepare but a matrix."""
    case = load_case(n_nodes)
    engine, seconds = timed(lambda: adversaires.scipy_dijkstra(case.graph))
    return {"construction_s": seconds} | ask(case, engine)


def pandana(n_nodes: int) -> Figures:
    """Its build alone: without a limit of distance it takes minutes to answer for one type."""
    case = load_case(n_nodes)
    return {"construction_s": timed(lambda: adversaires.pandana_pois(case.graph))[1], "crete_go": peak_gb()}


def ask(case: Cas, engine: adversaires.Ask) -> Figures:
    """Milliseconds per type, and whether it agrees with ours to the decisecond."""
    answer = np.load(kept(case.graph.n_nodes))["answer"]
    found = [timed(lambda t=t: engine(draw_sources(case.graph, t))) for t in range(ASKED)]
    truth = [np.where(row == UNREACHABLE, -1, row.astype(np.int64)) for row in answer.T]
    return {
        "ms_par_type": statistics.median(seconds for _, seconds in found) * 1e3,
        "egal": all(np.array_equal(row, other) for (row, _), other in zip(found, truth, strict=True)),
        "crete_go": peak_gb(),
    }
