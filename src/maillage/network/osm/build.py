"""The graph of one mode, from the arrays of an extract: the whole chain, and what it left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.vitesses import Mode
from maillage.network.osm.chains import Chains, join_segments
from maillage.network.osm.crossings import Crossings, open_crossings
from maillage.network.osm.delays import Delays, Signs, read_signs
from maillage.network.osm.drawing import Survey, draw_network
from maillage.network.osm.extract import Extract
from maillage.network.osm.heights import Ground
from maillage.network.osm.islands import Island, Reach, keep_components, list_islands
from maillage.network.osm.residents import Residents, add_pockets, find_residents
from maillage.network.osm.rules import apply_rules, judge_nodes, list_conditional, list_unread_access
from maillage.network.osm.segments import cut_ways
from maillage.network.osm.slopes import measure_slopes
from maillage.network.osm.speeds import compute_driving, compute_times, list_unread_limits
from maillage.network.osm.turns import ForbiddenTurns, find_via_nodes, list_applicable, list_turns
from maillage.network.routes.graph import Graph
from maillage.network.shapes import Shapes

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What was read, kept and left out. ``turns``: restrictions by fate; ``n_opened_*``, ``n_copies``:
    the nodes, links and arcs that they cost.

    ``residents_km``: roads open in some direction only to those who stop there, ``pockets_km`` among them for
    lying behind others. ``unread``: "key=value" that no table holds; ``conditional``: rules by hour or
    season, not applied; both with the number of ways (or nodes) that bear them.
    """

    n_ways: int
    n_ways_open: int
    n_segments: int
    n_barriers: int
    n_destination: int
    n_missing_refs: int
    n_roads: int
    length_km: float
    turns: dict[str, int]
    n_opened_nodes: int
    n_opened_links: int
    n_copies: int
    n_components: int
    n_islands: int
    islands_km: float
    islands: tuple[Island, ...]
    residents_km: float
    pockets_km: float
    unread: dict[str, int]
    conditional: dict[str, int]


@dataclass(frozen=True)
class Heights:
    """What was known of heights along the roads kept; kilometres, and the metres of the grid's step.

    ``unknown_km``: counted as flat; ``steep_km``: steeper than the bound; ``structure_km``: bridges, tunnels.
    """

    step_m: float
    known_km: float
    unknown_km: float
    steep_km: float
    structure_km: float


@dataclass(frozen=True)
class RoadNetwork:
    """A graph, the lines of its roads and the report of its making. Road ``r`` is arc ``r``.

    Arcs: every road from tail to head, then the ways back of two-way roads, then copies of either where a
    path is forbidden, then the free links of opened crossings and between layers, then the copies by which
    one leaves residents' roads. ``ways`` of the graph hold, per arc, OSM way ids.
    """

    graph: Graph
    shapes: Shapes
    report: Report
    heights: Heights | None = None


def build_network(
    extract: Extract, mode: Mode, progress: Progress | None = None, ground: Ground | None = None
) -> RoadNetwork:
    """Rules, segments, times, roads, turns, islands: the graph of one mode.

    ``ground``: heights to read, for a mode that gradients slow down. Raises :class:`EntreeInvalide` when the
    mode may use no road, or none that it can come back from, or where no height is known of any.
    """
    tell = progress or (lambda _: None)
    tell("règles d’accès et vitesses")
    blocked, gates = judge_nodes(extract, mode)
    survey = survey_segments(extract, mode, blocked, gates)
    tell("tronçons entre carrefours")
    binding = list_applicable(extract.restrictions, mode)
    signs = read_signs(extract, mode.carrefours)
    chains = _join(survey, binding.rows, signs)
    if ground is not None:
        tell("altitudes")
        survey = _add_slopes(survey, chains, ground)
    tell("interdictions de tourner")
    turns = list_turns(extract, survey.segments, chains, binding)
    delays = Delays(extract, survey.segments, chains, signs, mode.carrefours)
    crossings = open_crossings(len(survey.segments.lon), chains, turns.without_paths(), delays)
    tell("îlots")
    length_m = np.add.reduceat(survey.segments.length_m[chains.segment], chains.start[:-1])
    n_ground = len(survey.segments.lon)
    reach = keep_components(chains, crossings, n_ground, length_m, 1000 * mode.ilot_min_km)
    if not (reach.ahead | reach.back).any():
        raise EntreeInvalide(f"Aucune voie de l’extrait ne permet un aller et retour en « {mode.nom} ».")
    tell("riverains")
    tagged = survey.residents.join(chains)
    residents = add_pockets(crossings, n_ground, reach, tagged, length_m)
    crossings, reach = _forbid_paths(chains, turns, delays, crossings, reach)
    graph, shapes = draw_network(survey, chains, crossings, reach, residents)
    counts = _count_residents(reach, tagged, residents, length_m)
    opened = _count_turns(turns, crossings)
    report = _report(survey, blocked, chains, opened, reach, length_m, counts)
    heights = None if ground is None else _tell_heights(survey, chains, reach, ground)
    return RoadNetwork(graph, shapes, report, heights)


