"""``maillage sdaasp export``: the programme, or one fiche, as a document, a workbook or data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.avancement import step
from maillage.cli.options import option_atlas, option_depuis, option_programme
from maillage.cli.sdaasp_completude import answer_with

if TYPE_CHECKING:
    from maillage.sdaasp.completude.loi import Completude
    from maillage.sdaasp.programme.modele import Programme


@click.command("export")
@click.argument("fichier", type=click.Path(dir_okay=False, path_type=Path))
@option_programme
@option_depuis
@option_atlas
@click.option("--fiche", "fiche", help="Clé d’une fiche, pour elle seule.")
def export(*, fichier: Path, name: str, source: Path | None, atlas: Path | None, fiche: str | None) -> None:
    """Écrire le programme en .docx, .pdf, .ods, .xlsx ou .json."""
    from maillage.cli.sdaasp_import import read_any, write_any
    from maillage.sdaasp.programme.echange import extract_fiche
    from maillage.sdaasp.reprise.chargement import load_programme

    programme = read_any(source) if source else load_programme(name)
    law = answer_with(programme, atlas)
    if fichier.suffix in (".docx", ".pdf"):
        write_document(programme, law, fichier, fiche)
    elif fiche:
        write_any(extract_fiche(programme, fiche), fichier)
    else:
        write_any(programme, fichier, law)
    click.echo(f"Écrit : {fichier.name}")


def write_document(programme: Programme, law: Completude, path: Path, fiche: str | None) -> None:
    """The programme or one fiche as DOCX or PDF, by the name of ``path``."""
    from maillage.atlas.construction.ecriture import whole_file
    from maillage.reports.ecrire.docx import write_docx
    from maillage.reports.ecrire.pdf import write_pdf
    from maillage.reports.programme.document import make_fiche, make_programme
    from maillage.reports.programme.edition import Edition

    edition = Edition(datetime.now(UTC).astimezone().date())
    document = make_fiche(programme, fiche, edition) if fiche else make_programme(programme, law, edition)
    with step("Mise en pages"), whole_file(path) as temporary:
        if path.suffix == ".pdf":
            temporary.write_bytes(write_pdf(document))
        else:
            write_docx(document, temporary)


@click.command("schema-json")
def schema_json() -> None:
    """Imprimer le schéma JSON du format d’échange (docs/schema-programme.json)."""
    import json

    from maillage.sdaasp.programme.schema_json import make_schema

    click.echo(json.dumps(make_schema(), ensure_ascii=False, indent=2))
