"""``maillage diagnostic``: the report for a chargé de mission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.avancement import step
from maillage.cli.sdaasp_base import open_base

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas
    from maillage.reports.diagnostic.document import Volet


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
@click.option(
    "--base",
    help="Base dont l’annuaire dit le réseau d’accueil : fichier SQLite, ou adresse d’une base.",
)
def diagnostic(atlas: Path, out: Path, etat: str, base: str | None) -> None:
    """Écrit le diagnostic d'un atlas : page HTML, PDF accessible, DOCX et classeur ODS.

    Avec --base, il a une partie de plus : l’accueil du public, dans le département et par arrondissement.
    """
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.reports.diagnostic.rapport import write_report

    if out.exists() and not out.is_dir():
        raise EntreeInvalide(f"« {out} » existe et n'est pas un dossier : choisissez un autre --out.")
    opened = open_atlas(atlas)
    ajouts = _read_accueil(opened, base) if base is not None else ()
    with step("Rapport : page, PDF, DOCX et classeur"):
        written = write_report(opened, out, etat, ajouts)
    for path in written:
        click.echo(str(path))


def _read_accueil(atlas: Atlas, base: str) -> tuple[Volet, ...]:
    """What the directory of a base says of this atlas; none when it says of nobody that they receive."""
    open_base(base)
    from maillage.web.annuaire.reseau.constats import make_part
    from maillage.web.socle.atlas import AtlasOuvert

    with step("Réseau d’accueil"):
        part = make_part(AtlasOuvert(atlas))
    return (part,) if part is not None else ()
