"""``maillage complements``: what partners said of places, accepted, for the next atlas."""

from __future__ import annotations

from pathlib import Path

import click

NOM = "complements.csv"


@click.group()
def complements() -> None:
    """Les compléments : ce que les partenaires ont dit des lieux, une fois accepté."""


@complements.command()
@click.argument("sortie", type=click.Path(path_type=Path))
@click.option(
    "--var", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Dossier de travail de l’installation ; la base que dit l’environnement sans cela.",
)  # fmt: skip
def exporter(sortie: Path, var: Path | None) -> None:
    """Écrire les lignes acceptées dans SORTIE : un fichier, ou le dossier des données de l’atlas."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.cli.sdaasp_base import open_base
    from maillage.francais import accord

    open_base(str(var) if var else None)
    from maillage.web.complements.export import write_csv
    from maillage.web.complements.queries import list_acceptees

    rows = list_acceptees()
    path = sortie / NOM if sortie.is_dir() else sortie
    write_file(path, write_csv(rows))
    click.echo(f"{path} écrit : {accord(len(rows), 'ligne acceptée', 'lignes acceptées')}.", err=True)
