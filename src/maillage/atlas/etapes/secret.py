"""Statistical secrecy, applied to the figures before they are written: every output reads the atlas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.publics import PREFIXE, PUBLICS
from maillage.access.evaluation.registre import IndicateurNomme, needs
from maillage.atlas.construction.stages import Piece
from maillage.atlas.etapes.inventaires import STATISTIQUE
from maillage.atlas.lecture.format import SUFFIXES, TERRITOIRES
from maillage.catalogue.statistiques import list_statistics
from maillage.territoires.secret import find_family, find_minimum, list_nested, suppress_together

EMPTY: Final = ""
MASQUE: Final = "secret"
"""The table of a lot that says what was hidden: of each family of statistics, at each nested mesh."""
MASQUES: Final[dict[str, Any]] = {
    "famille": pl.String,
    "niveau": pl.String,
    "code": pl.String,
    "cache": pl.Boolean,
    "contient": pl.Boolean,
}


def hide_secrets(
    lot: Mapping[str, Piece], communes: pl.DataFrame, nommes: Mapping[str, IndicateurNomme]
) -> dict[str, Piece]:
    """The lot of indicators without what secrecy forbids, and without what would let it be found.

    For each statistic with a threshold, counts below it are hidden at nested meshes, with others beside them,
    and so are the other statistics about the same people; other meshes lose these figures altogether.
    Whatever is computed from them follows. A figure that is weighed by such a count is one more equation on
    the counts hidden below it: it goes wherever one is. Cells that the source itself left null are in no
    total: nothing needs to protect them.
    """
    tables, masks = dict(lot), [pl.DataFrame(schema=MASQUES)]
    for family in list_secret_families(tables.get("commune")):
        hidden = find_hidden(family, tables, communes)
        if not any(rows.any() for rows in hidden.values()):
            continue
        above = spread_up(hidden, tables, communes)
        masks += [
            frame(tables, niveau).select(
                famille=pl.lit(" ".join(family)),
                niveau=pl.lit(niveau),
                code="code",
                cache=pl.Series(rows),
                contient=pl.Series(above[niveau]),
            )
            for niveau, rows in hidden.items()
        ]
        tables |= hide_family(tables, family, masks[-len(hidden) :], nommes)
    if len(masks) > 1:
        tables["index"] = trim_index(tables)
    return {**tables, MASQUE: pl.concat(masks)}


def hide_again(
    tables: Mapping[str, Piece], masques: pl.DataFrame, nommes: Mapping[str, IndicateurNomme]
) -> dict[str, Piece]:
    """Tables computed from statistics already hidden, without what ``masques`` hid: a table of the lot."""
    found = dict(tables)
    for family in masques["famille"].unique().sort():
        here = masques.filter(pl.col("famille") == family)
        masks = [rows for _, rows in here.group_by("niveau", maintain_order=True)]
        found |= hide_family(found, family.split(" "), masks, nommes)
    return found


def hide_family(
    tables: Mapping[str, Piece],
    family: Sequence[str],
    masks: Iterable[pl.DataFrame],
    nommes: Mapping[str, IndicateurNomme],
) -> dict[str, Piece]:
    """The tables of the meshes without what the masks of one family of statistics hide, mesh by mesh."""
    names = frozenset().union(*(list_dependants(name, nommes) for name in family))
    weighed = frozenset(name for name in names if is_weighed(nommes[name]))
    by_niveau = {mask["niveau"][0]: mask for mask in masks}
    found: dict[str, Piece] = {}
    for niveau in TERRITOIRES:
        table = tables.get(niveau)
        if isinstance(table, pl.DataFrame):
            mask = by_niveau.get(niveau)
            rows, above = (
                (None, None) if mask is None else (mask["cache"].to_numpy(), mask["contient"].to_numpy())
            )
            found[niveau] = blank(blank(table, names - weighed, rows), weighed, above)
    return found


def hide_statistics(statistiques: pl.DataFrame, masques: pl.DataFrame) -> pl.DataFrame:
    """Statistics by commune (``code_insee``) without the cells that secrecy hides."""
    for family, rows in masques.filter((pl.col("niveau") == "commune") & pl.col("cache")).group_by("famille"):
        columns = [name for name in str(family[0]).split(" ") if name in statistiques.columns]
        hidden = pl.col("code_insee").is_in(rows["code"].implode())
        statistiques = statistiques.with_columns(
            pl.when(~hidden).then(pl.col(name)).alias(name) for name in columns
        )
    return statistiques


def hide_seats(sieges: pl.DataFrame, masques: pl.DataFrame) -> pl.DataFrame:
    """The seats of counts by commune, without those of a statistic of which secrecy hides a cell."""
    hidden = {name for family in masques["famille"].unique() for name in family.split(" ")}
    return sieges.filter(~((pl.col("usage") == STATISTIQUE) & pl.col("type").is_in(hidden)))


def list_secret_families(communes: Piece | None) -> Iterator[tuple[str, ...]]:
    """The families of statistics one of which has a count below its threshold, each once."""
    seen: set[tuple[str, ...]] = set()
    for name in list_secret(communes):
        family = find_family(name)
        if family not in seen:
            seen.add(family)
            yield family


def is_weighed(nomme: IndicateurNomme) -> bool:
    """Whether a figure averages something else, weighed or sorted by a count: a group, a rank."""
    return nomme.entree.groupe.startswith(PREFIXE) or nomme.entree.rang is not None


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
    family: tuple[str, ...], tables: Mapping[str, Piece], communes: pl.DataFrame
) -> dict[str, NDArray[np.bool_]]:
    """By nested mesh, the territories to hide for all the statistics of a family."""
    levels, ups = list_levels(tables, communes)
    known = [name for name in family if find_minimum(name) and name in frame(tables, levels[0]).columns]
    counts = [[read_counts(frame(tables, niveau), name) for niveau in levels] for name in known]
    hidden = suppress_together(counts, ups, [find_minimum(name) or 0 for name in known])
    return dict(zip(levels, hidden, strict=True))


def spread_up(
    hidden: Mapping[str, NDArray[np.bool_]], tables: Mapping[str, Piece], communes: pl.DataFrame
) -> dict[str, NDArray[np.bool_]]:
    """By nested mesh, the territories that are hidden or hold a hidden one."""
    levels, ups = list_levels(tables, communes)
    found = {niveau: hidden[niveau].copy() for niveau in levels}
    for niveau, above, up in zip(levels, levels[1:], ups, strict=False):
        rows = up[found[niveau] & (up >= 0)]
        found[above][rows] = True
    return found


def list_levels(
    tables: Mapping[str, Piece], communes: pl.DataFrame
) -> tuple[list[str], list[NDArray[np.int32]]]:
    """The nested meshes of these tables, finest first, and the row of each territory's parent."""
    levels = [niveau for niveau in list_nested() if isinstance(tables.get(niveau), pl.DataFrame)]
    parents = communes.with_columns(commune=pl.col("code_insee"), departement=pl.lit(EMPTY))
    ups = [
        find_parents(frame(tables, niveau), niveau, above, tables, parents)
        for niveau, above in pairwise(levels)
    ]
    return levels, ups


