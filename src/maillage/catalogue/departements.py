"""Départements: code, name, and the name in capitals as SNCF writes it (INSEE, COG)."""

from __future__ import annotations

from functools import cache

from maillage.catalogue.lecture import read_csv


@cache
def list_departements() -> dict[str, str]:
    """Code → name.

    >>> list_departements()["59"]
    'Nord'
    """
    return {row["code"]: row["nom"] for row in read_csv("departements.csv")}


@cache
def list_capital_names() -> dict[str, str]:
    """Name in capitals without accents → code.

    >>> list_capital_names()["COTES-D'ARMOR"]
    '22'
    """
    return {row["nom_majuscules"]: row["code"] for row in read_csv("departements.csv")}
