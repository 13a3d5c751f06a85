"""What a scenario does, computed once for each state of it and of the atlas, in a child process.

The files that the child writes are found again by everybody who reads the same scenario on the same atlas.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.scenarios.application import Application, Terrain, apply
from maillage.scenarios.dossier import IMPACT, write_files
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.lignes.application import apply_lines
from maillage.scenarios.modifications import Scenario
from maillage.scenarios.simulation import try_on
from maillage.web.socle import commands, queries
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.models import Travail

GENRE = "essayer_scenario"
TITRE = "Les effets d’un scénario"
FORME = 5
"""Of the files that the child writes: effects written in another form are computed again."""


def essayer(parametres: dict[str, Any], dossier: Path, progress: Callable[[int, str], None]) -> str:
    """Run in the child: the scenario tried on the atlas, its files written; the name of the impact."""
    progress(5, "lecture de l’atlas")
    simulation = try_on(open_atlas(Path(parametres["atlas"])), read_scenario(parametres["scenario"]))
    progress(15, "temps de trajet")
    _ = simulation.types
    progress(50, "chiffres et déficits")
    write_files(simulation, dossier)
    return IMPACT


def get_terrain(atlas: AtlasOuvert) -> Terrain:
    """Where edits are made, read once for an atlas."""
    found: Terrain = atlas.garder(("terrain",), lambda: Terrain(atlas.tables))
    return found


def put_on(atlas: AtlasOuvert, scenario: Scenario) -> Application:
    """The places of an atlas once the edits are made, and the edits that do not hold; quick, no figure."""
    terrain = get_terrain(atlas)
    return apply(scenario, terrain).refuse(apply_lines(scenario, terrain)[1])


def check_departement(atlas: AtlasOuvert, scenario: Scenario) -> None:
    """Refuse a scenario of another département, or that assumes what nothing reads."""
    _ = try_on(atlas.tables, scenario).hypotheses


@dataclass(frozen=True)
class Effets:
    """Where the computation of a scenario stands: ``impact`` once it is there, else its work, if asked."""

    impact: dict[str, Any] | None
    travail: Travail | None
    dossier: Path | None = None


def read_effets(atlas: AtlasOuvert, contenu: str) -> Effets:
    """What is known of a scenario on an atlas."""
    travail = queries.find_dernier_travail(commands.make_key(GENRE, _ask(atlas, contenu)))
    if travail is None or not travail.fichier:
        return Effets(None, travail)
    folder = Path(settings.EXPORTS) / travail.jeton
    if not (folder / travail.fichier).is_file():
        return Effets(None, None)
    read = atlas.garder(("effets", travail.jeton), lambda: json.loads((folder / IMPACT).read_text("utf-8")))
    return Effets(read, travail, folder)


def request_effets(personne: Any, atlas: AtlasOuvert, contenu: str) -> Travail:
    """Ask for the computation; the same one, made or under way, is not asked twice."""
    return commands.request_travail(personne, GENRE, TITRE, _ask(atlas, contenu))


def _ask(atlas: AtlasOuvert, contenu: str) -> dict[str, Any]:
    return {"atlas": str(atlas.dossier), "empreinte": atlas.empreinte, "scenario": contenu, "forme": FORME}


def explain(error: EntreeInvalide) -> list[str]:
    """What is refused, fault by fault."""
    return [str(fault) for fault in error.fautes] or [error.message]
