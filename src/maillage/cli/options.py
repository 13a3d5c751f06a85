"""Options that several commands share."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maillage.scenarios.modifications import Scenario

option_programme = click.option(
    "--programme", "name", default="nord-2025-2030", show_default=True, help="Programme embarqué."
)
option_depuis = click.option(
    "--depuis",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fichier .json, .ods ou .xlsx.",
)
option_format = click.option(
    "--format",
    "output",
    type=click.Choice(["texte", "json"]),
    default="texte",
    show_default=True,
    help="Forme de la sortie.",
)
option_atlas = click.option(
    "--atlas",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Dossier de l’atlas dont le diagnostic dit les territoires en déficit.",
)


class NombreFini(click.FloatRange):
    """A number between bounds, ``nan`` and infinity being none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, in the unit that the option says."""
        found: float = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"« {value} » n’est pas un nombre fini.", param, ctx)
        return found


CHEMIN = click.Path(path_type=Path)
argument_atlas = click.argument("atlas", type=CHEMIN)
option_json = click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
option_scenario = click.option(
    "--scenario", type=CHEMIN, help="Écrire aussi la meilleure réponse comme scénario (YAML)."
)
option_limite = click.option(
    "--limite",
    default=60.0,
    show_default=True,
    type=NombreFini(1, 3600),
    help="Secondes de calcul par réponse, au plus.",
)
option_territoire = click.option(
    "--territoire", help="Les communes d’un territoire : arrondissement:594, epci:200030633…"
)


def write_yaml(path: Path | None, scenario: Scenario) -> None:
    """The scenario of an answer, where a path was given: even one that changes nothing."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.scenarios.fichier import write_scenario

    if path:
        write_file(path, write_scenario(scenario).encode())
        click.echo(f"{path} écrit.", err=True)
