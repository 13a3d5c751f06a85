"""The refit and its decision; the protocol is :mod:`bench.temps_publies`'s.

Two numbers move on a grid of steps of 0.01, so that each halving of the services is judged alike:
``constante`` multiplies every time, hence every statistic; ``exposant`` needs the times again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bench import estimate_fit as fit
from bench.temps_publies import (
    COMPARABLES,
    HAUSSE_ISERE_MAX,
    PARTAGES_MIN,
    TIRAGE,
    Floats,
    Monde,
    Nord,
    measure_error,
)
from maillage.catalogue.temps_estimes import Formule

PAS_CONSTANTE = np.arange(-40, 41) / 100
PAS_EXPOSANT = np.arange(-20, 21) / 100


def split_services(codes: Sequence[str] = tuple(COMPARABLES)) -> tuple[list[str], list[str]]:
    """The half of the services that fits, and the half that judges, by code."""
    chosen = fit.split(len(codes), TIRAGE)
    ordered = sorted(codes)
    return (
        [code for code, fits in zip(ordered, chosen, strict=True) if fits],
        [code for code, fits in zip(ordered, chosen, strict=True) if not fits],
    )


@dataclass(frozen=True)
class Grille:
    """Errors on the grid: ``services`` [services, constante, exposant], ``beyond`` with the other extreme of
    the border, ``isere`` [constante, exposant] the cost of the fit, over that of the present formula.
    """

    formule: Formule
    codes: tuple[str, ...]
    services: Floats
    beyond: Floats
    isere: Floats

    @cached_property
    def present(self) -> tuple[int, int]:
        """Where the present formula stands on the grid."""
        return len(PAS_CONSTANTE) // 2, len(PAS_EXPOSANT) // 2

    def rows(self, codes: Sequence[str]) -> NDArray[np.intp]:
        """Rows of these services."""
        return np.array([self.codes.index(code) for code in codes])

    def refit(self, rows: NDArray[np.intp]) -> tuple[int, int]:
        """The least sum of both errors, each over that of the present formula."""
        error = self.services[rows].mean(axis=0)
        total = self.isere + error / error[self.present]
        found = np.unravel_index(int(total.argmin()), total.shape)
        return int(found[0]), int(found[1])

    def read(self, place: tuple[int, int]) -> Formule:
        """The formula at a place of the grid."""
        return replace(
            self.formule,
            constante=round(self.formule.constante + float(PAS_CONSTANTE[place[0]]), 4),
            exposant=round(self.formule.exposant + float(PAS_EXPOSANT[place[1]]), 4),
        )


def make_grid(monde: Monde, published: dict[str, Floats], model: fit.Model) -> Grille:
    """Everything the decision needs, computed once."""
    codes = tuple(sorted(COMPARABLES))
    nord = Nord(monde, codes)
    present = nord.estimate.formule
    near, far = grid_services(nord, np.log(np.array([published[code] for code in codes])))
    return Grille(present, codes, near, far, grid_isere(model, present))


def grid_services(nord: Nord, wanted: Floats) -> tuple[Floats, Floats]:
    """Error of each service on the grid, at both extremes of the border; ``wanted``: ln of the published."""
    out = np.empty((2, len(wanted), len(PAS_CONSTANTE), len(PAS_EXPOSANT)))
    present = nord.estimate.formule
    for k, step in enumerate(PAS_EXPOSANT):
        minutes = nord.compute_minutes(replace(present, exposant=present.exposant + float(step)))
        for beyond in (0, 1):
            gap = np.log(nord.describe(minutes, beyond=bool(beyond))) - wanted
            out[beyond, :, :, k] = np.abs(gap[:, None] + PAS_CONSTANTE[None, :, None]).mean(axis=2)
    return out[0], out[1]


def grid_isere(model: fit.Model, formule: Formule) -> Floats:
    """Cost of the fit on the half of the communes that fits, over that of the present formula."""
    residuals = model.residuals(fit.split(len(model.g), fit.SEED) & model.yardstick.flat)
    values = np.array([getattr(formule, name) for name in fit.FITTED])
    move = np.array([[name == wanted for name in fit.FITTED] for wanted in ("constante", "exposant")], float)
    costs = [
        [soft_cost(residuals(values + a * move[0] + b * move[1])) for b in PAS_EXPOSANT]
        for a in PAS_CONSTANTE
    ]
    return np.array(costs) / soft_cost(residuals(values))


def soft_cost(residuals: Floats) -> float:
    """Soft L1, as the fit counts it: about a square under one minute, an absolute value beyond."""
    return float((np.sqrt(1 + residuals**2) - 1).sum())


@dataclass(frozen=True)
class Decision:
    """The refit formula and what the rule says of it; each pair is (present, refit)."""

    formule: Formule
    ajustes: list[str]
    juges: list[str]
    ajustement: tuple[float, float]
    jugement: tuple[float, float]
    jugement_au_dela: tuple[float, float]
    isere_mediane: tuple[float, float]
    isere_p90: tuple[float, float]
    partages: float

    @property
    def conditions(self) -> tuple[bool, bool, bool, bool]:
        """The four conditions of the protocol."""
        limit = 1 + HAUSSE_ISERE_MAX
        isere = all(new < limit * old for old, new in (self.isere_mediane, self.isere_p90))
        return (
            self.jugement[1] < self.jugement[0],
            self.jugement_au_dela[1] < self.jugement_au_dela[0],
            isere,
            self.partages >= PARTAGES_MIN,
        )

    @property
    def adoptee(self) -> bool:
        """Whether the refit formula is to be used."""
        return all(self.conditions)


def decide(grid: Grille, model: fit.Model) -> Decision:
    """Refit on the half drawn, judge on the other."""
    fitting, judging = split_services(grid.codes)
    fits, judges = grid.rows(fitting), grid.rows(judging)
    found = grid.refit(fits)
    both = grid.present, found
    isere = [judge_isere(model, grid.read(place)) for place in both]

    def pair(errors: Floats, rows: NDArray[np.intp]) -> tuple[float, float]:
        old, new = (float(errors[rows].mean(axis=0)[place]) for place in both)
        return old, new

    return Decision(
        grid.read(found),
        fitting,
        judging,
        pair(grid.services, fits),
        pair(grid.services, judges),
        pair(grid.beyond, judges),
        (isere[0]["mediane"], isere[1]["mediane"]),
        (isere[0]["p90"], isere[1]["p90"]),
        count_halvings(grid, set(fitting)),
    )


def judge_isere(model: fit.Model, formule: Formule) -> dict[str, float]:
    """Errors of pairs of flat communes that did not serve."""
    values = np.array([getattr(formule, name) for name in fit.FITTED])
    i, j = fit.list_pairs(model.yardstick, ~fit.split(len(model.g), fit.SEED) & model.yardstick.flat)
    return fit.describe(model.minutes(values, i, j) - model.yardstick.minutes[i, j])


def count_halvings(grid: Grille, chosen: set[str]) -> float:
    """Share of the other ways to halve the services where the held-out error falls."""
    n = len(grid.codes)
    others = [half for half in combinations(range(n), n // 2) if {grid.codes[k] for k in half} != chosen]
    falls = 0
    for half in others:
        found = grid.refit(np.array(half))
        held = np.setdiff1d(np.arange(n), half)
        error = grid.services[held].mean(axis=0)
        falls += error[found] < error[grid.present]
    return falls / len(others)


def judge_spread(nord: Nord, published: Floats, codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The second attempt: error of the present convention and of places spread over their cell.

    By half of the services, then by half at the other extreme of the border.
    """
    present, spread = nord.compute_minutes(), nord.compute_spread_minutes()
    found = {}
    for name, half in zip(("ajustes", "juges"), split_services(), strict=True):
        rows = [codes.index(code) for code in half]
        for suffix, beyond in (("", False), ("_au_dela", True)):
            old, new = (
                measure_error(nord.describe(minutes, beyond=beyond)[rows], published[rows])
                for minutes in (present, spread)
            )
            found[name + suffix] = (old, new)
    return found
