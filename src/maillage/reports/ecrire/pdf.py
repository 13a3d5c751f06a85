"""A document of blocks as a tagged PDF (PDF/UA-1), set by typst: text goes in as data, never as markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from maillage.francais import typeset
from maillage.reports.ecrire.composition import compile_pdf
from maillage.reports.rendu.blocs import Bloc, Document, Paragraphe, Tableau, Titre

TEMPLATE = "document.typ"
WRAPS = 24  # characters past which a column of text shares the room that is left
EM_PER_CHARACTER = {True: 0.56, False: 0.6}  # figures are narrower than words


def write_pdf(document: Document) -> bytes:
    """The PDF of the document; the same document gives the same bytes."""
    plain = asdict(document)
    plain["sommaire"] = int(document.sommaire)
    plain["blocs"] = [to_data(bloc) for bloc in send_to_the_end(document.blocs)]
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
        if isinstance(bloc, Titre) and bloc.niveau == 1:
            yield from _refer(here)
            here = []
        yield bloc
    yield from _refer(here)
    if annexes:
        yield Titre("Annexes", id="annexes")
        yield from annexes


def _refer(titles: list[str]) -> Iterator[Bloc]:
    if titles:
        yield Paragraphe(typeset(f"En annexe : {' ; '.join(titles)}."))


def to_data(bloc: Bloc) -> dict[str, Any]:
    """A block as the template reads it."""
    data: dict[str, Any] = {"sorte": type(bloc).__name__.lower()} | asdict(bloc)
    if isinstance(bloc, Tableau):
        data |= {
            "lignes": [[str(cell) for cell in row] for row in bloc.lignes],
            "numeriques": sorted(bloc.numeriques),
            "largeurs": [column_width(bloc, k) for k in range(len(bloc.colonnes))],
        }
    return data


def column_width(table: Tableau, k: int) -> dict[str, float]:
    """A column of figures or short texts holds its longest cell; the others share the room that is left."""
    if table.largeurs:
        return {"part": table.largeurs[k], "em": 0}
    longest = max((len(str(row[k])) for row in table.lignes), default=1)
    word = max(len(part) for part in re.split(r"[\s-]", table.colonnes[k]))
    if longest > WRAPS and k not in table.numeriques:
        return {"part": longest**0.5, "em": 0}
    narrow = k in table.numeriques
    return {"part": 0, "em": max(longest * EM_PER_CHARACTER[narrow], word * EM_PER_CHARACTER[False])}
