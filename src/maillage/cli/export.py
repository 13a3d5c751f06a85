"""``maillage export``: the figures of an atlas, in long form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from maillage.cli.avancement import TerminalProgress

NIVEAUX = ["carreau", "commune", "epci", "canton", "bassin_vie", "arrondissement", "departement", "zone"]

FORMATS = ["csv", "parquet", "ods", "geojson"]


@click.command()
@click.argument("atlas", type=click.Path(path_type=Path))
@click.option("--niveau", required=True, type=click.Choice(NIVEAUX), help="Maille des chiffres.")
@click.option(
    "--format", "forme", type=click.Choice(FORMATS), default="csv", show_default=True, help="Format."
)
@click.option("--indicateur", "indicateurs", multiple=True, help="Indicateur (répétable).")
@click.option("--out", type=click.Path(path_type=Path), help="Fichier à écrire.")
def export(atlas: Path, niveau: str, forme: str, indicateurs: tuple[str, ...], out: Path | None) -> None:
    """Sortir les chiffres d'un atlas : une ligne par territoire et par indicateur."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.export import WRITERS, make_long
    from maillage.atlas.lecture.ouvert import open_atlas

    if out is None and forme != "csv" and sys.stdout.isatty():
        raise click.UsageError("Ce format ne s'affiche pas : indiquez un fichier avec --out.")
    with TerminalProgress() as suivi:
        suivi.progress("Lecture des chiffres", 0.0)
        opened = open_atlas(atlas)
        long = make_long(opened, niveau, indicateurs)
        suivi.progress("Lecture des chiffres", 1.0)
        data = WRITERS[forme](opened, long, lambda done, n: suivi.count("Mise en forme", done, n))
    if out is None:
        sys.stdout.buffer.write(data)
        return
    write_file(out, data)
    click.echo(f"{out} écrit.", err=True)
