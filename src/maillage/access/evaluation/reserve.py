"""Grandeurs at hand: arrays by name, some made only when asked; those of coarser meshes, added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from maillage.access.evaluation.agregation import carry
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.registre import Base
from maillage.access.evaluation.valeurs import Valeurs

TOUS: Final = "*"
"""Stands for every type of place."""


@dataclass(frozen=True)
class Recette:
    """How to make a grandeur from the rest of its name; null when it cannot be made.

    ``types``: the types of places that it is made from, :data:`TOUS` for all; none if none.
    """

    fait: Callable[[str], Valeurs | None]
    types: Callable[[str], Iterable[str]] = lambda _: ()


@dataclass
class Reserve:
    """Grandeurs at hand, made when asked and kept: those of ``faites``, else by a recipe.

    ``recettes`` by prefix, the first that can: ``temps_`` is asked for ``pharmacie``.
    """

    faites: dict[str, Valeurs] = field(default_factory=dict)
    recettes: Mapping[str, Recette] = field(default_factory=dict)
    _kept: dict[str, Valeurs] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __getitem__(self, name: str) -> Valeurs:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found

    def types(self, name: str) -> frozenset[str]:
        """The types of places that a grandeur is made from."""
        found = (
            recipe.types(name.removeprefix(prefix))
            for prefix, recipe in self.recettes.items()
            if name not in self.faites and name.startswith(prefix)
        )
        return frozenset().union(*found)

    def _find(self, name: str) -> Valeurs | None:
        if name in self.faites:
            return self.faites[name]
        if name not in self._kept:
            for prefix, recipe in self.recettes.items():
                made = recipe.fait(name.removeprefix(prefix)) if name.startswith(prefix) else None
                if made is not None:
                    self._kept[name] = made
                    break
        return self._kept.get(name)


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
