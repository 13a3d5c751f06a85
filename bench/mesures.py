"""What is measured, one function a question; figures are seconds unless their name says otherwise."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench import adversaires
from bench.cas import FOLDER, Cas, load_case
from bench.ordres import cuthill_mckee
from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.build import build_network
from maillage.network.roads import RoadTimes, gather
from maillage.network.routes.factor import Factor, customise, symbolic
from maillage.network.routes.graph import Attachment, Graph, Legs, split
from maillage.network.routes.order import neighbours
from maillage.network.routes.solve import n_workers, nearest_by_batch, starting, times_by_batch
from maillage.network.routes.what_if import RoadWhatIf
from maillage.network.travel_times import UNREACHABLE, Points, Sites
from maillage.sources.osm.assemblage import read_osm

Figures = dict[str, Any]
Result = TypeVar("Result")
Edit = Callable[[], None]
Question = Callable[[], Iterator[tuple[int, Any]]]
SEED = 7
N_TYPES = 209  # as an atlas asks
N_EVEN = 256
"""Types asked at once to be compared: batches of 32 and of 16 that two cores share evenly."""
SITES_OF_A_TYPE = 2_500  # one site for so many nodes, at the median
BUDGET_DS = 20 * 600


def factor_of(case: Cas) -> Factor:
    """Factorised on the order kept with the case."""
    return customise(symbolic(case.graph, lambda _: case.order), case.graph)


def fill_in(n_nodes: int) -> Figures:
    """Fill-in of nested dissection beside that of another ordering, in arcs per node."""
    case = load_case(n_nodes)
    other = symbolic(case.graph, cuthill_mckee)
    ours = symbolic(case.graph, lambda _: case.order)
    figures = {"dissection": len(ours.head) / n_nodes, "cuthill_mckee": len(other.head) / n_nodes}
    extract = Path(os.environ.get("MAILLAGE_DATA", "../shared/data")) / "osm" / "andorra.osm.pbf"
    return figures | {"reels": {"Andorre": real_fill_in(extract)} if extract.exists() else {}}


def real_fill_in(extract: Path) -> Figures:
    """Nodes of an extract's roads, and arcs of the pattern per node."""
    graph = build_network(read_osm(extract), load_mode("voiture")).graph
    pattern = symbolic(graph)
    roads = len(neighbours(graph.n_nodes, graph.tail, graph.head).node) / 2
    return {
        "noeuds": graph.n_nodes,
        "aretes": roads / graph.n_nodes,
        "arcs": len(pattern.head) / graph.n_nodes,
    }


def nearest(n_nodes: int, opponents: tuple[str, ...], repeat: int = 5) -> Figures:
    """The time to the nearest site of a type from every node; with the site's identity; what others take."""
    case = load_case(n_nodes)
    factor = factor_of(case)
    sources = [draw_sources(case.graph, t) for t in range(N_EVEN)]
    figures: Figures = {
        "noeuds": n_nodes,
        "types": N_EVEN,
        "sites_par_type": len(np.concatenate(sources)) / N_EVEN,
    }
    times, identities = (
        every_node(case.graph, factor, sources, by) for by in (times_by_batch, nearest_by_batch)
    )
    answer = [row for _, batch in times() for row in batch.T[:3].copy()]
    exhaust(identities())
    for cores in (1, 2):
        with on_cores(cores):
            for name, question in (("temps", times), ("identites", identities)):
                runs = [timed(lambda q=question: exhaust(q()))[1] for _ in range(repeat)]
                figures[f"{name}_ms_{cores}"] = statistics.median(runs) / N_EVEN * 1e3
    figures["reponses_egales"] = True
    for name in opponents:
        figures |= compare(name, case, sources, answer, (figures["temps_ms_1"], figures["temps_ms_2"]))
        figures["reponses_egales"] &= figures.pop("egal")
    return figures


