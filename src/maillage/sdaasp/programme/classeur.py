"""A programme as sheets of cells, and back: one sheet per collection, one per list inside an object.

Cells hold text, numbers, dates, « oui » or « non ». Lists of texts are one item per line (a line break inside
an item is written ``\\n``, a backslash ``\\\\``). A list that may be « à confirmer » has a column in the
sheet of its object which says so; the items are rows of their own sheet. What stands in the sheets is the
whole programme: nothing else is kept, and reading what was written gives the same programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import Champ, describe, get_key, list_collections

Cellule = str | float | int | date | None
A_CONFIRMER, AUCUN, VOIR = "à confirmer", "aucun", "voir la feuille"
MARQUES = frozenset({A_CONFIRMER, AUCUN, VOIR})
RANG, PARENT = "rang", "objet"
COMPLETUDE, BUDGET = "completude", "budget"
DERIVEES = frozenset({COMPLETUDE, BUDGET})  # computed from the others: written, never read


@dataclass(frozen=True, slots=True)
class Feuille:
    """One sheet: its name (31 characters at most), its column names, its rows.

    ``entete``: the row of the column names, counted from 1; ``masquee``: a sheet that its author hid.
    """

    nom: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[Cellule, ...], ...]
    entete: int = 1
    masquee: bool = False


def make_sheets(programme: Programme) -> tuple[Feuille, ...]:
    """Every sheet of a programme, empty ones included, so that a row can be added to any."""
    sheets = [_make_sheet("schema", type(programme.schema), [programme.schema])]
    for name, cls in list_collections():
        items = getattr(programme, name)
        sheets.append(_make_sheet(name, cls, items))
        sheets += [
            _make_child(name, champ, items) for champ in describe(cls) if champ.liste and champ.is_objet
        ]
    return tuple(sheets)


def list_columns(cls: type) -> tuple[tuple[str, Champ], ...]:
    """(column name, field) of a class; a nested object takes one column per field, ``nested.field``.

    >>> from maillage.sdaasp.programme.afom import Preuve
    >>> [name for name, _ in list_columns(Preuve)][:4]
    ['nature', 'texte', 'chiffre.atlas', 'chiffre.niveau']
    """
    return tuple(_iter_columns(cls))


def _iter_columns(cls: type) -> Iterator[tuple[str, Champ]]:
    for champ in describe(cls):
        if champ.is_objet and not champ.liste:
            yield from ((f"{champ.nom}.{name}", inner) for name, inner in _iter_columns(champ.type))
        elif not champ.is_objet or champ.nullable:
            yield champ.nom, champ


def _make_sheet(name: str, cls: type, items: Sequence[Any]) -> Feuille:
    columns = list_columns(cls)
    rows = tuple(tuple(_write(_reach(item, path), champ) for path, champ in columns) for item in items)
    return Feuille(name, tuple(path for path, _ in columns), rows)


def _make_child(collection: str, champ: Champ, items: Sequence[Any]) -> Feuille:
    columns = list_columns(champ.type)
    rows = tuple(
        (get_key(collection, item), rank, *(_write(_reach(part, path), inner) for path, inner in columns))
        for item in items
        for rank, part in enumerate(getattr(item, champ.nom) or (), 1)
    )
    return Feuille(f"{collection}.{champ.nom}", (PARENT, RANG, *(path for path, _ in columns)), rows)


def _reach(item: Any, path: str) -> Any:
    for name in path.split("."):
        item = None if item is None else getattr(item, name)
    return item


def _write(value: Any, champ: Champ) -> Cellule:
    if champ.liste:
        return _write_list(value, champ)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, StrEnum):
        return value.value
    return value  # type: ignore[no-any-return]


def _write_list(value: Any, champ: Champ) -> str | None:
    if value is None:
        return A_CONFIRMER
    if champ.is_objet:
        return VOIR if value else AUCUN
    if not value:
        return AUCUN if champ.nullable else None
    return "\n".join(escape_item(item) for item in value)


def escape_item(item: str) -> str:
    """One line for one item; an item that would read as a marker is guarded by a backslash.

    >>> escape_item("a\\nb"), escape_item("aucun")
    ('a\\\\nb', '\\\\aucun')
    """
    text = item.replace("\\", "\\\\").replace("\n", "\\n")
    return f"\\{text}" if text in MARQUES else text


def unescape_item(line: str) -> str:
    """The item that ``escape_item`` wrote as ``line``."""
    if line.startswith("\\") and line[1:] in MARQUES:
        return line[1:]
    return "\\".join(part.replace("\\n", "\n") for part in line.split("\\\\"))
