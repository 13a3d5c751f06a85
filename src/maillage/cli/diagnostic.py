"""``maillage diagnostic``: the report for a chargé de mission."""

from __future__ import annotations

from pathlib import Path

import click

from maillage.cli.avancement import step


@click.command()
@click.argument("atlas", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Dossier où écrire le rapport.")
@click.option(
    "--etat",
    type=click.Choice(["projet", "approuvé", "en vigueur"]),
    default="projet",
    show_default=True,
    help="L'état du document, écrit sur sa couverture.",
)
def diagnostic(atlas: Path, out: Path, etat: str) -> None:
    """Écrit le diagnostic d'un atlas : page HTML, PDF accessible, DOCX et classeur ODS."""
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.reports.diagnostic.rapport import write_report

    if out.exists() and not out.is_dir():
        raise EntreeInvalide(f"« {out} » existe et n'est pas un dossier : choisissez un autre --out.")
    with step("Rapport : page, PDF, DOCX et classeur"):
        written = write_report(open_atlas(atlas), out, etat)
    for path in written:
        click.echo(str(path))
