"""docs/performance-placement.md: placement measured, beside the textbook models in HiGHS on the same data.

python -m bench.placement_rapport DOSSIER    # of the OR-Library files and p_median_optima.csv
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import textwrap
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench.placement import read_orlib, solve
from bench.placement_cas import make_departement
from bench.placement_temoin import plain_coverage, plain_p_median
from maillage.scenarios.placement.cadre import Placement, choose_number
from maillage.scenarios.placement.couverture import couverture_maximale
from maillage.scenarios.placement.p_median import p_median

PAGE = Path("docs/performance-placement.md")
PLAIN = ("pmed01", "pmed06", "pmed11", "pmed16")  # five sites among 100 to 400: the hardest for a plain model
PATIENCE_S = 60.0  # given to a plain model
MINUTES_20 = 12_000  # deciseconds


def main() -> None:
    """Measure, write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.placement_rapport", description=__doc__)
    parser.add_argument("dossier", type=Path)
    folder = parser.parse_args().dossier
    warm_up()
    parts = (introduce(), compare_orlib(folder), compare_coverage(), measure_large())
    PAGE.write_text("\n".join(line for part in parts for line in part) + "\n", "utf-8")


def warm_up() -> None:
    """Compile once: the first answer of a new installation waits some ten seconds more."""
    times, people = make_departement(300, 40)
    p_median(times, people, choose_number(40, 3))
    couverture_maximale(times, people, choose_number(40, 3), MINUTES_20)


def introduce() -> Iterator[str]:
    """What this page is."""
    software = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "scipy"))
    yield from ("# Placement, measured", "")
    yield from tell(
        f"""Written by `python -m bench.placement_rapport`; no figure is typed by hand. Each ratio is measured
        in one run, on the same data, against the textbook model given whole to HiGHS
        (`bench/placement_temoin.py`), stopped after {PATIENCE_S:.0f} s: `>` marks those. Compiling, once an
        installation, is not counted."""
    )
    yield ""
    yield from tell(
        f"""Machine: {os.cpu_count()} cores, Python {platform.python_version()}, {software}. Load before
        the run: {os.getloadavg()[0]:.1f}; above {os.cpu_count()}, others were at work: seconds elapsed are
        upper bounds, seconds of processor are told beside."""
    )


def compare_orlib(folder: Path) -> Iterator[str]:
    """The twenty files, both questions."""
    with (folder / "p_median_optima.csv").open(encoding="utf-8") as file:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}
    yield from ("", "## OR-Library pmed01 to pmed20", "")
    yield "| instance | nodes | p | p-median | known | s | p-center | s | plain p-median | ratio |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    spent = dict.fromkeys(("p_median", "p_center"), 0.0)
    proved = dict.fromkeys(spent, 0)
    for name, optimum in optima.items():
        duree, p = read_orlib(folder / f"{name}.txt")
        found = {objectif: solve(folder / f"{name}.txt", objectif, 120.0) for objectif in spent}
        for objectif, one in found.items():
            spent[objectif] += one.duree_s
            equal = objectif == "p_center" or one.valeur == optimum
            proved[objectif] += one.statut == "optimal" and equal
        median, center = found.values()
        beside = name in PLAIN and plain(
            lambda d=duree, q=p: plain_p_median(d, np.ones(len(d)), q, PATIENCE_S)
        )
        cells = [name, len(duree), p, say(median), f"{optimum:,.0f}", f"{median.duree_s:.2f}", say(center)]
        cells += [f"{center.duree_s:.2f}", *ratio(beside or None, median)]
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""
    yield f"p-median: {proved['p_median']} of {len(optima)} proved and equal to the known optimum, in"
    yield f"**{spent['p_median']:.1f} s** in all (goal: 120 s). p-center: {proved['p_center']} proved, in"
    yield f"**{spent['p_center']:.1f} s** (goal: 60 s)."


def compare_coverage() -> Iterator[str]:
    """Maximal covering on the synthetic département."""
    times, people = make_departement(50_000, 647)
    yield from ("", "## Maximal covering, 50,000 cells and 647 candidates, 20 minutes", "")
    yield from tell(
        """Synthetic, seed 2026 (`bench/placement_cas.py`); the plain model has its equal rows grouped.
        Goal: 5 s."""
    )
    yield from (
        "",
        "| p | people covered | s | of processor | plain | ratio |",
        "|---:|---:|---:|---:|---:|---:|",
    )
    for p in range(3, 11):
        begun = time.process_time()
        found = couverture_maximale(times, people, choose_number(647, p), MINUTES_20, 120.0)
        used = time.process_time() - begun
        asked = p in {3, 5, 10}
        beside = asked and plain(lambda q=p: plain_coverage(times <= MINUTES_20, people, q, PATIENCE_S))
        plain_s, times_longer = ratio(beside or None, found)
        yield f"| {p} | {say(found)} | {found.duree_s:.1f} | {used:.1f} | {plain_s} | {times_longer} |"


def measure_large() -> Iterator[str]:
    """The p-median that no plain model holds in memory."""
    times, people = make_departement(60_000, 2_500)
    found = p_median(times, people, choose_number(2_500, 20), limite_s=60.0)
    yield from ("", "## p-median, 60,000 cells and 2,500 candidates, p = 20", "")
    mean = (found.valeur or 0) / people.sum() / 600
    yield from tell(
        f"""Stopped after 60 s (ended at {found.duree_s:.0f} s): mean time {mean:.2f} min, within
        **{100 * (found.ecart or 0):.3f} %** of the optimum (goal: 1 %). A plain model would have 150 million
        columns."""
    )


def tell(text: str) -> list[str]:
    """A paragraph in lines."""
    return textwrap.wrap(" ".join(text.split()), 110)


def plain(model) -> tuple[float, bool]:
    """Seconds, and whether it ended with its proof."""
    start = time.perf_counter()
    ended = model().status == 0
    return time.perf_counter() - start, ended


def ratio(beside: tuple[float, bool] | None, found: Placement) -> tuple[str, str]:
    """What the plain model took, and how many times longer."""
    if beside is None:
        return "—", "—"
    mark = "" if beside[1] else "> "
    return f"{mark}{beside[0]:.1f} s", f"{mark}{beside[0] / found.duree_s:.0f} ×"


def say(found: Placement) -> str:
    """The value, or how far from proved."""
    value = f"{found.valeur:,.0f}" if found.valeur is not None else "—"
    return value if found.statut == "optimal" else f"{value} (not proved: {100 * (found.ecart or 0):.2f} %)"


if __name__ == "__main__":
    main()
