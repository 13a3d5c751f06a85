"""What a scenario changes, every indicator and deficit, beside building the atlas on its list of places.

    python -m bench.impact ATLAS [SCENARIO.yaml…] [--from DOSSIER] [--fois N]

One scenario a type of place: the first of the atlas closes; or those of the files given. Seconds to open the
atlas, apply the scenario and describe its impact: the first time in this process, then the median of the
others. With ``--from``, the atlas is then built from these sources on the list of the first scenario, without
a cache, by the command a user would run, and every figure of every mesh and every deficit compared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.modifications import Fermeture, Scenario
from maillage.scenarios.rapport import describe
from maillage.scenarios.simulation import Simulation, try_on

TYPES = ("france_services", "pharmacie", "accueil_jeune_enfant")


def close_first(folder: Path, kind: str) -> Scenario | None:
    """The first located place of a type closes; null when the atlas has none."""
    places = open_atlas(folder).implantations()
    ids = places.filter((pl.col("type") == kind) & pl.col("lon").is_not_null())["id"]
    return Scenario(nom=f"Fermer {ids[0]}", modifications=(Fermeture(lieu=ids[0]),)) if len(ids) else None


def run_once(folder: Path, scenario: Scenario) -> tuple[float, float, int, Simulation]:
    """Seconds, of the processor, figures that moved, the simulation: from an atlas that is not open yet."""
    begun, used = time.perf_counter(), time.process_time()
    simulation = try_on(open_atlas(folder), scenario)
    said = describe(simulation)
    return time.perf_counter() - begun, time.process_time() - used, len(said["indicateurs"]), simulation


def measure(folder: Path, scenario: Scenario, times: int) -> tuple[dict[str, Any], Simulation]:
    """One line of the bench, and the last simulation."""
    load = os.getloadavg()[0]
    runs = [run_once(folder, scenario) for _ in range(times + 1)]
    warm = runs[1:]
    figures = {
        "scenario": scenario.nom,
        "modifications": len(scenario.modifications),
        "premiere_s": runs[0][0],
        "mediane_s": median(run[0] for run in warm),
        "processeur_s": median(run[1] for run in warm),
        "chiffres_qui_bougent": warm[-1][2],
        "charge": load,
    }
    return figures, warm[-1][3]


def build_beside(simulation: Simulation, sources: Path) -> dict[str, Any]:
    """Seconds to build the atlas on the same list of places, and whether they say the same."""
    with TemporaryDirectory() as name:
        offre, out = Path(name) / "offre.csv", Path(name) / "atlas"
        simulation.application.offre.write_csv(offre)
        departement = simulation.atlas.manifest.departement
        chosen = ["--departement", departement, "--from", str(sources), "--offre", str(offre)]
        command = [sys.executable, "-m", "maillage", "atlas", "build", *chosen, "--out", str(out)]
        begun = time.perf_counter()
        subprocess.run([*command, "--cache", str(Path(name) / "cache")], check=True, capture_output=True)
        spent = time.perf_counter() - begun
        return {"construire_s": spent, "differences": list_differences(simulation, out)}


def list_differences(simulation: Simulation, folder: Path) -> list[str]:
    """Columns and deficits on which the impact and the atlas built disagree."""
    built, evaluated = open_atlas(folder), simulation.evaluated
    found = []
    for niveau in evaluated.calcul.niveaux:
        wide, expected = evaluated.whole(niveau), built.indicateurs(niveau)
        found += [
            f"{niveau} {name}"
            for name in expected.columns
            if name not in wide.columns or not wide[name].equals(expected[name])
        ]
    return found if evaluated.deficits().equals(built.deficits()) else [*found, "deficits"]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.impact", description=__doc__)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("scenarios", type=Path, nargs="*", help="scenario files, instead of one a type")
    parser.add_argument(
        "--from", dest="sources", type=Path, help="also build from these sources, and compare"
    )
    parser.add_argument("--fois", type=int, default=5)
    asked = parser.parse_args()
    given = [read_scenario(path.read_text("utf-8")) for path in asked.scenarios]
    chosen = given or [one for kind in TYPES if (one := close_first(asked.atlas, kind)) is not None]
    for rank, scenario in enumerate(chosen):
        figures, simulation = measure(asked.atlas, scenario, asked.fois)
        if rank == 0 and asked.sources:
            figures |= build_beside(simulation, asked.sources)
            figures["rapport"] = figures["construire_s"] / figures["mediane_s"]
        print(json.dumps(figures, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
