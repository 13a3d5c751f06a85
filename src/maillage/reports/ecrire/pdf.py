"""A document of blocks as a tagged PDF (PDF/UA-1), set by typst: text goes in as data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files

from maillage.reports.ecrire.composition import compile_pdf
from maillage.reports.rendu.blocs import Document

TEMPLATE = "document.typ"


def write_pdf(document: Document) -> bytes:
    """The PDF of the document; the same document gives the same bytes."""
    plain = asdict(document)
    plain["blocs"] = [{"sorte": type(bloc).__name__.lower()} | asdict(bloc) for bloc in document.blocs]
    source = files(__package__).joinpath(TEMPLATE).read_bytes()
    return compile_pdf(source, {"document": json.dumps(plain, ensure_ascii=False)})
