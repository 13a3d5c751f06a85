"""``maillage sdaasp completude``: what the law asks, served and missing, as pages and documents say it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.options import option_atlas, option_format, option_programme
from maillage.cli.sdaasp_base import read_base

if TYPE_CHECKING:
    from maillage.sdaasp.completude.loi import Completude
    from maillage.sdaasp.programme.modele import Programme


@click.command()
@option_programme
@option_atlas
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse d’une base de données.")
@option_format
def completude(*, name: str, atlas: Path | None, base: str | None, output: str) -> None:
    """Dire si le programme est complet au sens de la loi : demandé, servi, manquant."""
    from maillage.sdaasp.completude.formes import to_document
    from maillage.sdaasp.reprise.chargement import load_programme

    programme = read_base(base) if base else load_programme(name)
    law = answer_with(programme, atlas)
    if output == "json":
        click.echo(json.dumps(to_document(law), ensure_ascii=False, indent=2))
        return
    for line in _describe(programme, law):
        click.echo(line)


def answer_with(programme: Programme, folder: Path | None) -> Completude:
    """The answer on a programme, with what the atlas of this folder finds in deficit."""
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.reports.programme.deficits import list_deficits
    from maillage.sdaasp.completude.loi import answer

    return answer(programme, list_deficits(Lecteur(open_atlas(folder)) if folder else None))


def _describe(programme: Programme, law: Completude) -> list[str]:
    from maillage.sdaasp.completude.interne import check_objectives
    from maillage.sdaasp.completude.mots import tell_exigence, tell_objets, tell_verdict

    holes = sum(finding.etat == "manquant" for finding in check_objectives(programme))
    lines = [tell_verdict(law)]
    for exigence in law.toutes:
        said = " ".join(filter(None, (tell_exigence(law, exigence), tell_objets(exigence))))
        lines.append(f"  [{'rempli' if exigence.remplie else 'manque'}] {exigence.regle.intitule} : {said}")
    lines.append(f"Règle interne : {holes} manques sur {len(programme.objectifs)} objectifs prioritaires.")
    return lines
