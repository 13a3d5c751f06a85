"""``maillage scenario``: a change tried on an atlas before it is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.essai import open_simulation
from maillage.cli.options import CHEMIN, argument_atlas, option_json
from maillage.cli.scenario_note import comparer, note

if TYPE_CHECKING:
    from maillage.scenarios.simulation import Simulation


@click.group()
def scenario() -> None:
    """Essayer un changement : ouvrir, fermer, déplacer, regrouper… et voir ce qu’il fait aux habitants."""


@scenario.command()
@argument_atlas
@click.argument("fichier", type=CHEMIN)
@option_json
@click.option(
    "--out", type=CHEMIN, help="Dossier à créer : impact.json, impact.geojson, offre.csv, scenario.yaml."
)
@click.option("--remplacer", is_flag=True, help="Remplacer le dossier s’il existe.")
@click.option(
    "--partiel", is_flag=True, help="Laisser de côté, en le disant, ce qui ne s’applique pas à cet atlas."
)
def impact(
    atlas: Path, fichier: Path, out: Path | None, *, as_json: bool, remplacer: bool, partiel: bool
) -> None:
    """Dire ce qu’un scénario (FICHIER, YAML) change sur un ATLAS : habitants, chiffres, déficits, coûts."""
    from maillage.atlas.construction.ecriture import check_destination
    from maillage.scenarios.rapport import describe, tell

    if out:
        check_destination(out, replace=remplacer)
    simulation = open_simulation(atlas, fichier, partial=partiel, lines=not as_json)
    if out:
        write_folder(simulation, out)
        click.echo(f"{out} écrit.", err=True)
    if as_json:
        click.echo(json.dumps(describe(simulation), ensure_ascii=False, allow_nan=False))
        return
    for refus in simulation.refus:
        click.echo(f"Laissé de côté : modification {refus.rang}, {refus.motif}.", err=True)
    click.echo(f"{simulation.scenario.nom} (chiffres simulés)")
    click.echo("\n".join(f"  {sentence}" for sentence in tell(simulation)))


@scenario.command()
@argument_atlas
@click.argument("fichier", type=CHEMIN)
def verifier(atlas: Path, fichier: Path) -> None:
    """Vérifier qu’un scénario se lit et s’applique à un atlas, par exemple plus récent ; tout dire sinon."""
    simulation = open_simulation(atlas, fichier, partial=True)
    total = len(simulation.scenario.modifications)
    for refus in simulation.refus:
        click.echo(f"modification {refus.rang} : {refus.motif}.")
    click.echo(f"{total - len(simulation.refus)} modifications sur {total} s’appliquent.")
    if simulation.scenario.atlas not in (None, simulation.atlas.manifest.empreinte):
        click.echo("Ce scénario a été écrit sur un autre atlas : ses effets peuvent différer.", err=True)
    if simulation.refus:
        raise click.exceptions.Exit(1)


def write_folder(simulation: Simulation, out: Path) -> None:
    """The folder of an impact, whole or not at all."""
    from maillage.atlas.construction.ecriture import whole_folder
    from maillage.scenarios.dossier import write_files

    with whole_folder(out) as folder:
        write_files(simulation, folder)


scenario.add_command(note)
scenario.add_command(comparer)
