"""``maillage sdaasp import``: a published text, a workbook or a JSON file.

Compared first, written on request.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maillage.catalogue.erreurs import EntreeInvalide, Faute

if TYPE_CHECKING:
    from maillage.sdaasp.completude.loi import Completude
    from maillage.sdaasp.programme.modele import Programme
    from maillage.sdaasp.reprise.dossier import Question
    from maillage.sdaasp.reprise.proposition import Proposition

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("fichier", type=FILE)
@click.option(
    "--programme", "name", default="nord-2025-2030", show_default=True, help="Programme à compléter."
)
@click.option("--decisions", "decisions_path", type=FILE, help="Réponses aux questions (TOML).")
@click.option("--questions", "questions_path", type=OUTPUT, help="Écrire les questions dans ce fichier TOML.")
@click.option("--confirmer", is_flag=True, help="Poser les questions une à une.")
@click.option("--ecrire", "output", type=OUTPUT, help="Écrire le programme obtenu (.json, .ods ou .xlsx).")
def import_(
    *,
    fichier: Path,
    name: str,
    decisions_path: Path | None,
    questions_path: Path | None,
    confirmer: bool,
    output: Path | None,
) -> None:
    """Lire un programme : texte publié (.txt), classeur (.ods, .xlsx) ou .json.

    Essai à blanc sans --ecrire.
    """
    from maillage.sdaasp.reprise.chargement import load_programme

    if fichier.suffix != ".txt" and (decisions_path or questions_path or confirmer):
        raise click.UsageError("--decisions, --questions et --confirmer servent à un texte publié (.txt).")
    base = load_programme(name)
    if fichier.suffix == ".txt":
        decisions = read_decisions(decisions_path) if decisions_path else {}
        programme = _import_text(fichier, base, decisions, questions_path=questions_path, confirm=confirmer)
    else:
        programme = read_any(fichier)
    _print_differences(base, programme)
    if output is None:
        click.echo("Essai à blanc : rien n’a été écrit. Ajoutez --ecrire FICHIER pour garder le résultat.")
        return
    write_any(programme, output)
    click.echo(f"Écrit : {output.name}")


def read_any(path: Path) -> Programme:
    """The programme of a JSON, ODS or XLSX file."""
    from maillage.sdaasp.programme.echange import parse_programme
    from maillage.sdaasp.reprise.classeur_lecture import read_sheets
    from maillage.sources.classeur import read_workbook

    if path.suffix != ".json":
        return read_sheets(read_workbook(path))
    return parse_programme(path.read_bytes())


def write_any(programme: Programme, path: Path, law: Completude | None = None) -> None:
    """The programme, and the legal answer when given, in a JSON, ODS or XLSX file by the name of ``path``."""
    import json

    from maillage.atlas.construction.ecriture import whole_file, write_file
    from maillage.reports.ecrire.classeur import write_sheets
    from maillage.sdaasp.completude.formes import to_document
    from maillage.sdaasp.indicateurs.budget import make_whole
    from maillage.sdaasp.programme.classeur import make_sheets
    from maillage.sdaasp.programme.echange import export_programme

    if path.suffix == ".json":
        held = export_programme(programme) | ({"completude": to_document(law)} if law else {})
        write_file(path, (json.dumps(held, ensure_ascii=False, indent=2) + "\n").encode())
    else:
        with whole_file(path) as temporary:
            sheets = make_whole(programme, law) if law else make_sheets(programme)
            schema = programme.schema
            write_sheets(sheets, temporary, schema.nom, ", ".join(schema.pilotes) or "Maillage")


def read_decisions(path: Path) -> dict[str, str]:
    """Question id → answer; an empty answer is no decision."""
    try:
        entries: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EntreeInvalide(
            "Le fichier de décisions ne peut pas être lu.", (Faute(str(error), path.name),)
        ) from None
    answers = {key: entry.get("reponse") for key, entry in entries.items() if isinstance(entry, dict)}
    return {key: answer for key, answer in answers.items() if isinstance(answer, str) and answer}


def _import_text(
    path: Path, base: Programme, decisions: dict[str, str], *, questions_path: Path | None, confirm: bool
) -> Programme:
    from maillage.atlas.construction.ecriture import write_file
    from maillage.sdaasp.reprise.fusion import measure_import, merge
    from maillage.sdaasp.reprise.proposition import propose
    from maillage.sources.sdaasp_texte import read_document

    document = read_document(path)
    proposal = propose(document, base, decisions)
    if confirm:
        proposal = propose(document, base, decisions | _prompt(proposal))
    measure = measure_import(proposal, base)
    click.echo(
        f"{measure.justes} cellules sur {measure.total} justes sans aide ({measure.share:.0%}), "
        f"{measure.demandees} qui dépendent d’une question, {len(measure.absentes)} absentes des tableaux, "
        f"{len(measure.fausses)} fausses."
    )
    click.echo(f"{len(proposal.en_attente)} questions en attente :")
    for question in proposal.en_attente:
        click.echo(f"  {_summarise(question)}")
    if questions_path is not None:
        write_file(questions_path, write_questions(proposal).encode())
        click.echo(f"Questions écrites : {questions_path.name}")
    merged = merge(base, proposal.programme)
    click.echo(f"{len(merged.repris)} champs repris, {len(merged.desaccords)} désaccords laissés tels quels.")
    return merged.programme


def _summarise(question: Question) -> str:
    place = f"ligne {question.ligne} : " if question.ligne else ""
    proposed = f" (proposition : {question.choix[question.proposition]})" if question.proposition else ""
    return f"{place}{question.texte}{proposed}"


def _prompt(proposal: Proposition) -> dict[str, str]:
    """Ask each pending question; an empty answer leaves it open."""
    answers: dict[str, str] = {}
    for question in proposal.en_attente:
        click.echo(_summarise(question))
        for value, label in question.choix.items():
            click.echo(f"    {value} : {label}")
        choice = click.Choice(["", *question.choix])
        answer: str = click.prompt(
            "  Réponse (Entrée : plus tard)", default="", type=choice, show_choices=False
        )
        if answer:
            answers[question.id] = answer
    return answers


def write_questions(proposal: Proposition) -> str:
    """The questions as a TOML file to fill: each with its choices, its answer left empty."""
    import json

    parts = ["# Répondez entre les guillemets, puis : maillage sdaasp import FICHIER --decisions CE_FICHIER"]
    for question in proposal.en_attente:
        lines = [f"# {_summarise(question)}"]
        lines += [f"#   {value} : {label}" for value, label in question.choix.items()]
        lines += [f"[{json.dumps(question.id, ensure_ascii=False)}]", 'reponse = ""']
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _print_differences(before: Programme, after: Programme) -> None:
    from maillage.sdaasp.programme.differences import compare

    differences = compare(before, after)
    click.echo(f"{len(differences)} différences avec le programme de départ.")
    for change in differences[:20]:
        click.echo(f"  {change.nature} : {change.collection} {change.cle} {change.champ or ''}".rstrip())
    if len(differences) > 20:
        click.echo(f"  … et {len(differences) - 20} autres.")
