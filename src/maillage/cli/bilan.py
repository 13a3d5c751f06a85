"""``maillage bilan``: the yearly bilan, in its four forms."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.avancement import step
from maillage.cli.options import option_programme
from maillage.cli.sdaasp_base import read_base

if TYPE_CHECKING:
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.reports.bilan.document import EtatEcrit
    from maillage.sdaasp.bilan.contenu import Contenu


@click.command()
@click.argument("annee", type=click.IntRange(2000, 2100), metavar="ANNÉE")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Dossier où écrire.")
@option_programme
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse d’une base de données.")
@click.option(
    "--atlas",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Dossier de l’atlas dont les chiffres sont pris.",
)
def bilan(annee: int, *, out: Path, name: str, base: str | None, atlas: Path | None) -> None:
    """Écrire le bilan d’une ANNÉE : bilan-ANNÉE .docx, .pdf, .ods (annexes) et .json.

    Sans contribution, il dit ce qui est connu et ce qui manque.
    """
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.reports.bilan.ecriture import write_all

    if out.exists() and not out.is_dir():
        raise EntreeInvalide(f"{out} n’est pas un dossier. Indiquez-en un à --out.")
    contenu, ecrit = _read(annee, name, base, atlas)
    with step("Mise en pages"):
        written = write_all(contenu, ecrit, out)
    for path in written:
        click.echo(f"Écrit : {path}")
    for lack in contenu.manques:
        click.echo(f"Manque : {lack}")


def _read(annee: int, name: str, base: str | None, atlas: Path | None) -> tuple[Contenu, EtatEcrit]:
    from maillage.atlas.lecture.lecteur import open_lecteur
    from maillage.reports.bilan.chiffres import cite_figures
    from maillage.reports.bilan.document import EtatEcrit
    from maillage.sdaasp.bilan.assembler import Matiere, assemble
    from maillage.sdaasp.bilan.etats import LIBELLES, EtatBilan
    from maillage.sdaasp.reprise.chargement import load_programme

    held = open_lecteur(atlas) if atlas else None
    if base:
        return _read_base(annee, base, held)
    programme = load_programme(name)
    matiere = Matiere(
        chiffres=cite_figures(held, programme),
        atlas=held.id if held else "",
        essai=held.jeu_essai if held else False,
    )
    today = datetime.now(UTC).astimezone().date()
    return assemble(programme, annee, matiere, today), EtatEcrit(etat=LIBELLES[EtatBilan.OUVERT])


def _read_base(annee: int, base: str, atlas: Lecteur | None) -> tuple[Contenu, EtatEcrit]:
    """That of the application: its frozen text when it has one; what is altered is not written."""
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.sdaasp.bilan.scelle import VERDICTS, VerdictScelle

    read_base(base)
    from django.utils import timezone

    from maillage.web.bilan.lecture import read_bilan

    read = read_bilan(annee, atlas, timezone.localdate())
    if read.verdict is VerdictScelle.ALTERE:
        raise EntreeInvalide(f"Bilan {annee} : {VERDICTS[read.verdict]}")
    if read.verdict is not None:
        click.echo(f"Bilan {annee} figé. {VERDICTS[read.verdict]}", err=True)
    return read.contenu, read.ecrit
