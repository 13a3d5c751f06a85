"""Names of arrondissements, for files that hold their codes only (INSEE, Code officiel géographique)."""

from __future__ import annotations

from functools import cache

from maillage.catalogue.lecture import read_csv


@cache
def list_arrondissements() -> dict[str, str]:
    """Code → name.

    >>> list_arrondissements()["592"]
    'Cambrai'
    """
    return {row["code"]: row["nom"] for row in read_csv("arrondissements.csv")}
