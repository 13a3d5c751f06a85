"""``maillage sdaasp``: the programme of a schema — counts, completeness, coverage, import and export."""

from __future__ import annotations

import json
from collections.abc import Mapping
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

    programme = read_base() if base else load_programme(name)
    counts = compute_statistics(programme)
    if output == "json":
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    names = {d.cle: d.nom for d in programme.dimensions_transversales}
    for line in _describe(counts, names):
        click.echo(line)


def _describe(counts: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    from maillage.sdaasp.programme.statuts import tell_status
    from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison

    held = {name: number for name, number in counts["declinaisons"].items() if number}
    statuses = ", ".join(
        tell_status(None if name == "a_confirmer" else StatutDeclinaison(name), number)
        for name, number in held.items()
    )
    alone = " ; ".join(names[key] for key in counts["dimensions_sans_fiche_liste"])
    return [
        f"{counts['schema']} ({counts['version']})",
        f"  thèmes                      {counts['themes']}",
        f"  objectifs prioritaires      {counts['objectifs_prioritaires']}",
        f"  orientations FNE            {counts['orientations_fne']} ({counts['actions_fne']} actions)",
        f"  déclinaisons                {counts['declinaisons_total']} ({statuses})",
        f"  dimensions sans fiche       {alone or 'aucune'}",
        f"  objectifs sans cible        {counts['op_sans_cible']}",
    ]


for command in (nouveau, completude, import_, export, schema_json, charger, completer, prevenir):
    sdaasp.add_command(command)
