"""The catalogue as flat tables, for printing and export: one row per entry, scalars only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from maillage.catalogue.eloignement import find_limit
from maillage.catalogue.indicateurs import load_indicateurs
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.seuils import load_seuils
from maillage.catalogue.sources import list_sources
from maillage.catalogue.types_service import list_types

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Ligne = dict[str, str | int | float | bool | None]


def tabulate(kind: str) -> list[Ligne]:
    """The rows of one part of the catalogue: a key of ``TABLEAUX``."""
    return TABLEAUX[kind]()


def flatten(entries: Iterable[DataclassInstance], *without: str) -> list[Ligne]:
    """Each entry's fields, sequences joined by commas."""
    rows = (asdict(entry) for entry in entries)
    return [{key: as_scalar(value) for key, value in row.items() if key not in without} for row in rows]


def as_scalar(value: Any) -> str | int | float | bool | None:
    """A scalar as it is; a sequence as text.

    >>> as_scalar(("a", "b"))
    'a, b'
    """
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(str(as_scalar(item)) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} = {as_scalar(item)}" for key, item in value.items())
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def list_type_rows() -> list[Ligne]:
    """One row per type, with the minutes beyond which it is too far by default."""
    rows = flatten(list_types().values())
    return [row | {"eloigne_min": find_limit(str(row["id"])).minutes} for row in rows]


def list_basket_rows() -> list[Ligne]:
    """One row per service of each basket."""
    return [
        {
            "panier": basket.id,
            "service": service.id,
            "libelle": service.libelle,
            "types": ", ".join(service.types),
            "types_2024": ", ".join(service.types_2024),
            "modifiable": basket.modifiable,
            "confirme": basket.confirme,
            "source": basket.source,
        }
        for basket in list_baskets().values()
        for service in basket.services
    ]


def list_speed_rows() -> list[Ligne]:
    """Every value of ``vitesses.toml`` with the path to it."""
    return [{"cle": path, "valeur": value} for path, value in walk(read_toml("vitesses.toml"))]


def walk(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str | int | float | bool | None]]:
    """The leaves of a tree, each with its path.

    >>> list(walk({"a": {"b": 1, "c": [1, 2]}}))
    [('a.b', 1), ('a.c', '1, 2')]
    """
    for key, value in tree.items():
        place = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from walk(value, place)
        else:
            yield place, as_scalar(value)


TABLEAUX: dict[str, Callable[[], list[Ligne]]] = {
    "types": list_type_rows,
    "paniers": list_basket_rows,
    "indicateurs": lambda: flatten(load_indicateurs().values(), "exemple"),
    "seuils": lambda: flatten(load_seuils().values()),
    "vitesses": list_speed_rows,
    "sources": lambda: flatten(list_sources().values(), "cles"),
}
