"""Options that several commands of the schema share."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

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