def compare(
    name: str,
    case: Cas,
    sources: list[NDArray[np.int64]],
    answer: list[NDArray[np.uint32]],
    ours_ms: tuple[float, float],
) -> Figures:
    """One opponent on three types (pandana on one): building, milliseconds per type, does it agree."""
    makers: dict[str, Callable[[], adversaires.Ask]] = {
        "scipy": lambda: adversaires.scipy_dijkstra(case.graph),
        "dijkstra": lambda: adversaires.plain_dijkstra(case.graph),
        "routingkit": lambda: adversaires.routingkit(case.graph, case.order),
        "pandana": lambda: adversaires.pandana_pois(case.graph),
    }
    ask, build_s = timed(makers[name])
    if name == "dijkstra":
        ask(sources[0][:1])
    asked = sources[:1] if name == "pandana" else sources[:3]
    answers = [timed(lambda sources=s: ask(sources)) for s in asked]
    ms = statistics.median(seconds for _, seconds in answers) * 1e3
    truth = [np.where(row == UNREACHABLE, -1, row.astype(np.int64)) for row in answer]
    return {
        f"{name}_construction_s": build_s,
        f"{name}_ms": ms,
        f"{name}_rapport_1": ms / ours_ms[0],
        f"{name}_rapport_2": ms / ours_ms[1],
        "egal": all(np.array_equal(found, row) for (found, _), row in zip(answers, truth, strict=False)),
    }


def every_node(graph: Graph, factor: Factor, sources: list[NDArray[np.int64]], by: Any) -> Question:
    """Nearest of every type from every node, ready to be asked."""
    sites = at_nodes(np.concatenate(sources))
    type_index = np.repeat(np.arange(len(sources), dtype=np.int32), [len(s) for s in sources])
    everywhere = starting(factor, at_nodes(np.arange(graph.n_nodes)))
    return lambda: by(factor, everywhere, sites, type_index, len(sources))


def exhaust(batches: Iterator[tuple[int, Any]]) -> None:
    """Take every batch of answers, and drop it."""
    for _ in batches:
        pass


def at_nodes(node: NDArray[np.int64]) -> Legs:
    """Places that are nodes of the network."""
    ends = np.column_stack([node, np.full(len(node), -1)]).astype(np.int32)
    time = np.column_stack([np.zeros(len(node), np.uint32), np.full(len(node), UNREACHABLE)])
    none = np.full(len(node), UNREACHABLE)
    nowhere = np.full(len(node), -1, np.int32)
    return Legs(nowhere, ends, ends, time, time, none, none, np.zeros(len(node), np.uint32))


def draw_sources(graph: Graph, type_index: int) -> NDArray[np.int64]:
    """Nodes where a type has its sites: from rare to common, as service types are."""
    rng = np.random.default_rng([SEED, type_index])
    n_sites = max(int(graph.n_nodes / SITES_OF_A_TYPE * 4 ** rng.uniform(-1, 1)), 1)
    return np.unique(rng.integers(0, graph.n_nodes, n_sites))


def departement(n_nodes: int = 250_000, n_types: int = N_TYPES) -> Figures:
    """Every type from every node, at the size of a département."""
    case = load_case(n_nodes)
    factor = factor_of(case)
    sources = [draw_sources(case.graph, t) for t in range(n_types)]
    question = every_node(case.graph, factor, sources, nearest_by_batch)
    exhaust(question())
    shape = n_nodes, n_types
    times = [timed(lambda: gather(shape, question()))[1] for _ in range(3)]
    return {"types": n_types, "secondes": statistics.median(times), "crete_go": peak_gb()}


def france(n_nodes: int = 5_000_000, n_carreaux: int = 2_300_000, n_types: int = N_TYPES) -> Figures:
    """Times and identities of all carreaux, written to disk in batches of types as they come."""
    case = load_case(n_nodes)
    factor = factor_of(case)
    sources = [draw_sources(case.graph, t) for t in range(n_types)]
    type_index = np.repeat(np.arange(n_types, dtype=np.int32), [len(s) for s in sources])
    sites = at_nodes(np.concatenate(sources))
    origins = starting(factor, split(case.graph, anywhere(case.graph, n_carreaux)))
    file = FOLDER / "france.bin"
    start = time.perf_counter()
    with file.open("wb") as stream:
        for _, batch in nearest_by_batch(factor, origins, sites, type_index, n_types):
            batch.time_ds.tofile(stream)
            batch.site.tofile(stream)
    seconds = time.perf_counter() - start
    size_gb = file.stat().st_size / 1e9
    file.unlink()
    return {
        "carreaux": n_carreaux,
        "types": n_types,
        "secondes": seconds,
        "ecrit_go": size_gb,
        "crete_go": peak_gb(),
    }


