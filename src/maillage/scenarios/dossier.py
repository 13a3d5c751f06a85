"""What a scenario does, as the files of a folder: for the command line and for pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from maillage.atlas.construction.ecriture import write_json
from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.rapport import describe, to_geojson
from maillage.scenarios.simulation import Simulation

IMPACT: Final = "impact.json"
GEOJSON: Final = "impact.geojson"
OFFRE: Final = "offre.csv"
YAML: Final = "scenario.yaml"


def write_files(simulation: Simulation, folder: Path) -> None:
    """Impact, points, the whole list of places and the scenario, in a folder that is there."""
    (folder / OFFRE).write_text(simulation.application.offre.write_csv(), "utf-8")
    (folder / GEOJSON).write_text(to_geojson(simulation) + "\n", "utf-8")
    (folder / YAML).write_text(write_scenario(simulation.scenario), "utf-8")
    write_json(folder, IMPACT, describe(simulation))
