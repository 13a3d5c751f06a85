"""Statistical secrecy, applied to the figures before they are written: every output reads the atlas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.registre import Instance, needs
from maillage.atlas.etapes import Piece
from maillage.atlas.format import SUFFIXES, TERRITOIRES
from maillage.atlas.publics import PREFIXE, PUBLICS
from maillage.catalogue.statistiques import list_statistics
from maillage.diagnostic.secret import find_minimum, list_nested, suppress

EMPTY: Final = ""


def hide_secrets(
    lot: Mapping[str, Piece], communes: pl.DataFrame, instances: Mapping[str, Instance]
) -> dict[str, Piece]:
    """The lot of indicators without what secrecy forbids, and without what would let it be found.

    For each statistic with a threshold, counts below it are hidden at nested meshes, with others beside them;
    other meshes lose the figure altogether. Whatever is computed from the statistic follows it. Cells that
    the source itself left null are in no total: nothing needs to protect them.
    """
    tables = dict(lot)
    for statistique in list_secret(tables.get("commune")):
        hidden = find_hidden(statistique, tables, communes)
        if not any(rows.any() for rows in hidden.values()):
            continue
        names = list_dependants(statistique, instances)
        for niveau in TERRITOIRES:
            table = tables.get(niveau)
            if isinstance(table, pl.DataFrame):
                tables[niveau] = blank(table, names, hidden.get(niveau))
        tables["index"] = trim_index(tables)
    return tables


def list_secret(communes: Piece | None) -> Iterator[str]:
    """Statistics of the table that have a threshold and a count below it."""
    if not isinstance(communes, pl.DataFrame):
        return
    for name in list_statistics():
        minimum = find_minimum(name)
        if minimum and name in communes.columns:
            count = pl.col(name)
            if communes.select(((count > 0) & (count < minimum)).any()).item():
                yield name


def find_hidden(
    statistique: str, tables: Mapping[str, Piece], communes: pl.DataFrame
) -> dict[str, NDArray[np.bool_]]:
    """By nested mesh, the territories to hide."""
    minimum = find_minimum(statistique) or 0
    levels = [niveau for niveau in list_nested() if isinstance(tables.get(niveau), pl.DataFrame)]
    parents = communes.with_columns(commune=pl.col("code_insee"), departement=pl.lit(EMPTY))
    counts, ups = [], []
    for niveau, above in zip(levels, [*levels[1:], None], strict=True):
        table = tables[niveau]
        assert isinstance(table, pl.DataFrame)  # noqa: S101 - chosen above
        counts.append(table[statistique].cast(pl.Float64).fill_null(0.0).to_numpy())
        if above:
            ups.append(find_parents(table, niveau, above, tables, parents))
    hidden = suppress(counts, ups, minimum)
    return dict(zip(levels, hidden, strict=True))


def find_parents(
    table: pl.DataFrame, niveau: str, above: str, tables: Mapping[str, Piece], communes: pl.DataFrame
) -> NDArray[np.int32]:
    """The row, in the mesh above, of each territory of ``table``; -1 for none: int32[n]."""
    higher = tables[above]
    assert isinstance(higher, pl.DataFrame)  # noqa: S101 - chosen by the caller
    if higher.height == 1:
        return np.zeros(table.height, np.int32)
    order = {code: row for row, code in enumerate(higher["code"])}
    parent = dict(communes.select(niveau, above).drop_nulls().iter_rows())
    return np.array([order.get(parent.get(code, EMPTY), -1) for code in table["code"]], np.int32)


def list_dependants(statistique: str, instances: Mapping[str, Instance]) -> frozenset[str]:
    """The indicators computed from a statistic, directly, through others, or weighed by a group it counts."""
    grandeur = f"stat_{statistique}"

    def reads(name: str, chain: tuple[str, ...]) -> bool:
        if name == grandeur:
            return True
        if name.startswith(PREFIXE):
            return statistique in PUBLICS[name.removeprefix(PREFIXE)].statistiques
        if name not in instances or name in chain:
            return False
        instance = instances[name]
        wanted = [needed for needed, _ in needs(instance).values() if needed]
        wanted += [instance.groupe, *([instance.fill(instance.entree.rang)] if instance.entree.rang else [])]
        return any(reads(needed, (*chain, name)) for needed in wanted)

    return frozenset(name for name in instances if reads(name, ()))


def blank(table: pl.DataFrame, names: frozenset[str], rows: NDArray[np.bool_] | None) -> pl.DataFrame:
    """Null in ``rows`` of the columns of ``names``; without rows (a refused mesh), no such columns."""
    columns = [f"{name}{end}" for name in names for end in ("", *SUFFIXES) if f"{name}{end}" in table.columns]
    if rows is None:
        return table.drop(columns)
    mask = pl.Series(rows)
    return table.with_columns(pl.when(~mask).then(pl.col(name)).alias(name) for name in columns)


def trim_index(tables: Mapping[str, Piece]) -> pl.DataFrame:
    """The index without the figures that a mesh has lost."""
    index = tables["index"]
    assert isinstance(index, pl.DataFrame)  # noqa: S101 - made by the stage of indicators
    kept = [
        niveau not in tables or name in getattr(tables[niveau], "columns", ())
        for niveau, name in index.select("niveau", "indicateur").iter_rows()
    ]
    return index.filter(pl.Series(kept, dtype=pl.Boolean))