def what_if(n_nodes: int, n_carreaux: int, types: tuple[int, ...], n_edits: int = 300) -> Figures:
    """Edits at random on types of so many sites: milliseconds each; the first sweep of a type apart."""
    case = load_case(n_nodes)
    rng = np.random.default_rng(SEED)
    roads = RoadTimes(case.graph, factor_of(case), by_arc, anywhere(case.graph, n_carreaux), "simule")
    type_index = np.repeat(np.arange(len(types), dtype=np.int32), types)
    sites = Sites(random_points(case.graph, len(type_index), rng), type_index, len(types))
    session, start_s = timed(lambda: roads.what_if(sites))
    first_ms = [
        timed(lambda t=t: session.open(*random_point(case.graph, rng), t))[1] * 1e3 for t in range(len(types))
    ]
    edits = [random_edit(case.graph, session, type_index, rng) for _ in range(n_edits)]
    ms = np.array([timed(edit)[1] * 1e3 for edit in edits])
    again = roads.nearest(sites)
    while session_undo(session):
        pass
    return {
        "noeuds": n_nodes,
        "carreaux": n_carreaux,
        "modifications": n_edits,
        "ouverture_s": start_s,
        "premiere_ms": statistics.median(first_ms),
        "mediane_ms": float(np.median(ms)),
        "p95_ms": float(np.percentile(ms, 95)),
        "pire_ms": float(ms.max()),
        "retour_exact": bool(
            np.array_equal(again.time_ds, session.nearest.time_ds)
            and np.array_equal(again.site, session.nearest.site)
        ),
    }


def random_edit(
    graph: Graph, session: RoadWhatIf, type_index: NDArray[np.int32], rng: np.random.Generator
) -> Edit:
    """Open, close, move or take back; drawn now, done when called."""
    kind = rng.choice(["ouvrir", "fermer", "deplacer", "defaire"])
    site, spot, new_type = (
        int(rng.integers(len(type_index))),
        random_point(graph, rng),
        int(rng.integers(type_index[-1] + 1)),
    )

    def edit() -> None:
        try:
            if kind == "ouvrir":
                session.open(*spot, new_type)
            elif kind == "fermer":
                session.close(site)
            elif kind == "deplacer":
                session.move(site, *spot)
            else:
                session.undo()
        except IndexError:  # already closed: open instead
            session.open(*spot, new_type)

    return edit


def session_undo(session: RoadWhatIf) -> bool:
    """Take one edit back; False when none is left."""
    try:
        session.undo()
    except IndexError:
        return False
    return True


def catchments(n_nodes: int = 250_000, n_carreaux: int = 60_000, n_sites: int = 2_500) -> Figures:
    """All pairs within twenty minutes."""
    case = load_case(n_nodes)
    roads = RoadTimes(case.graph, factor_of(case), by_arc, anywhere(case.graph, n_carreaux), "simule")
    sites = Sites(
        random_points(case.graph, n_sites, np.random.default_rng(SEED)), np.zeros(n_sites, np.int32), 1
    )
    roads.within(Sites(Points(sites.points.lon[:1], sites.points.lat[:1]), sites.type_index[:1], 1), 10)
    pairs, seconds = timed(lambda: roads.within(sites, BUDGET_DS))
    return {"paires": len(pairs.site), "secondes": seconds, "crete_go": peak_gb()}


def k_nearest(n_nodes: int = 250_000, n_carreaux: int = 60_000, k: int = 3, n_types: int = 32) -> Figures:
    """The three nearest of each of 32 types for the carreaux."""
    case = load_case(n_nodes)
    roads = RoadTimes(case.graph, factor_of(case), by_arc, anywhere(case.graph, n_carreaux), "simule")
    type_index = np.repeat(np.arange(n_types, dtype=np.int32), 100)
    sites = Sites(
        random_points(case.graph, len(type_index), np.random.default_rng(SEED)), type_index, n_types
    )
    roads.k_nearest(Sites(Points(np.zeros(1), np.zeros(1)), np.zeros(1, np.int32), 1), k)
    return {"k": k, "ms_par_type": timed(lambda: roads.k_nearest(sites, k))[1] / n_types * 1e3}


