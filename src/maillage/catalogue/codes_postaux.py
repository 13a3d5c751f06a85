"""Postcodes: several communes may share one, one commune may have several; see ``codes_postaux.toml``."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from maillage.catalogue.lecture import read_csv


@cache
def list_postcodes() -> dict[str, tuple[str, ...]]:
    """Commune → its postcodes, sorted.

    >>> list_postcodes()["59350"][:2], list_postcodes()["59527"]
    (('59000', '59160'), ('59350',))
    """
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_csv("codes_postaux.csv"):
        for commune in row["communes"].split("|"):
            found[commune].append(row["code_postal"])
    return {commune: tuple(sorted(posts)) for commune, posts in found.items()}
