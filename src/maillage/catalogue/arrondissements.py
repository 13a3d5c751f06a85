"""The arrondissements of every département, by code (INSEE, Code officiel géographique)."""

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


def list_of(departement: str) -> dict[str, str]:
    """Code → name, of one département; Mayotte and the smallest collectivities have none.

    >>> list_of("2A"), list_of("976")
    ({'2A1': 'Ajaccio', '2A4': 'Sartène'}, {})
    """
    rows = read_csv("arrondissements.csv")
    return {row["code"]: row["nom"] for row in rows if row["departement"] == departement}
