"""Giving their commune's code to points that bear only its name and département."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.lecture import read_csv
from maillage.sources.lieux import get_departement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.sources.base import Table

ABREGES = ((r"\bSTE\b", "SAINTE"), (r"\bST\b", "SAINT"), (r"\bCEDEX\b.*", ""))
ARTICLE_FINAL = re.compile(r"^(.*)\((LE|LA|LES|L')\s*\)$")


def normalise(name: str) -> str:
    """A commune's name reduced to its letters, abbreviations spelt out, final article put first.

    >>> normalise("St-Amand-les-Eaux Cedex 2"), normalise("QUESNOY (LE )"), normalise("Le Quesnoy")
    ('SAINTAMANDLESEAUX', 'LEQUESNOY', 'LEQUESNOY')
    """
    text = unicodedata.normalize("NFD", name.replace("œ", "oe").replace("Œ", "OE"))
    text = text.encode("ascii", "ignore").decode().upper().strip()
    text = ARTICLE_FINAL.sub(r"\2 \1", text)
    for pattern, full in ABREGES:
        text = re.sub(pattern, full, text)
    return re.sub(r"[^A-Z]", "", text)


def index_communes(tables: Iterable[Table]) -> dict[tuple[str, str], str]:
    """(département, name) → code; a name that two communes of a département share is left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for table in tables:
        if table.nature == "communes":
            for code, name, departement in table.frame.select("code_insee", "nom", "departement").iter_rows():
                found.setdefault((departement, normalise(name or "")), set()).add(code)
    for row in read_csv("communes_associees.csv"):
        departement = get_departement(pl.Series([row["chef_lieu"]]))[0]
        found.setdefault((departement, normalise(row["nom"])), set()).add(row["chef_lieu"])
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1}


def attach(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """Fill the null ``code_insee`` of implantations that have ``ville`` and ``departement``."""
    index = index_communes(tables)
    return tuple(
        attach_table(t, index) if t.nature == "implantations" and "ville" in t.frame.columns else t
        for t in tables
    )


def attach_table(table: Table, index: dict[tuple[str, str], str]) -> Table:
    """One table; names that match no commune stay null."""
    places = table.frame.select("departement", "ville").iter_rows()
    codes = [
        index.get((departement, normalise(ville))) if departement and ville else None
        for departement, ville in places
    ]
    guess = pl.Series("code_insee", codes, pl.String)
    filled = table.frame["code_insee"].zip_with(table.frame["code_insee"].is_not_null(), guess)
    return replace(table, frame=table.frame.with_columns(filled.alias("code_insee")))
