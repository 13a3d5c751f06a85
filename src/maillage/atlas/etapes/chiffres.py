"""Indicators as tables: one wide table per niveau, and the index that says what each column is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.registre import Evaluation, IndicateurNomme
from maillage.access.evaluation.valeurs import Valeurs, admit
from maillage.atlas.lecture.format import FIABILITE, SUFFIXES

Floats = NDArray[np.float64]


def compute_wide(
    codes: pl.DataFrame,
    evaluation: Evaluation,
    nommes: Iterable[IndicateurNomme],
    simulees: frozenset[str] = frozenset(),
    grade: NDArray[np.uint8] | None = None,
) -> tuple[pl.DataFrame, dict[str, Valeurs]]:
    """The wide table of one mesh (``codes``: code, nom), and the figures themselves by indicator.

    Indicators whose inputs this atlas lacks, or that are null everywhere, are left out. Whatever reads an
    invented source (``simulees``) is ``simule``, whatever else is said of it; ``grade`` uint8[territories] is
    the best that the figures of each can be.
    """
    figures = {
        nomme.id: admit(figure, simulees, grade)
        for nomme in nommes
        if evaluation.knows(nomme.id) and np.isfinite((figure := evaluation[nomme.id]).valeurs).any()
    }
    return codes.hstack(make_columns(figures, codes.height)), figures


def make_columns(figures: Mapping[str, Valeurs], n: int) -> list[pl.Series]:
    """The columns of every figure: value, reliability, coverage, and the interval where there is one."""
    numbers: dict[str, Floats] = {}
    for name, figure in figures.items():
        numbers[name] = np.where(np.isinf(figure.valeurs), np.nan, figure.valeurs)
        numbers[f"{name}_couverture"] = figure.couverture
        if figure.bas is not None and figure.haut is not None:
            numbers |= {f"{name}_bas": figure.bas, f"{name}_haut": figure.haut}
    columns = {column.name: column for column in slice_up(numbers, n, to_numbers)}
    levels = {f"{name}_fiabilite": figure.fiabilite for name, figure in figures.items()}
    unknown = {f"{name}_fiabilite": np.isnan(numbers[name]) for name in figures}
    graded = {name: np.where(unknown[name], len(FIABILITES), level) for name, level in levels.items()}
    columns |= {column.name: column for column in slice_up(graded, n, to_grades)}
    order = [f"{name}{suffix}" for name in figures for suffix in ("", *SUFFIXES)]
    return [columns[name] for name in order if name in columns]


def slice_up(
    arrays: Mapping[str, NDArray[Any]], n: int, convert: Callable[[NDArray[Any]], pl.Series]
) -> list[pl.Series]:
    """Convert many columns in one go, far quicker than one by one, and cut the result again."""
    if not arrays:
        return []
    whole = convert(np.concatenate(list(arrays.values())))
    return [whole.slice(row * n, n).alias(name) for row, name in enumerate(arrays)]


def to_numbers(values: NDArray[Any]) -> pl.Series:
    """Floats where NaN is null."""
    return pl.Series(values, nan_to_null=True)


def to_grades(levels: NDArray[Any]) -> pl.Series:
    """Reliabilities by name; one past the last is null."""
    return pl.Series([*FIABILITES, None], dtype=FIABILITE)[levels]


def describe(
    niveau: str, nommes: Mapping[str, IndicateurNomme], figures: Mapping[str, Valeurs]
) -> pl.DataFrame:
    """The index rows of one niveau: what each indicator is, its vintage and its sources."""
    rows = [
        {
            "niveau": niveau,
            "indicateur": name,
            "entree": (entry := nommes[name].entree).id,
            "nom": nommes[name].nom,
            "famille": entry.famille,
            "dimension": entry.dimension,
            "unite": nommes[name].unite,
            "sens": entry.sens,
            "arrondi": entry.arrondi,
            "millesime": figure.millesime,
            "sources": sorted(figure.sources),
            "confirme": entry.confirme,
        }
        for name, figure in figures.items()
    ]
    return pl.DataFrame(rows, schema=INDEX)


INDEX: dict[str, Any] = {
    "niveau": pl.String,
    "indicateur": pl.String,
    "entree": pl.String,
    "nom": pl.String,
    "famille": pl.String,
    "dimension": pl.String,
    "unite": pl.String,
    "sens": pl.String,
    "arrondi": pl.Int64,
    "millesime": pl.String,
    "sources": pl.List(pl.String),
    "confirme": pl.Boolean,
}
