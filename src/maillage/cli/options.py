"""Options that several commands of the schema share."""

from __future__ import annotations

from pathlib import Path

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
