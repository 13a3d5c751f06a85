"""The section of docs/performance.md on what comes before the first question, written from its figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench.page import number, say, table, title, yes

Figures = dict[str, dict[str, Any]]
HEADING: Final = "## Before the first question"
PHASES: Final = ("ordre", "symbolique", "customise")
OURS: Final = "maillage"


def name_of(n_nodes: int, engine: str) -> str:
    """A measure's name."""
    return f"avant-{n_nodes}-{engine}"


def in_all(made: dict[str, Any], cores: int) -> float:
    """Seconds of all three phases."""
    return sum(float(made[f"{phase}_s_{cores}"]) for phase in PHASES)


def pays_from(seconds: float, ms: float, scipy_ms: float) -> float | None:
    """Types from which preparing is repaid: what it costs over what each saves; None if it saves nothing."""
    return seconds * 1e3 / (scipy_ms - ms) if scipy_ms > ms else None


def describe(figures: Figures) -> Iterator[str]:
    """The table: a row for each size and engine, in one run."""
    yield from title(HEADING)
    yield from say(
        """`order` depends on the map, `symbolic` too; only `customise` is redone when speeds change. Seconds
        of a clock, in one run, each engine in a process of its own. routingkit-cch runs on one core, on our
        order, which is counted to it; its customisation perfects nothing. pandana builds on as many threads
        as there are cores. A type is the nearest of its sites from every node, 256 asked at once of ours, in
        milliseconds; what it pays from is the number of types that repay all of this against scipy."""
    )
    if machine := figures.get("machine"):
        yield from say(
            f"""Machine of this table: {machine["processeur"]}, {machine["coeurs"]} cores,
            {machine["memoire_go"]} GB. Where it is a virtual one that gives its free memory back, new pages
            cost milliseconds (ADR 0180): at 4 M nodes two runs of one version may differ by a third, ours
            and scipy's alike."""
        )
    sizes = [made["noeuds"] for name, made in figures.items() if name.endswith(OURS)]
    yield from table(
        [
            "nodes",
            "",
            "order",
            "symbolic",
            "customise",
            "in all",
            "ms per type",
            "× scipy",
            "pays from",
            "peak",
        ],
        [row for n in sizes for row in rows(figures, n)],
    )
    yield from table(
        ["nodes", "arcs a node", "useful", "factor", "answers equal to the decisecond"],
        [filling(figures, n) for n in sizes],
    )
    yield from judge(figures)


def rows(figures: Figures, n_nodes: int) -> Iterator[list[str]]:
    """One size: ours twice, then the others that were measured."""
    made = figures[name_of(n_nodes, OURS)]
    asked = {
        engine: figures.get(name_of(n_nodes, engine), {}) for engine in ("routingkit", "pandana", "scipy")
    }
    scipy_ms = asked["scipy"].get("ms_par_type")

    def row(
        label: str, phases: list[float | None], seconds: float, ms: float | None, peak: float
    ) -> list[str]:
        known = ms is not None and scipy_ms is not None
        ratio = scipy_ms / ms if known else None
        types = pays_from(seconds, ms, scipy_ms) if known and label != "scipy" else None
        return [
            f"{n_nodes:,}" if label == "ours, 1 core" else "",
            label,
            *(number(value) + " s" if value is not None else "—" for value in (*phases, seconds)),
            number(ms),
            number(ratio),
            number(types) + " types" if types is not None else "—",
            f"{peak:.1f} GB",
        ]

    for cores, label in ((1, "ours, 1 core"), (2, "ours, 2 cores")):
        phases = [made[f"{phase}_s_{cores}"] for phase in PHASES]
        yield row(label, phases, sum(phases), made[f"ms_par_type_{cores}"], made["crete_questions_go"])
    if theirs := asked["routingkit"]:
        phases = [made["ordre_s_2"], theirs["symbolique_s"], theirs["customise_s"]]
        yield row("routingkit-cch", phases, sum(phases), theirs["ms_par_type"], theirs["crete_go"])
    for engine, label in (("pandana", "pandana 0.8, build"), ("scipy", "scipy")):
        if theirs := asked[engine]:
            seconds, ms = theirs["construction_s"], theirs.get("ms_par_type")
            yield row(label, [None] * len(PHASES), seconds, ms, theirs["crete_go"])


def filling(figures: Figures, n_nodes: int) -> list[str]:
    """What the order is worth, and whether the others agree."""
    made = figures[name_of(n_nodes, OURS)]
    agree = [figures[name]["egal"] for name in figures if "egal" in figures[name] and f"-{n_nodes}-" in name]
    return [
        f"{n_nodes:,}",
        number(made["arcs_par_noeud"]),
        number(made["arcs_utiles_par_noeud"]),
        f"{made['facteur_mo']:.0f} MB",
        yes(all(agree) if agree else None),
    ]


def judge(figures: Figures, n_nodes: int = 4_000_000) -> Iterator[str]:
    """The goals at four million nodes, on two cores."""
    made, theirs, scipy = (figures.get(name_of(n_nodes, who)) for who in (OURS, "routingkit", "scipy"))
    if not (made and theirs and scipy):
        return
    seconds, ms = in_all(made, 2), made["ms_par_type_2"]
    types = pays_from(seconds, ms, scipy["ms_par_type"])
    own, other, ratio = made["customise_s_2"], theirs["customise_s"], scipy["ms_par_type"] / ms
    goals = (
        ("preparation in all", "< 25 s", f"{number(seconds)} s", seconds < 25),
        ("customise, RoutingKit's on one core", f"≤ {number(other)} s", f"{number(own)} s", own <= other),
        ("paid back from", "≤ 25 types", f"{number(types)} types", types is not None and types <= 25),
        ("a type", "≥ 300 × scipy", f"{ratio:.0f} ×", ratio >= 300),
    )
    yield from table(
        ["at 4 M nodes, 2 cores", "goal", "measured", "reached"],
        [[label, goal, measured, yes(reached)] for label, goal, measured, reached in goals],
    )


def rewrite(figures: Figures, page: Path) -> None:
    """This section of the page anew, the others as they are."""
    before, heading, rest = page.read_text("utf-8").partition(f"{HEADING}\n")
    if not heading:
        raise ValueError(f"{page}: no section {HEADING!r}")
    _, mark, after = rest.partition("\n## ")
    page.write_text(before + "\n".join(describe(figures)) + mark + after, "utf-8")
