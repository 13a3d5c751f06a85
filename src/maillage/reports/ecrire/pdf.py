"""A document of blocks as a tagged PDF (PDF/UA-1), set by typst: text goes in as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from maillage.francais import typeset
from maillage.reports.ecrire.composition import compile_pdf
from maillage.reports.ecrire.largeurs import fit_table, group_pages
from maillage.reports.rendu.blocs import LIEU_ET_DATE, Bloc, Document, EnRegard, Paragraphe, Tableau, Titre

TEMPLATE = "document.typ"
REFERE = 2  # the level of the headings at whose end long tables are referred to


def write_pdf(document: Document) -> bytes:
    """The PDF of the document; the same document gives the same bytes."""
    plain = asdict(document)
    plain["sommaire"] = int(document.sommaire)
    plain["lieu_et_date"] = LIEU_ET_DATE
    pages = group_pages(send_to_the_end(document.blocs))
    plain["blocs"] = [{"paysage": way, "blocs": list(map(to_data, run))} for way, run in pages]
    source = files(__package__).joinpath(TEMPLATE).read_bytes()
    return compile_pdf(source, {"document": json.dumps(plain, ensure_ascii=False)})


def send_to_the_end(blocs: Iterable[Bloc]) -> Iterator[Bloc]:
    """The blocks with their long tables in an annex; each part says which of its own stand there."""
    annexes: list[Tableau] = []
    here: list[str] = []
    for bloc in blocs:
        if isinstance(bloc, Tableau) and bloc.annexe:
            annexes.append(bloc)
            here.append(bloc.titre)
            continue
        if isinstance(bloc, Titre) and bloc.niveau <= REFERE:
            yield from _refer(here)
            here = []
        yield bloc
    yield from _refer(here)
    if annexes:
        yield Titre("Tableaux longs", id="tableaux-longs", nouvelle_page=True)
        yield from annexes


def _refer(titles: list[str]) -> Iterator[Bloc]:
    if titles:
        yield Paragraphe(typeset(f"En fin de document : {' ; '.join(titles)}."))


def to_data(bloc: Bloc) -> dict[str, Any]:
    """A block as the template reads it."""
    data: dict[str, Any] = {"sorte": type(bloc).__name__.lower()} | asdict(bloc)
    if isinstance(bloc, Tableau):
        data |= asdict(fit_table(bloc)) | {
            "lignes": [[str(cell) for cell in row] for row in bloc.lignes],
            "numeriques": sorted(bloc.numeriques),
        }
    if isinstance(bloc, EnRegard):
        data["textes"] = [to_data(text) for text in bloc.textes]
    return data
