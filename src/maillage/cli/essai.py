"""A scenario of a file tried on an atlas, for every command of scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from maillage.cli.avancement import step

if TYPE_CHECKING:
    from maillage.scenarios.simulation import Simulation


def open_simulation(atlas: Path, fichier: Path, *, partial: bool, lines: bool = True) -> Simulation:
    """The scenario of a file on an atlas; every edit has to hold unless ``partial``."""
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.scenarios.application import require
    from maillage.scenarios.fichier import read_scenario
    from maillage.scenarios.simulation import try_on
    from maillage.sources.fichiers import decode, read_bytes

    text, _ = decode(read_bytes(fichier))
    with step("Essai du scénario", lines=lines):
        simulation = try_on(open_atlas(atlas), read_scenario(text, fichier.name))
        _ = simulation.hypotheses
    if not partial:
        require(simulation.application, f"Le scénario {fichier.name}")
    return simulation
