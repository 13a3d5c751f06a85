"""docs/performance.md from the figures measured."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.avant import describe
from bench.page import NOT_MEASURED, number, say, table, title, yes

Figures = dict[str, dict[str, Any]]
OPPONENTS = (
    ("scipy", "scipy `dijkstra(min_only=True)`"),
    ("dijkstra", "plain multi-source Dijkstra, numba"),
    ("routingkit", "routingkit-cch, all nodes pinned"),
    ("pandana", "pandana 0.8 `nearest_pois`"),
)


def write_report(figures: Figures, page: Path) -> None:
    """The whole page; what was not measured is said so."""
    parts = (introduce, compare, judge_goals, describe, answer, grow, bound, describe_network)
    page.write_text("\n".join(line for part in parts for line in part(figures)) + "\n", "utf-8")


def introduce(figures: Figures) -> Iterator[str]:
    """What this page is, and the machine."""
    machine = figures.get("machine", {})
    software = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "scipy"))
    yield from title("# Performance")
    yield from say(
        """Written by `make bench` (`python -m bench`); no figure in a table is typed by hand. Each ratio is
        measured in one process, on one graph, and the answers are compared to the decisecond. Ours is the
        median of three runs or more for the nearest; preparation, pairs within 20 minutes, France and the
        what-if session are single runs."""
    )
    yield from say(
        f"""Machine: {machine.get("processeur", NOT_MEASURED)}, {machine.get("coeurs", "?")} cores,
        {machine.get("memoire_go", "?")} GB; Python {platform.python_version()}, {software}. Cores that
        were busy when the first measure began, over a minute: {machine.get("charge", "?")}. Where the
        machine is virtual, a run may take up to twice another."""
    )


def compare(figures: Figures) -> Iterator[str]:
    """Ratios first."""
    yield from title("## How many times faster, for the nearest of one type from every node")
    yield from say(
        """Ours on one core, then on two; each opponent as it comes (pandana builds and asks on two threads,
        the others on one). Times only on both sides, 256 types asked at once of ours."""
    )
    yield from say(
        """pandana is asked without a limit of distance, since ours has none: its search then runs over the
        whole network from every site. Someone who knows a sufficient limit beforehand would wait far less (an
        earlier trial, on another network of 2.2 M nodes, took 23 s per type)."""
    )
    sizes = [name for name in figures if name.startswith("nearest-")]
    head = [f"{figures[name]['noeuds']:,} nodes" for name in sizes]
    rows = [
        [label, *(ratio(figures[name], key) for name in sizes)]
        for key, label in OPPONENTS
        if any(f"{key}_ms" in figures[name] for name in sizes)
    ]
    rows.append(["answers equal to the decisecond", *(yes(figures[n]["reponses_egales"]) for n in sizes)])
    yield from table(["against", *head], rows)
    yield from say("Milliseconds per type:")
    rows = [
        [label, *(number(figures[name].get(key)) for name in sizes)]
        for key, label in (
            ("temps_ms_1", "ours, times, 1 core"),
            ("temps_ms_2", "ours, times, 2 cores"),
            ("identites_ms_1", "ours, times and sites, 1 core"),
            ("identites_ms_2", "ours, times and sites, 2 cores"),
            *((f"{key}_ms", label) for key, label in OPPONENTS),
        )
    ]
    yield from table(["", *head], rows)


def ratio(measured: dict[str, Any], opponent: str) -> str:
    """One core and two."""
    if f"{opponent}_ms" not in measured:
        return "—"
    return f"{measured[f'{opponent}_rapport_1']:.0f} × / **{measured[f'{opponent}_rapport_2']:.0f} ×**"


def judge_goals(figures: Figures) -> Iterator[str]:
    """Each goal, what was measured, reached or not."""
    yield from title("## Goals")
    goals = (
        ("scipy at 4 M nodes, 2 cores", "nearest-4000000", "scipy_rapport_2", 150, "≥", " ×"),
        ("pandana at 2 M nodes, 2 cores", "nearest-2000000", "pandana_rapport_2", 500, "≥", " ×"),
        ("250,000 nodes × 209 types, with sites", "departement", "secondes", 1, "<", " s"),
        ("France: 2.3 M carreaux × 209 types, with sites", "france", "secondes", 15, "<", " s"),
        ("the same, peak memory", "france", "crete_go", 6, "<", " GB"),
        ("cold start", "demarrage", "secondes", 3, "<", " s"),
        ("what-if at 250,000 nodes, p95", "what_if-250000", "p95_ms", 16, "<", " ms"),
        ("what-if at 5 M nodes, median", "what_if-5000000", "mediane_ms", 10, "<", " ms"),
        ("all pairs within 20 min, 2,500 × 60,000", "bassins", "secondes", 10, "<", " s"),
        ("the same, peak memory", "bassins", "crete_go", 3, "<", " GB"),
    )
    rows = []
    for label, name, key, goal, sign, unit in goals:
        value = figures.get(name, {}).get(key)
        reached = None if value is None else (value >= goal if sign == "≥" else value < goal)
        rows.append(
            [label, f"{sign} {goal}{unit}", number(value) + (unit if value is not None else ""), yes(reached)]
        )
    yield from table(["", "goal", "measured", "reached"], rows)


def answer(figures: Figures) -> Iterator[str]:
    """The other questions."""
    yield from title("## Other questions")
    lines = {
        "departement": "every type from every node of a département: **{secondes:.2f} s** for {types} types, "
        "sites included",
        "france": "France: {carreaux:,} carreaux × {types} types in **{secondes:.1f} s**, times and sites, "
        "{ecrit_go:.1f} GB written as they come, peak {crete_go:.1f} GB",
        "k_nearest": "the {k} nearest: {ms_par_type:.1f} ms per type for 60,000 carreaux at 250,000 nodes",
        "bassins": "all pairs within 20 minutes of 2,500 sites and 60,000 carreaux: {paires:,} pairs in "
        "**{secondes:.1f} s**, peak {crete_go:.1f} GB",
        "demarrage": "cold start: {secondes:.1f} s from a new interpreter to one answer of every kind (numba "
        "keeps the compiled kernels on disk, `cache=True`, and no parallel backend is loaded)",
    }
    for name, line in lines.items():
        yield f"* {line.format(**figures[name]) if name in figures else f'{name}: {NOT_MEASURED}'}"
    yield ""
    edits = [
        [
            f"{f['noeuds']:,}",
            f"{f['carreaux']:,}",
            *(number(f[k]) + " ms" for k in EDITS),
            yes(f["retour_exact"]),
        ]
        for name, f in figures.items()
        if name.startswith("what_if-")
    ]
    yield from say(
        """What-if: open, close, move or undo one site at random, the list of changed carreaux included. The
        first edit of a type also sweeps the network once. The last column: undoing everything gives back a
        recomputation, bit for bit."""
    )
    yield from table(["nodes", "carreaux", "median", "p95", "worst", "first of a type", "exact"], edits)


EDITS = ("mediane_ms", "p95_ms", "pire_ms", "premiere_ms")


def grow(figures: Figures) -> Iterator[str]:
    """How cost grows."""
    yield from title("## How cost grows")
    rows = [
        [
            f"{f['noeuds']:,}",
            *(
                f"{f[key] * 1e6 / f['noeuds']:.2f} ns"
                for key in ("temps_ms_1", "temps_ms_2", "identites_ms_2")
            ),
            f"{f['scipy_ms'] * 1e6 / f['noeuds']:.0f} ns" if "scipy_ms" in f else "—",
        ]
        for name, f in figures.items()
        if name.startswith("nearest-")
    ]
    yield from say("Per node and type: it grows as labels leave the caches, more slowly than a heap's.")
    yield from table(["nodes", "times, 1 core", "times, 2 cores", "with sites, 2 cores", "scipy"], rows)


def bound(figures: Figures) -> Iterator[str]:
    """What bounds it."""
    yield from title("## What bounds it")
    machine, largest = figures.get("machine"), figures.get("nearest-4000000")
    if machine is None:
        yield NOT_MEASURED
        return
    yield from say(
        f"""Bandwidth of a triad: {machine["go_s_1"]:.1f} GB/s on one core, {machine["go_s_2"]:.1f} on two. A
        dependent read from memory: {machine["latence_ns"]:.0f} ns."""
    )
    if largest:
        moved = 4 * 4 * largest["noeuds"] / 1e9  # written and read by the descent, read at the end, answered
        rate = moved / (largest["temps_ms_2"] / 1e3)
        yield from say(
            f"""At 4 M nodes one type moves at least {moved * 1e3:.0f} MB of labels (descend, read, answer):
            {rate:.1f} GB/s on two cores, {rate / machine["go_s_2"]:.0%} of the triad, so bandwidth is not
            what bounds it. Answers are written in memory that serves again (ADR 0179), rows that lie
            scattered are asked for before they are read (ADR 0184): what is left is for the most part the
            arithmetic of both passes (no hardware counter was read)."""
        )


def describe_network(figures: Figures) -> Iterator[str]:
    """The network measured on."""
    yield from title("## The network")
    yield from say(
        """Synthetic, seed 2026 (`bench/reseau.py`): places gathered in towns of power-law size and scattered
        between them; the Urquhart graph of the places and 4.5 % of the sides it leaves out, 1.376 roads per
        node; 7 % one-way; local roads at 25 to 55 km/h and three levels of faster roads between ever rarer
        towns; nodes numbered along a space-filling curve, which is kind to every engine. Types have from one
        site per 10,000 nodes to one per 625."""
    )
    filled = figures.get("remplissage")
    if filled:
        yield from say(
            f"""Fill-in at 20,000 nodes, arcs per node: nested dissection (METIS) {filled["dissection"]:.1f},
            reverse Cuthill-McKee {filled["cuthill_mckee"]:.0f}."""
        )
        for extract, real in filled.get("reels", {}).items():
            yield from say(
                f"""Real roads, {extract}: {real["noeuds"]:,} nodes, {real["aretes"]:.2f} roads and
                {real["arcs"]:.1f} arcs per node."""
            )