def read_counts(table: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """The counts of a statistic; unknown at the source, they are in no total: 0. float64[n]."""
    if name not in table.columns:
        return np.zeros(table.height)
    counts: NDArray[np.float64] = table[name].cast(pl.Float64).fill_null(0.0).to_numpy()
    return counts


def frame(tables: Mapping[str, Piece], niveau: str) -> pl.DataFrame:
    """The table of one mesh."""
    table = tables[niveau]
    assert isinstance(table, pl.DataFrame)  # noqa: S101 - chosen by the caller
    return table


def find_parents(
    table: pl.DataFrame, niveau: str, above: str, tables: Mapping[str, Piece], communes: pl.DataFrame
) -> NDArray[np.int32]:
    """The row, in the mesh above, of each territory of ``table``; -1 for none: int32[n]."""
    higher = frame(tables, above)
    if higher.height == 1:
        return np.zeros(table.height, np.int32)
    order = {code: row for row, code in enumerate(higher["code"])}
    parent = dict(communes.select(niveau, above).drop_nulls().iter_rows())
    return np.array([order.get(parent.get(code, EMPTY), -1) for code in table["code"]], np.int32)


def list_dependants(statistique: str, nommes: Mapping[str, IndicateurNomme]) -> frozenset[str]:
    """The indicators computed from a statistic, directly, through others, or weighed by a group it counts."""
    grandeur = f"stat_{statistique}"

    def reads(name: str, chain: tuple[str, ...]) -> bool:
        if name == grandeur:
            return True
        if name.startswith(PREFIXE):
            return statistique in PUBLICS[name.removeprefix(PREFIXE)].statistiques
        if name not in nommes or name in chain:
            return False
        nomme = nommes[name]
        wanted = [needed for needed, _ in needs(nomme).values() if needed]
        wanted += [nomme.groupe, *([nomme.fill(nomme.entree.rang)] if nomme.entree.rang else [])]
        return any(reads(needed, (*chain, name)) for needed in wanted)

    return frozenset(name for name in nommes if reads(name, ()))


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
