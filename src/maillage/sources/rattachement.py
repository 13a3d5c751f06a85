"""Giving their commune's code to points that bear only its name and département."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.noms import list_other_names, serrer
from maillage.sources.lieux import get_departement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.sources.base import Table


def index_communes(tables: Iterable[Table]) -> dict[tuple[str, str], str]:
    """(département, name) → code; a name that two communes of a département share is left out.

    Former names count: those of the catalogue, and those that the lists of communes and of movements give.
    """
    tables = tuple(tables)
    found: dict[tuple[str, str], set[str]] = {}
    for table in tables:
        if table.nature == "communes":
            for code, name, departement in table.frame.select("code_insee", "nom", "departement").iter_rows():
                found.setdefault((departement, serrer(name or "")), set()).add(code)
    own = {key: set(codes) for key, codes in found.items()}
    others = [*list_other_names(), *(pair for table in tables for pair in table.noms)]
    departements = get_departement(pl.Series([code for code, _ in others], dtype=pl.String)).to_list()
    for (code, name), departement in zip(others, departements, strict=True):
        key = (departement, serrer(name))
        if key not in own and key[1]:
            found.setdefault(key, set()).add(code)
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
        index.get((departement, serrer(ville))) if departement and ville else None
        for departement, ville in places
    ]
    guess = pl.Series("code_insee", codes, pl.String)
    filled = table.frame["code_insee"].zip_with(table.frame["code_insee"].is_not_null(), guess)
    return replace(table, frame=table.frame.with_columns(filled.alias("code_insee")))
