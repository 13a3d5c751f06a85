"""Grandeurs made of other grandeurs, and how each is carried to a coarser mesh."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from maillage.access.evaluation.grades import worst
from maillage.access.evaluation.valeurs import Valeurs
from maillage.catalogue.constantes import MOYENNES
from maillage.catalogue.statistiques import list_statistics
from maillage.catalogue.types_service import list_types


def list_range(gamme: str) -> list[str]:
    """The types of a range of services."""
    return [name for name, kind in list_types().items() if kind.gamme == gamme]


def stack_range(gamme: str, count: Callable[[str], Valeurs | None]) -> Valeurs | None:
    """Counts of every type of a range, [n, types]; NaN in the column of a type that no source knows."""
    columns = [count(name) for name in list_range(gamme)]
    known = [column for column in columns if column]
    if not known:
        return None
    blank = np.full(len(known[0].valeurs), np.nan)
    return Valeurs(
        np.column_stack([column.valeurs if column else blank for column in columns]),
        np.minimum.reduce([column.couverture for column in known]),
        worst(*(column.fiabilite for column in known)),
        "-".join(sorted({column.millesime for column in known})),
        frozenset().union(*(column.sources for column in known)),
    )


def list_means() -> frozenset[str]:
    """The grandeurs that are averaged when carried to a coarser mesh."""
    return frozenset(f"stat_{name}" for name, column in list_statistics().items() if column.unite in MOYENNES)


def list_thresholds() -> dict[str, int]:
    """The count below which each statistic under secrecy is not published, by grandeur."""
    columns = list_statistics().items()
    return {f"stat_{name}": column.secret_sous for name, column in columns if column.secret_sous}
