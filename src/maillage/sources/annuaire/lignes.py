"""The records of a file as (row, values): of a JSON list, of a sheet, of columns that hold JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.annuaire.recueil import Recueil
from maillage.sources.fichiers import read_head, read_json, read_sheet

ENVELOPPES: Final = ("service", "results", "records", "places", "items", "data")
"""The keys under which producers put their list."""


def is_json(path: Path) -> bool:
    """Whether a file begins as a JSON document."""
    return read_head(path).lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"[", b"{"))


def list_rows(path: Path, recueil: Recueil) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each record with its row: the n-th of a JSON list, the row of a sheet; what is no record is a fault.

    Raises:
        EntreeInvalide: the file is neither, or is cut.
    """
    if not is_json(path):
        for row in read_sheet(path).cells.iter_rows(named=True):
            ligne = row.pop("_ligne")
            yield ligne, row
        return
    for ligne, entry in enumerate(open_list(read_json(path), path.name), 1):
        if isinstance(entry, Mapping):
            inner = entry.get("fields")
            yield ligne, dict(inner) if isinstance(inner, Mapping) else dict(entry)
        else:
            recueil.fail("une fiche est attendue, et non autre chose", ligne)


def open_list(document: Any, fichier: str) -> list[Any]:
    """The list of a document: itself, or under one of the usual keys.

    Raises:
        EntreeInvalide: no list.
    """
    if isinstance(document, Mapping):
        document = next(
            (document[key] for key in ENVELOPPES if isinstance(document.get(key), list)), document
        )
    if not isinstance(document, list):
        raise EntreeInvalide(
            f"Le fichier {fichier} n’est pas une liste de fiches.", (Faute("liste attendue", fichier),)
        )
    return document


def open_json(value: Any) -> Any:
    """A value that may be JSON written as text in a column; text that is no JSON stays text.

    >>> open_json('[{"valeur": "03 27"}]'), open_json("03 27"), open_json(None)
    ([{'valeur': '03 27'}], '03 27', None)
    """
    if isinstance(value, str) and value.strip()[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def as_list(value: Any) -> list[Any]:
    """A value as a list: nothing is empty, one value is a list of it."""
    found = open_json(value)
    if found in (None, ""):
        return []
    return found if isinstance(found, list) else [found]


def as_dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a value."""
    return [one for one in as_list(value) if isinstance(one, dict)]


def as_texts(value: Any, sep: str = "|") -> list[str]:
    """The texts of a value: a list, or one text cut at ``sep``.

    >>> as_texts("Gratuit|Payant"), as_texts(["Gratuit", ""]), as_texts(None)
    (['Gratuit', 'Payant'], ['Gratuit'], [])
    """
    found = open_json(value)
    parts = found.split(sep) if isinstance(found, str) else as_list(found)
    return [bare for part in parts if isinstance(part, (str, int, float)) and (bare := str(part).strip())]


def pick(values: list[dict[str, Any]], *keys: str) -> str | None:
    """The first of the objects' values under one of the keys that says something."""
    found = (str(one[key]).strip() for one in values for key in keys if one.get(key) not in (None, ""))
    return next((text for text in found if text), None)
