"""``maillage scenario note`` and ``comparer``: what a scenario does, as documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.avancement import step
from maillage.cli.essai import open_simulation
from maillage.cli.options import CHEMIN, argument_atlas, option_json

if TYPE_CHECKING:
    from maillage.reports.rendu.blocs import Document
    from maillage.reports.scenario.comparaison import ScenarioCompare
    from maillage.scenarios.simulation import Simulation

DOCUMENTS = (".pdf", ".docx", ".html", ".ods")
DESSINS = (".svg", ".png", ".csv")


@click.command()
@argument_atlas
@click.argument("fichier", type=CHEMIN)
@click.option("--out", type=CHEMIN, required=True, help="La note à écrire : .pdf, .docx, .html ou .ods.")
@click.option(
    "--autre", "autres", type=CHEMIN, multiple=True, help="Un autre scénario étudié (YAML), plusieurs fois."
)
@click.option("--organisation", default="", help="Qui établit la note.")
@click.option("--etat", default="Document de travail", show_default=True, help="L’état du projet.")
@click.option("--partiel", is_flag=True, help="Laisser de côté, en le disant, ce qui ne s’applique pas.")
def note(
    atlas: Path,
    fichier: Path,
    out: Path,
    autres: tuple[Path, ...],
    organisation: str,
    etat: str,
    *,
    partiel: bool,
) -> None:
    """Écrire la note d’un scénario (FICHIER) sur un ATLAS : deux à quatre pages pour une décision."""
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.reports.scenario.note import CadreNote, make_note
    from maillage.reports.scenario.resume import summarise
    from maillage.scenarios.mots import tell_edits
    from maillage.scenarios.rapport import describe

    check_name(out, DOCUMENTS)
    simulation = open_simulation(atlas, fichier, partial=partiel)
    others = [summarise(describe(open_simulation(atlas, path, partial=partiel))) for path in autres]
    scenario = simulation.scenario
    cadre = CadreNote(
        etat=etat,
        auteur=organisation,
        etablie_le=date.today(),  # noqa: DTZ011 - the day where it is written
        modifications=tuple(tell_edits(scenario, simulation.terrain)),
        description=scenario.description,
        autres=tuple(others),
    )
    with step("Mise en pages"):
        write_whole(make_note(Lecteur(simulation.atlas), describe(simulation), cadre), out)
    click.echo(f"{out} écrit.", err=True)


@click.command()
@argument_atlas
@click.argument("fichiers", type=CHEMIN, nargs=-1, required=True)
@option_json
@click.option(
    "--out",
    type=CHEMIN,
    help="La comparaison : .pdf, .docx, .html, .ods, .csv (tableau), .svg ou .png (dessin).",
)
@click.option("--partiel", is_flag=True, help="Laisser de côté, en le disant, ce qui ne s’applique pas.")
def comparer(
    atlas: Path, fichiers: tuple[Path, ...], out: Path | None, *, as_json: bool, partiel: bool
) -> None:
    """Comparer de deux à six scénarios (FICHIERS) sur un ATLAS : habitants, équité, coût."""
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.reports.scenario.comparaison import check_count, make_comparison

    check_count(len(fichiers))
    if out:
        check_name(out, DOCUMENTS + DESSINS)
    tried = [open_simulation(atlas, path, partial=partiel, lines=not as_json) for path in fichiers]
    compares = list(map(summarise_simulation, tried))
    if out:
        write_whole(make_comparison(Lecteur(tried[0].atlas), compares), out)
        click.echo(f"{out} écrit.", err=True)
    if as_json:
        rows = [asdict(one.resume) | {"euros": one.resume.euros} for one in compares]
        click.echo(json.dumps(rows, ensure_ascii=False, allow_nan=False))
        return
    for line in show_table(compares):
        click.echo(line)


def summarise_simulation(simulation: Simulation) -> ScenarioCompare:
    """One scenario, ready to be compared."""
    from maillage.reports.scenario.comparaison import ScenarioCompare
    from maillage.reports.scenario.resume import summarise
    from maillage.scenarios.mots import tell_edits
    from maillage.scenarios.rapport import describe

    impact = describe(simulation)
    edits = tell_edits(simulation.scenario, simulation.terrain)
    return ScenarioCompare(summarise(impact), tuple(edits), tuple(impact["phrases"]))


def show_table(compares: Sequence[ScenarioCompare]) -> list[str]:
    """The figures of each, one line a figure."""
    from maillage.reports.scenario.tableaux import write_summaries

    table = write_summaries([one.resume for one in compares])
    lines = []
    for row in table.lignes:
        lines.append(str(row[0]))
        lines += [f"  {head} : {cell}" for head, cell in zip(table.colonnes[1:], row[1:], strict=True)]
    return [*lines, table.note]


def check_name(path: Path, allowed: tuple[str, ...]) -> None:
    """Refuse, before anything is computed, what cannot be written there."""
    from maillage.atlas.construction.ecriture import check_file
    from maillage.reports.ecrire.formes import check_form

    check_form(path.name, allowed)
    check_file(path)


def write_whole(document: Document, path: Path) -> None:
    """The document, whole or not at all."""
    from maillage.atlas.construction.ecriture import whole_file
    from maillage.reports.ecrire.formes import write_document

    with whole_file(path) as temporary:
        write_document(document, temporary)
