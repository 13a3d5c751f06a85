"""``python -m bench``: measure everything and write docs/performance.md. ``--court --json``: the essentials.

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

from bench import mesures
from bench.cas import FOLDER
from bench.rapport import write_report

RESULTS = FOLDER / "resultats"
STRONG = ("scipy", "dijkstra", "routingkit")
DEPARTEMENT = (3, 10, 30, 100, 300, 1000)  # sites of the types edited, at 250,000 nodes
COUNTRY = (500, 3_000, 15_000)  # at 5 million

MEASURES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "machine": ("machine", ()),
    "demarrage": ("cold_start", ()),
    "preparation-250000": ("preparation", (250_000,)),
    "remplissage": ("fill_in", (20_000,)),
    "nearest-250000": ("nearest", (250_000, (*STRONG, "pandana"))),
    "departement": ("departement", ()),
    "k_nearest": ("k_nearest", ()),
    "bassins": ("catchments", ()),
    "what_if-250000": ("what_if", (250_000, 60_000, DEPARTEMENT)),
    "preparation-1000000": ("preparation", (1_000_000,)),
    "nearest-1000000": ("nearest", (1_000_000, STRONG)),
    "preparation-2000000": ("preparation", (2_000_000,)),
    "nearest-2000000": ("nearest", (2_000_000, ("scipy", "pandana"), 64, 3)),
    "preparation-4000000": ("preparation", (4_000_000,)),
    "nearest-4000000": ("nearest", (4_000_000, STRONG, 64, 3)),
    "preparation-5000000": ("preparation", (5_000_000,)),
    "france": ("france", ()),
    "what_if-5000000": ("what_if", (5_000_000, 2_300_000, COUNTRY)),
}


COURT: dict[str, tuple[str, tuple[Any, ...]]] = {
    "court-250000": ("nearest", (250_000, ("scipy", "pandana"))),
    "court-1000000": ("nearest", (1_000_000, ("scipy",))),
}

PREPARATION: dict[str, tuple[str, tuple[Any, ...]]] = {
    "cote-a-cote-1000000": ("preparation_beside", (1_000_000, 0)),
    "cote-a-cote-4000000": ("preparation_beside", (4_000_000, 64)),
}
ALL = MEASURES | COURT | PREPARATION


def main() -> None:
    """Parse, measure, print or write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--court", action="store_true", help="the essentials, in under four minutes")
    parser.add_argument("--preparation", action="store_true", help="what comes before the first question")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--seulement", nargs="*", choices=MEASURES, help="measure these again")
    parser.add_argument("--rapport", action="store_true", help="write the page from the figures kept")
    parser.add_argument("--mesure", choices=ALL, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.mesure:
        function, arguments = ALL[asked.mesure]
        print("\n" + json.dumps(getattr(mesures, function)(*arguments)))  # pandana leaves its line open
    elif asked.preparation:
        print_preparation(as_json=asked.json)
    elif asked.court:
        print_short(as_json=asked.json)
    else:
        for name in () if asked.rapport else asked.seulement or MEASURES:
            RESULTS.mkdir(parents=True, exist_ok=True)
            (RESULTS / f"{name}.json").write_text(json.dumps(measure(name), indent=1), "utf-8")
        figures = {name: read(name) for name in MEASURES if (RESULTS / f"{name}.json").exists()}
        write_report(figures, Path("docs/performance.md"))
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


def read(name: str) -> dict[str, Any]:
    """Figures kept from an earlier run."""
    figures: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return figures


def print_preparation(*, as_json: bool) -> None:
    """Order, symbolic and customise at 1 and 4 million nodes beside routingkit-cch, measured now."""
    found = {name.rpartition("-")[2]: measure(name) for name in PREPARATION}
    figures: dict[str, Any] = {
        f"{phase}_{ours}": found[nodes][figure]
        for nodes, ours in (("1000000", "1m"), ("4000000", "4m"))
        for phase, figure in (
            ("order_s", "ordre_s"),
            ("symbolic_s", "symbolique_s"),
            ("customise_s", "customise_s"),
            ("routingkit_symbolic_s", "routingkit_symbolique_s"),
            ("routingkit_customise_s", "routingkit_customise_s"),
            ("peak_gb", "crete_go"),
        )
    }
    figures |= {
        "ms_per_type": found["4000000"]["ms_par_type_1"],
        "ms_per_type_2_cores": found["4000000"]["ms_par_type_2"],
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
