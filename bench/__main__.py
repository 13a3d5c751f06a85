"""``python -m bench``: measure everything and write docs/performance.md. ``--court --json``: the essentials;
``--preparation --json``: what comes before the first question, ``--page`` writing its section of the page.

Each measure runs in a process of its own, so that its memory peak is its own; its figures are kept in
``build/bench/resultats``, and ``--rapport`` writes the page from those.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import mesures, preparation
from bench.avant import OURS, in_all, name_of, pays_from, rewrite
from bench.cas import FOLDER
from bench.rapport import write_report

RESULTS = FOLDER / "resultats"
STRONG = ("scipy", "dijkstra", "routingkit")
DEPARTEMENT = (3, 10, 30, 100, 300, 1000)  # sites of the types edited, at 250,000 nodes
COUNTRY = (500, 3_000, 15_000)  # at 5 million

SIZES = (1_000_000, 2_000_000, 4_000_000)
ENGINES = {OURS: "ours", "routingkit": "routingkit", "scipy": "scipy", "pandana": "pandana"}


def before(*sizes: int) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """What comes before the first question, by size, then by engine: ours first, the others follow it."""
    return {name_of(n, engine): (function, (n,)) for n in sizes for engine, function in ENGINES.items()}


MEASURES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "machine": ("machine", ()),
    "demarrage": ("cold_start", ()),
    **before(250_000),
    "remplissage": ("fill_in", (20_000,)),
    "nearest-250000": ("nearest", (250_000, (*STRONG, "pandana"))),
    "departement": ("departement", ()),
    "k_nearest": ("k_nearest", ()),
    "bassins": ("catchments", ()),
    "what_if-250000": ("what_if", (250_000, 60_000, DEPARTEMENT)),
    **before(1_000_000),
    "nearest-1000000": ("nearest", (1_000_000, STRONG)),
    **before(2_000_000),
    "nearest-2000000": ("nearest", (2_000_000, ("scipy", "pandana"), 3)),
    **before(4_000_000),
    "nearest-4000000": ("nearest", (4_000_000, STRONG, 3)),
    "france": ("france", ()),
    "what_if-5000000": ("what_if", (5_000_000, 2_300_000, COUNTRY)),
}


COURT: dict[str, tuple[str, tuple[Any, ...]]] = {
    "court-250000": ("nearest", (250_000, ("scipy", "pandana"))),
    "court-1000000": ("nearest", (1_000_000, ("scipy",))),
}

ALL = MEASURES | COURT
PAGE = Path("docs/performance.md")


def main() -> None:
    """Parse, measure, print or write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--court", action="store_true", help="the essentials, in under four minutes")
    parser.add_argument(
        "--preparation",
        action="store_true",
        help="what comes before the first question, at 1, 2 and 4 M nodes",
    )
    parser.add_argument(
        "--page", action="store_true", help="with it, pandana too, and its section of the page"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--seulement", nargs="*", choices=MEASURES, help="measure these again")
    parser.add_argument("--rapport", action="store_true", help="write the page from the figures kept")
    parser.add_argument("--mesure", choices=ALL, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.mesure:
        function, arguments = ALL[asked.mesure]
        room = preparation if asked.mesure.startswith("avant-") else mesures
        print("\n" + json.dumps(getattr(room, function)(*arguments)))  # pandana leaves its line open
    elif asked.preparation:
        print_preparation(as_json=asked.json, page=asked.page)
    elif asked.court:
        print_short(as_json=asked.json)
    else:
        for name in () if asked.rapport else asked.seulement or MEASURES:
            keep(name)
        figures = {name: read(name) for name in MEASURES if (RESULTS / f"{name}.json").exists()}
        write_report(figures, PAGE)
        if asked.json:
            print(json.dumps(figures))


def measure(name: str) -> dict[str, Any]:
    """One measure, in a process of its own."""
    print(f"{name}…", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench", "--mesure", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {figures}", file=sys.stderr, flush=True)
    return figures


def keep(name: str) -> dict[str, Any]:
    """Measure, and keep the figures for the page."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    figures = measure(name)
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=1), "utf-8")
    return figures


def read(name: str) -> dict[str, Any]:
    """Figures kept from an earlier run."""
    figures: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return figures


def print_preparation(*, as_json: bool, page: bool) -> None:
    """Seconds of each phase at 1, 2 and 4 M nodes beside those of the others, measured now, in one run."""
    names = [name for name in before(*SIZES) if page or not name.endswith("pandana")]
    found = {name: keep(name) for name in [*(["machine"] if page else []), *names]}
    if page:
        rewrite(found, PAGE)
    figures: dict[str, Any] = {}
    for n in SIZES:
        made, theirs, scipy = (found[name_of(n, engine)] for engine in (OURS, "routingkit", "scipy"))
        seconds, ms = in_all(made, 2), made["ms_par_type_2"]
        at = f"{n // 1_000_000}m"
        figures |= {
            f"order_s_{at}": made["ordre_s_2"],
            f"symbolic_s_{at}": made["symbolique_s_2"],
            f"customise_s_{at}": made["customise_s_2"],
            f"preparation_s_{at}": seconds,
            f"routingkit_symbolic_s_{at}": theirs["symbolique_s"],
            f"routingkit_customise_s_{at}": theirs["customise_s"],
            f"peak_gb_{at}": made["crete_go"],
            f"pays_from_{at}": pays_from(seconds, ms, scipy["ms_par_type"]),
            f"scipy_ratio_{at}": scipy["ms_par_type"] / ms,
        }
    largest = found[name_of(SIZES[-1], OURS)]
    figures |= {
        "ms_per_type": largest["ms_par_type_1"],
        "ms_per_type_2_cores": largest["ms_par_type_2"],
        "pays_from": figures[f"pays_from_{at}"],
        "answers_equal": all(one["egal"] for one in found.values() if "egal" in one),
    }
    show(figures, as_json=as_json)


def show(figures: dict[str, Any], *, as_json: bool) -> None:
    """Figures as one JSON object, or a line each."""
    lines = "\n".join(f"{name}: {value}" for name, value in figures.items())
    print(json.dumps(figures) if as_json else lines)


def print_short(*, as_json: bool) -> None:
    """The essentials, measured now."""
    at_250k, at_1m, edits = (measure(name) for name in ("court-250000", "court-1000000", "what_if-250000"))
    figures = {
        "nearest_ratio_scipy_1m": at_1m["scipy_rapport_2"],
        "nearest_ratio_scipy_250k": at_250k["scipy_rapport_2"],
        "nearest_ratio_pandana_250k": at_250k["pandana_rapport_2"],
        "nearest_ms_per_type_250k": at_250k["temps_ms_2"],
        "nearest_with_site_ms_per_type_250k": at_250k["identites_ms_2"],
        "whatif_median_ms_250k": edits["mediane_ms"],
        "whatif_p95_ms_250k": edits["p95_ms"],
        "answers_equal": at_250k["reponses_egales"] and at_1m["reponses_egales"] and edits["retour_exact"],
    }
    show(figures, as_json=as_json)


if __name__ == "__main__":
    main()
