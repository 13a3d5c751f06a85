"""``maillage diagnostic``: the report for a chargé de mission."""

from __future__ import annotations

from pathlib import Path

import click

from maillage.cli.avancement import step


@click.command()
@click.argument("atlas", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Dossier où écrire le rapport.")
def diagnostic(atlas: Path, out: Path) -> None:
    """Écrit le diagnostic d'un atlas : page HTML, PDF accessible et classeur ODS."""
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.reports.diagnostic.rapport import write_report

    if out.exists() and not out.is_dir():
        raise EntreeInvalide(f"« {out} » existe et n'est pas un dossier : choisissez un autre --out.")
    with step("Rapport : page, PDF et classeur"):
        written = write_report(open_atlas(atlas), out)
    for path in written:
        click.echo(str(path))
