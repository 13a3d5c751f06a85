"""Indicators as tables: one wide table per niveau, and the index that says what each column is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import carry
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.registre import Base, Evaluation, Instance
from maillage.access.evaluation.valeurs import Valeurs
from maillage.atlas.lecture.format import FIABILITE, SUFFIXES

Floats = NDArray[np.float64]


@dataclass
class Reserve:
    """Grandeurs at hand, some made only when asked: ``faites`` by name, ``recettes`` by prefix.

    A recipe is given the rest of the name (``temps_`` is asked for ``pharmacie``), and answers null when it
    cannot.
    """

    faites: dict[str, Valeurs] = field(default_factory=dict)
    recettes: Mapping[str, Callable[[str], Valeurs | None]] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __getitem__(self, name: str) -> Valeurs:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found

    def _find(self, name: str) -> Valeurs | None:
        if name not in self.faites:
            for prefix, recipe in self.recettes.items():
                made = recipe(name.removeprefix(prefix)) if name.startswith(prefix) else None
                if made is not None:
                    self.faites[name] = made
                    break
        return self.faites.get(name)


@dataclass
class Sommes:
    """Grandeurs of a coarser mesh: its own (``propres``), else those of the communes added up.

    Those of ``moyennes`` (rates, medians) are averaged instead, weighted by the communes' people: an
    approximation, flagged ``impute``. A sum of counts some of which are secret (below ``secrets[name]``) is
    that of the others, with the interval from none to the most that secrecy allows.
    """

    propres: Reserve
    communes: Base
    moyennes: frozenset[str] = frozenset()
    secrets: Mapping[str, int] = field(default_factory=dict)
    _kept: dict[str, Valeurs] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.propres or name in self.communes.evaluation.grandeurs

    def __getitem__(self, name: str) -> Valeurs:
        if name in self.propres:
            return self.propres[name]
        if name not in self._kept:
            figure = self.communes.evaluation.grandeurs[name]
            weight = np.nan_to_num(self.communes.evaluation.grandeurs["population"].valeurs)
            mean = name in self.moyennes
            carried = carry(figure, self.communes.maille, "moyenne" if mean else "somme", weight)
            level = np.maximum(carried.fiabilite, np.uint8(FIABILITES.index("impute") if mean else 0))
            self._kept[name] = self._bound(name, figure, replace(carried, fiabilite=level))
        return self._kept[name]

    def _bound(self, name: str, figure: Valeurs, carried: Valeurs) -> Valeurs:
        """The sum with what secrecy may hide from it."""
        if name not in self.secrets or np.isfinite(figure.valeurs).all():
            return carried
        hidden = np.where(np.isnan(figure.valeurs), self.secrets[name] - 1.0, 0.0)
        most = carried.valeurs + self.communes.maille.sum(hidden)
        return replace(carried, bas=carried.valeurs, haut=most)


def compute_wide(
    codes: pl.DataFrame,
    evaluation: Evaluation,
    instances: Iterable[Instance],
    simulees: frozenset[str] = frozenset(),
    grade: NDArray[np.uint8] | None = None,
) -> tuple[pl.DataFrame, dict[str, Valeurs]]:
    """The wide table of one mesh (``codes``: code, nom), and the figures themselves by indicator.

    Indicators whose inputs this atlas lacks, or that are null everywhere, are left out. Whatever reads an
    invented source (``simulees``) is ``simule``, whatever else is said of it; ``grade`` uint8[territories] is
    the best that the figures of each can be.
    """
    figures = {
        instance.id: admit(figure, simulees, grade)
        for instance in instances
        if evaluation.knows(instance.id) and np.isfinite((figure := evaluation[instance.id]).valeurs).any()
    }
    return codes.hstack(make_columns(figures, codes.height)), figures


def admit(figure: Valeurs, simulees: frozenset[str], grade: NDArray[np.uint8] | None = None) -> Valeurs:
    """The figure, ``simule`` when one of its sources is invented, no better than ``grade`` anyway."""
    invented = np.uint8(FIABILITES.index("simule") if figure.sources & simulees else 0)
    floor = np.maximum(invented, np.uint8(0) if grade is None else grade)
    return replace(figure, fiabilite=np.maximum(figure.fiabilite, floor).astype(np.uint8))


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


def describe(niveau: str, instances: Mapping[str, Instance], figures: Mapping[str, Valeurs]) -> pl.DataFrame:
    """The index rows of one niveau: what each indicator is, its vintage and its sources."""
    rows = [
        {
            "niveau": niveau,
            "indicateur": name,
            "entree": (entry := instances[name].entree).id,
            "nom": instances[name].nom,
            "famille": entry.famille,
            "dimension": entry.dimension,
            "unite": instances[name].unite,
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