def _add_slopes(survey: Survey, chains: Chains, ground: Ground) -> Survey:
    """The survey, with what gradients do to its times."""
    roads = survey.extract, survey.mode, survey.usage, survey.segments
    slopes = measure_slopes(ground, (*roads, chains), compute_driving(*roads))
    if slopes.unknown_m.sum() >= survey.segments.length_m.sum():
        advice = "Prenez les dalles du département de l’extrait"
        raise EntreeInvalide("Altitudes refusées", (Faute("aucune voie n’y a d’altitude", que_faire=advice),))
    return replace(survey, slopes=slopes)


def _tell_heights(survey: Survey, chains: Chains, reach: Reach, ground: Ground) -> Heights:
    """What is known of the roads kept."""
    kept = chains.segment[np.repeat(reach.ahead | reach.back, np.diff(chains.start))]
    assert survey.slopes is not None  # noqa: S101 - asked where there are heights
    unknown, steep, structure = (
        float(metres[kept].sum() / 1000)
        for metres in (survey.slopes.unknown_m, survey.slopes.steep_m, survey.slopes.structure_m)
    )
    whole = float(survey.segments.length_m[kept].sum() / 1000)
    return Heights(ground.grid.step_m, whole - unknown, unknown, steep, structure)


def _forbid_paths(
    chains: Chains, turns: ForbiddenTurns, delays: Delays, crossings: Crossings, reach: Reach
) -> tuple[Crossings, Reach]:
    """The crossings opened again on the roads kept, forbidden paths included; as they were without any.

    Paths do not decide which roads are kept: see docs/adr/0170.
    """
    if not turns.paths:
        return crossings, reach
    kept = replace(chains, ahead=reach.ahead, back=reach.back)
    opened = open_crossings(len(delays.segments.lon), kept, turns, delays)
    return opened, replace(reach, link=np.ones(len(opened.link_tail), bool))


def survey_segments(
    extract: Extract, mode: Mode, blocked: NDArray[np.bool_], gates: NDArray[np.bool_]
) -> Survey:
    """Open segments and their times. ``blocked``, ``gates``: nodes closed, and nodes for residents."""
    usage = apply_rules(extract, mode)
    segments = cut_ways(extract, usage, blocked)
    if not len(segments):
        raise EntreeInvalide(f"L’extrait ne contient aucune voie ouverte au mode « {mode.nom} ».")
    forward_s, backward_s = compute_times(extract, mode, usage, segments)
    residents = find_residents(usage, segments, gates)
    return Survey(extract, mode, usage, segments, forward_s, backward_s, residents)


def _join(survey: Survey, rows: NDArray[np.int64], signs: Signs) -> Chains:
    """Roads between crossings; nodes of restrictions and signs stay, and where residents' ways begin."""
    segments, usage = survey.segments, survey.usage
    via = (find_via_nodes(survey.extract, rows) | (signs.kind != 0))[segments.source_node]
    via |= survey.residents.find_changes(segments)
    return join_segments(segments, usage.forward.open[segments.way], usage.backward.open[segments.way], via)


def _report(
    survey: Survey,
    blocked: NDArray[np.bool_],
    chains: Chains,
    opened: dict[str, Any],
    reach: Reach,
    length_m: NDArray[np.float64],
    residents_km: dict[str, Any],
) -> Report:
    extract, usage, segments = survey.extract, survey.usage, survey.segments
    kept = reach.ahead | reach.back
    n_islands, islands = list_islands(segments, chains, reach, length_m)
    return Report(
        n_ways=len(extract.way_id),
        n_ways_open=int(usage.open.sum()),
        n_segments=len(segments),
        n_barriers=int(blocked[np.unique(segments.source_node[np.r_[segments.tail, segments.head]])].sum()),
        n_destination=int(usage.destination.sum()),
        n_missing_refs=extract.n_missing_refs,
        n_roads=int(kept.sum()),
        length_km=float(length_m[kept].sum() / 1000),
        **opened,
        n_components=reach.n_components,
        n_islands=n_islands,
        islands_km=float(length_m[~kept].sum() / 1000),
        islands=islands,
        **residents_km,
        unread=list_unread_access(extract, survey.mode)
        | list_unread_limits(extract.way_tags, survey.mode.limites),
        conditional=list_conditional(extract.way_tags, survey.mode),
    )


def _count_residents(
    reach: Reach, tagged: Residents, residents: Residents, length_m: NDArray[np.float64]
) -> dict[str, float]:
    """Kilometres of residents' roads, and of those that no tag makes so."""
    ours = residents.ahead | residents.back
    said = (tagged.ahead & reach.ahead) | (tagged.back & reach.back)
    km = (float(length_m[roads].sum() / 1000) for roads in (ours, ours & ~said))
    return dict(zip(("residents_km", "pockets_km"), km, strict=True))


def _count_turns(turns: ForbiddenTurns, crossings: Crossings) -> dict[str, Any]:
    """Restrictions by fate, and what they cost."""
    return {
        "turns": dict(sorted(turns.counts.items())),
        "n_opened_nodes": len(crossings.base),
        "n_opened_links": len(crossings.link_tail),
        "n_copies": len(crossings.copied),
    }
