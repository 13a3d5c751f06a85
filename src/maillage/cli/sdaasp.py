"""``maillage sdaasp``: the programme of a schema — counts, completeness, coverage, import and export."""

from __future__ import annotations

import json
from typing import Any

import click

from maillage.cli.options import option_format, option_programme
from maillage.cli.sdaasp_base import charger, completer, read_base
from maillage.cli.sdaasp_completude import completude
from maillage.cli.sdaasp_export import export, schema_json
from maillage.cli.sdaasp_import import import_
from maillage.cli.sdaasp_nouveau import nouveau
from maillage.cli.sdaasp_prevenir import prevenir


@click.group()
def sdaasp() -> None:
    """Le programme du schéma : comptes, complétude, couverture, import, export."""


@sdaasp.command()
@option_programme
@click.option("--base", is_flag=True, help="Le programme de la base de l’application.")
@option_format
def stats(name: str, output: str, *, base: bool) -> None:
    """Compter les thèmes, objectifs, actions et déclinaisons du programme."""
    from maillage.sdaasp.programme.statistiques import compute_statistics
    from maillage.sdaasp.reprise.chargement import load_programme

    counts = compute_statistics(read_base() if base else load_programme(name))
    if output == "json":
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    for line in _describe(counts):
        click.echo(line)


def _describe(counts: dict[str, Any]) -> list[str]:
    statuses = ", ".join(
        f"{number} {name.replace('_', ' ')}" for name, number in counts["declinaisons"].items()
    )
    return [
        f"{counts['schema']} ({counts['version']})",
        f"  thèmes                      {counts['themes']}",
        f"  objectifs prioritaires      {counts['objectifs_prioritaires']}",
        f"  orientations FNE            {counts['orientations_fne']} ({counts['actions_fne']} actions)",
        f"  déclinaisons                {counts['declinaisons_total']} ({statuses})",
        f"  dimensions sans fiche       {', '.join(counts['dimensions_sans_fiche_liste']) or 'aucune'}",
        f"  objectifs sans cible        {counts['op_sans_cible']}",
    ]


for command in (nouveau, completude, import_, export, schema_json, charger, completer, prevenir):
    sdaasp.add_command(command)
