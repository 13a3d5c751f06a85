"""Lists of all there is: a commune that such a list does not name, in a département it names, has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.sources.lieux import get_departement

if TYPE_CHECKING:
    from maillage.sources.base import Table


def fill_unlisted(tables: Iterable[Table]) -> tuple[Table, ...]:
    """The tables, those that list everything (``recense``) with a zero in the communes that they do not name.

    The communes are those of the lists of communes among ``tables``. A département of which nothing is named
    is not in the list: its communes stay unknown.
    """
    tables = tuple(tables)
    known = [table.frame["code_insee"] for table in tables if table.nature == "communes"]
    if not known:
        return tables
    codes = pl.concat(known).drop_nulls().unique().sort()
    return tuple(fill(table, codes) if table.recense else table for table in tables)


def fill(table: Table, codes: pl.Series) -> Table:
    """One list, with zeros."""
    frame = table.frame
    held = get_departement(frame["code_insee"]).unique()
    missing = codes.filter(
        get_departement(codes).is_in(held.to_list()) & ~codes.is_in(frame["code_insee"].to_list())
    )
    figures = [
        pl.lit(0.0).cast(frame[name].dtype).alias(name) for name in frame.columns if name != "code_insee"
    ]
    more = pl.DataFrame({"code_insee": missing}).with_columns(figures).select(frame.columns)
    return replace(table, frame=pl.concat([frame, more]).sort("code_insee"))
