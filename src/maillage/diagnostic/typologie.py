"""What the matter is with a territory, in plain words, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any

from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.phrases import DECIMALES, format_figure, lower_first
from maillage.francais import se_distinguent


@dataclass(frozen=True)
class Figure:
    """A figure of one territory and the département's (NaN when unknown), as a sentence needs it.

    ``impute``: it was carried over from elsewhere, and is worth its precision only (``precision_impute``).
    """

    nom: str
    valeur: float
    reference: float
    unite: str
    decimales: int = 0
    impute: bool = False

    @property
    def se_distingue(self) -> bool:
        """Whether the gap to the département can be told: more than rounding, and than an imputed precision.

        >>> Figure("Taux de pauvreté", 0.2184, 0.2182, "part", 3).se_distingue
        False
        >>> Figure("Taux de pauvreté", 0.225, 0.218, "part", 3, impute=True).se_distingue
        False
        """
        decimals = DECIMALES.get(self.unite, self.decimales)
        if not se_distinguent(self.valeur, self.reference, self.unite, decimals):
            return False
        least = read_toml("typologie.toml")["raisons"]["precision_impute"] if self.impute else 0.0
        return bool(abs(self.valeur - self.reference) > least * abs(self.reference))


@dataclass(frozen=True)
class Condition:
    """A figure strictly past a threshold; ``repli`` is read where ``indicateur`` is unknown."""

    indicateur: str
    au_dela: bool
    raison: str
    seuil: float | None = None
    ratio: float = 1.0
    repli: str | None = None
    reference: str | None = None

    def find(self, figures: Mapping[str, Figure]) -> Figure | None:
        """The figure that is known, the fallback's if need be; None when neither is."""
        for name in (self.indicateur, self.repli):
            figure = figures.get(name or "")
            if figure is not None and isfinite(figure.valeur):
                return figure
        return None

    def explain(self, figures: Mapping[str, Figure]) -> str | None:
        """The reason, as a sentence, when the condition holds; None when it does not or cannot be said.

        Beside the département, a gap that the figure cannot tell is none.
        """
        figure = self.find(figures)
        if figure is None:
            return None
        bound = self.ratio * figure.reference if self.seuil is None else self.seuil
        holds = figure.valeur > bound if self.au_dela else figure.valeur < bound
        if not (isfinite(bound) and holds) or (self.seuil is None and not figure.se_distingue):
            return None
        return self.raison.format(
            nom=lower_first(figure.nom),
            valeur=format_figure(figure.valeur, figure.unite, figure.decimales),
            reference=format_figure(figure.reference, figure.unite, figure.decimales),
        )


@dataclass(frozen=True)
class Typologie:
    """The type of a territory (id and name, None when no type fits) and the sentences that say why."""

    id: str | None
    nom: str | None
    raisons: tuple[str, ...]


@cache
def load_conditions() -> dict[str, Condition]:
    """The conditions of ``catalogue/typologie.toml`` by id."""
    return {name: Condition(**entry) for name, entry in read_toml("typologie.toml")["conditions"].items()}


def find_type(figures: Mapping[str, Figure]) -> Typologie:
    r"""The first type of the catalogue whose conditions all hold.

    >>> poor = Figure("Taux de pauvreté", 0.30, 0.19, "part")
    >>> near = Figure("Durée d'accès au panier", 180.0, 240.0, "s")
    >>> found = find_type({"taux_pauvrete": poor, "duree_panier_quotidien": near})
    >>> found.nom
    'Proche, population fragile'
    >>> print(found.raisons[0].replace("\u202f", " ").replace("\xa0", " "))
    Les services du quotidien sont à 3,0 min en moyenne (département : 4,0 min).
    """
    conditions = load_conditions()
    for entry in read_toml("typologie.toml")["types"]:
        reasons = [conditions[name].explain(figures) for name in entry["conditions"]]
        if all(reasons):
            return Typologie(entry["id"], entry["nom"], tuple(str(reason) for reason in reasons))
    return Typologie(None, None, ())


def explain_all(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Every condition of the catalogue that holds, as sentences, in the catalogue's order."""
    reasons: list[Any] = [condition.explain(figures) for condition in load_conditions().values()]
    return tuple(reason for reason in reasons if reason)