COLD = """
from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import Attachment, Graph
from maillage.network.routes.order import neighbours
from maillage.network.osm.build import build_network
from maillage.network.roads import RoadTimes, gather
from maillage.network.travel_times import Points, Sites
import numpy as np
there, back = np.int32([0, 1]), np.int32([1, 0])
graph = Graph(np.zeros(2), np.zeros(2), there, back, np.uint32([9, 9]), back)
place = Attachment(np.int32([0]), np.array([0.5]), np.uint32([0]))
roads = RoadTimes(graph, factorise(graph), lambda points: place, place, "simule")
sites = Sites(Points(np.zeros(1), np.zeros(1)), np.int32([0]), 1)
roads.nearest(sites), roads.k_nearest(sites, 2), roads.within(sites, 9)
session = roads.what_if(sites)
session.open(0.0, 0.0, 0), session.close(0), session.undo()
"""


def cold_start() -> Figures:
    """A new interpreter to the first answer of every kind, kernels read from numba's cache on disk."""

    def run() -> None:
        subprocess.run([sys.executable, "-c", COLD], check=True)

    run()
    return {"secondes": statistics.median(timed(run)[1] for _ in range(5))}


def machine() -> Figures:
    """What bounds us: bandwidth (a triad over 800 MB), latency (a random walk over 256 MB), other work."""
    load = round(os.getloadavg()[0], 1)  # of the last minute
    a, b, c = (np.ones(2**25) for _ in range(3))
    triad(a[:8], b[:8], c[:8])
    halves = [slice(0, 2**24), slice(2**24, 2**25)]
    with ThreadPoolExecutor(2) as pool:
        both = [timed(lambda: list(pool.map(lambda h: triad(a[h], b[h], c[h]), halves)))[1] for _ in range(5)]
    one = [timed(lambda: triad(a, b, c))[1] for _ in range(5)]
    gb = 3 * a.nbytes / 1e9
    return {
        "processeur": processor(),
        "coeurs": n_workers(),
        "memoire_go": memory_gb(),
        "charge": load,
        "go_s_1": gb / min(one),
        "go_s_2": gb / min(both),
        "latence_ns": latency_ns(),
    }


@njit(cache=True, nogil=True)
def triad(a, b, c):  # type: ignore[no-untyped-def]
    """a = b + 3 c, as in STREAM."""
    for i in range(len(a)):
        a[i] = b[i] + 3 * c[i]


@njit(cache=True, nogil=True)
def walk(after, steps):  # type: ignore[no-untyped-def]
    """Follow a random ring."""
    at = 0
    for _ in range(steps):
        at = after[at]
    return at


def processor() -> str:
    """The processor's model."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next(
        (line.split(": ", 1)[1] for line in lines if line.startswith("model name")), platform.machine()
    )


def memory_gb() -> int:
    """Physical memory."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def latency_ns(n: int = 2**25, steps: int = 2**21) -> float:
    """Nanoseconds to read from memory what depends on the read before."""
    order = np.random.default_rng(SEED).permutation(n)
    after = np.empty(n, np.int64)
    after[order] = np.roll(order, -1)
    walk(after, 1)
    return timed(lambda: walk(after, steps))[1] / steps * 1e9


def anywhere(graph: Graph, n: int) -> Attachment:
    """Places along the roads, in the order of the map."""
    rng = np.random.default_rng(SEED)
    arc = rng.integers(0, graph.n_arcs, n)
    arc = arc[np.argsort(graph.tail[arc], kind="stable")].astype(np.int32)
    return Attachment(arc, rng.random(n), rng.integers(0, 300, n).astype(np.uint32))


def by_arc(points: Points) -> Attachment:
    """Points of the bench name their arc by their longitude, and how far along it by their latitude."""
    return Attachment(points.lon.astype(np.int32), points.lat, np.full(len(points), 50, np.uint32))


def random_points(graph: Graph, n: int, rng: np.random.Generator) -> Points:
    """Points for :func:`by_arc`."""
    return Points(rng.integers(0, graph.n_arcs, n).astype(np.float64), rng.random(n))


def random_point(graph: Graph, rng: np.random.Generator) -> tuple[float, float]:
    """One of them."""
    return float(rng.integers(graph.n_arcs)), float(rng.random())


def timed(call: Callable[[], Result]) -> tuple[Result, float]:
    """Its result, and how many seconds it took."""
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def peak_gb() -> float:
    """The most memory this process ever held: `ru_maxrss` would begin at its parent's peak."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1e6


@contextmanager
def on_cores(n: int) -> Iterator[None]:
    """Run on the first ``n`` cores."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:n])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
