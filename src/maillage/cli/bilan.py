"""``maillage bilan``: the yearly bilan, in its four forms."""

from __future__ import annotations

from collections.abc import Callable
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
    from maillage.sdaasp.bilan.evaluation import EvaluationSchema
    from maillage.sdaasp.programme.modele import Programme

    Lire = Callable[[int], tuple[Contenu, EtatEcrit]]


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
@click.option(
    "--evaluation",
    is_flag=True,
    help="Toutes les années du schéma jusqu’à celle-ci, face au schéma précédent.",
)
def bilan(
    annee: int, *, out: Path, name: str, base: str | None, atlas: Path | None, evaluation: bool
) -> None:
    """Écrire le bilan d’une ANNÉE : bilan-ANNÉE .docx, .pdf, .ods (annexes) et .json.

    Sans contribution, il dit ce qui est connu et ce qui manque. Avec --evaluation, le bilan à mi-parcours ou,
    la dernière année du schéma, son évaluation : evaluation-ANNÉE, dans les mêmes formes.
    """
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.reports.bilan.ecriture import write_all, write_whole_evaluation

    if out.exists() and not out.is_dir():
        raise EntreeInvalide(f"{out} n’est pas un dossier. Indiquez-en un à --out.")
    programme, read, held = _open(name, base, atlas)
    if evaluation:
        whole = _evaluate(programme, read, annee, held)
        with step("Mise en pages"):
            written = write_whole_evaluation(whole, out)
        lacks: tuple[str, ...] = ()
    else:
        contenu, ecrit = read(annee)
        with step("Mise en pages"):
            written = write_all(contenu, ecrit, out)
        lacks = contenu.manques
    for path in written:
        click.echo(f"Écrit : {path}")
    for lack in lacks:
        click.echo(f"Manque : {lack}")


def _open(name: str, base: str | None, atlas: Path | None) -> tuple[Programme, Lire, Lecteur | None]:
    """The programme, how to read the bilan of a year of it, and the atlas (null without one)."""
    from maillage.atlas.lecture.lecteur import open_lecteur
    from maillage.sdaasp.reprise.chargement import load_programme

    held = open_lecteur(atlas) if atlas else None
    if base:
        return read_base(base), lambda annee: _read_base(annee, held), held
    programme = load_programme(name)
    return programme, lambda annee: _read_file(programme, annee, held), held


def _evaluate(programme: Programme, read: Lire, annee: int, atlas: Lecteur | None) -> EvaluationSchema:
    from maillage.reports.bilan.chiffres import count_today
    from maillage.sdaasp.bilan.evaluation import AnneeEvaluee, list_years, make_evaluation
    from maillage.sdaasp.bilan.precedent import load_precedent

    schema = programme.schema
    years = []
    for year in list_years(schema.debut, schema.fin, annee):
        contenu, ecrit = read(year)
        years.append(AnneeEvaluee(contenu=contenu, empreinte=ecrit.empreinte))
    before = load_precedent(schema.cle)
    return make_evaluation(years, before, count_today(atlas, before))


def _read_file(programme: Programme, annee: int, atlas: Lecteur | None) -> tuple[Contenu, EtatEcrit]:
    from maillage.reports.bilan.chiffres import cite_figures
    from maillage.reports.bilan.document import EtatEcrit
    from maillage.sdaasp.bilan.assembler import Matiere, assemble
    from maillage.sdaasp.bilan.etats import LIBELLES, EtatBilan

    matiere = Matiere(
        chiffres=cite_figures(atlas, programme),
        atlas=atlas.id if atlas else "",
        essai=atlas.jeu_essai if atlas else False,
    )
    today = datetime.now(UTC).astimezone().date()
    return assemble(programme, annee, matiere, today), EtatEcrit(etat=LIBELLES[EtatBilan.OUVERT])


def _read_base(annee: int, atlas: Lecteur | None) -> tuple[Contenu, EtatEcrit]:
    """That of the application: its frozen text when it has one; what is altered is not written."""
    from django.utils import timezone

    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.sdaasp.bilan.scelle import VERDICTS, VerdictScelle
    from maillage.web.bilan.lecture import read_bilan

    read = read_bilan(annee, atlas, timezone.localdate())
    if read.verdict is VerdictScelle.ALTERE:
        raise EntreeInvalide(f"Bilan {annee} : {VERDICTS[read.verdict]}")
    if read.verdict is not None:
        click.echo(f"Bilan {annee} figé. {VERDICTS[read.verdict]}", err=True)
    return read.contenu, read.ecrit
