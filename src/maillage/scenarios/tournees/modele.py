r"""The week of a service that goes round: which stops, how often, most hours for those who have least.

A day is a round from the base through one stop a slot; every round that fits in a day is a column. With
:math:`x_r` rounds of kind :math:`r` in the week, stop :math:`c` is held :math:`n_c = \sum_r a_{rc} x_r`
times, and whoever is near it may come each time. People :math:`i`, who have :math:`h_i` hours of effective
access a week, gain until they have the hours held to be enough, :math:`H`; a slot lasts :math:`d` hours:

.. math:: \max \sum_i p_i \min\Bigl(\max(H - h_i, 0),\; d \sum_{c \ni i} n_c\Bigr)

under :math:`\sum_r x_r \le` buses × days and a bound on kilometres. People who are near the same stops are
one row; what a row gains from its :math:`k`-th slot never grows with :math:`k`, so one continuous variable a
slot is exact. Solved by HiGHS (scipy), which gives the bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

Floats = NDArray[np.float64]
BASE = 0
OPTIMAL = 0
MOST_ROUNDS = 60_000


@dataclass(frozen=True)
class Semaine:
    """What bounds a week, in minutes and kilometres; ``creneaux`` stops a day, each held ``creneau_min``.

    ``amplitude_min``: from leaving the base to being back, drives, setting up (``installation_min`` at each
    stop), starts at whole ``arrondi_min`` and the break between slots (``pause_min``) included.
    ``arrets_max``: different stops, null unbounded; ``assez_h``: hours a week beyond which none is counted.
    """

    bus: int = 1
    jours: int = 5
    creneaux: int = 2
    creneau_min: float = 180.0
    amplitude_min: float = 540.0
    installation_min: float = 20.0
    pause_min: float = 45.0
    arrondi_min: float = 5.0
    km: float = float("inf")
    arrets_max: int | None = None
    assez_h: float = 7.0


@dataclass(frozen=True)
class Ronde:
    """A day: its stops in order, minutes from leaving the base to being back, kilometres."""

    arrets: tuple[int, ...]
    duree_min: float
    km: float


@dataclass(frozen=True)
class Tournee:
    """The rounds chosen, one a day and bus; hours gained (people × hours a week) and their upper bound.

    ``statut``: ``optimal`` when the bound is reached, ``limite`` when time ran out first, ``impossible``
    when no round fits in a day.
    """

    statut: str
    rondes: tuple[Ronde, ...]
    valeur: float
    borne: float

    @property
    def ecart(self) -> float:
        """How far the bound is above the value, as a part of the bound; 0 when proved."""
        return (self.borne - self.valeur) / self.borne if self.borne > 0 else 0.0


def plan_week(
    minutes: Floats,
    km: Floats,
    near: NDArray[np.bool_],
    people: Floats,
    hours: Floats,
    week: Semaine,
    limit_s: float = 60.0,
) -> Tournee:
    """The best week.

    ``minutes``, ``km``: float64[1 + stops, 1 + stops], drives, row 0 the base, inf where there is none;
    ``near`` bool[origins, stops]: who may come to which stop; ``people`` float64[origins], NaN counts for
    nobody; ``hours`` float64[origins]: hours of effective access a week now, NaN is held to be none.

    One bus, one day, one stop of two hours among two, 10 people near the first and 30 near the second:

    >>> drive = np.full((3, 3), 10.0)
    >>> week = Semaine(jours=1, creneaux=1, creneau_min=120)
    >>> found = plan_week(drive, drive, np.eye(2, dtype=bool), np.array([10.0, 30.0]), np.zeros(2), week)
    >>> found.rondes[0].arrets, found.valeur, found.borne
    ((1,), 60.0, 60.0)
    """
    rounds = list(list_rounds(minutes, km, week))
    if len(rounds) > MOST_ROUNDS:
        raise ValueError(f"{len(rounds)} rounds, more than {MOST_ROUNDS}")
    if not rounds:
        return Tournee("impossible", (), 0.0, 0.0)
    covers, gains = group(near, people, hours, week)
    visits = count_visits(rounds, near.shape[1])
    if not len(gains):
        return Tournee("optimal", (), 0.0, 0.0)
    solution = solve(rounds, visits, covers, gains, week, limit_s)
    if solution.x is None:
        return Tournee("limite", (), 0.0, float(gains.sum()))
    times = np.rint(solution.x[: len(rounds)]).astype(int)
    chosen = tuple(found for found, count in zip(rounds, times, strict=True) for _ in range(count))
    value = measure(covers, gains, visits.T @ times)
    bound = -solution.mip_dual_bound if solution.mip_dual_bound is not None else float(gains.sum())
    proved = solution.status == OPTIMAL
    return Tournee("optimal" if proved else "limite", chosen, value, value if proved else max(bound, value))


def list_rounds(minutes: Floats, km: Floats, week: Semaine) -> Iterator[Ronde]:
    """The quickest order of each set of stops that fits in a day; a stop may be held twice in it."""
    for size in range(1, week.creneaux + 1):
        held = (
            size * (week.creneau_min + week.installation_min + week.arrondi_min) + (size - 1) * week.pause_min
        )
        for stops in combinations_with_replacement(range(1, len(minutes)), size):
            best = min(sorted(set(permutations(stops))), key=lambda order: length(minutes, order))
            total = length(minutes, best) + held
            if total <= week.amplitude_min:
                yield Ronde(tuple(stop - 1 for stop in best), float(total), float(length(km, best)))


def length(matrix: Floats, stops: tuple[int, ...]) -> float:
    """From the base through the stops and back."""
    return float(sum(matrix[a, b] for a, b in zip((BASE, *stops), (*stops, BASE), strict=True)))


def count_visits(rounds: list[Ronde], n_stops: int) -> NDArray[np.float64]:
    """How often each round holds each stop: float64[rounds, stops]."""
    return np.array([np.bincount(found.arrets, minlength=n_stops) for found in rounds], np.float64)


def group(
    near: NDArray[np.bool_], people: Floats, hours: Floats, week: Semaine
) -> tuple[NDArray[np.bool_], Floats]:
    """People near the same stops as one row: the stops bool[rows, stops], and what each slot adds to the row.

    The second, float64[rows, slots], people × hours, does not grow along a row.
    """
    lacking = np.maximum(week.assez_h - np.nan_to_num(hours), 0.0)
    weight = np.nan_to_num(people)
    used = near.any(axis=1) & (lacking > 0) & (weight > 0)
    covers, row = np.unique(near[used], axis=0, return_inverse=True)
    slot_h = week.creneau_min / 60
    most = min(int(np.ceil(week.assez_h / slot_h)), week.bus * week.jours * week.creneaux)
    steps = slot_h * np.arange(most + 1)
    reached = np.minimum(steps[None, :], lacking[used, None]) * weight[used, None]
    total = np.zeros((len(covers), most + 1))
    np.add.at(total, row.ravel(), reached)
    return covers, np.diff(total, axis=1)


def measure(covers: NDArray[np.bool_], gains: Floats, visits: Floats) -> float:
    """What a number of visits of each stop brings: people × hours."""
    slots = np.minimum(np.rint(covers @ visits).astype(int), gains.shape[1])
    total = np.concatenate([np.zeros((len(gains), 1)), np.cumsum(gains, axis=1)], axis=1)
    return float(total[np.arange(len(gains)), slots].sum())


def solve(  # type: ignore[no-untyped-def]
    rounds: list[Ronde],
    visits: Floats,
    covers: NDArray[np.bool_],
    gains: Floats,
    week: Semaine,
    limit_s: float,
):
    """The model, as scipy solves it: rounds, then stops opened, then slots of each row."""
    n_rounds, n_stops = visits.shape
    n_rows, n_slots = gains.shape
    days = week.bus * week.jours
    held = csr_array(visits.T)
    none = csr_array((n_stops, n_rows * n_slots))
    slots = kron(eye_array(n_rows), np.ones((1, n_slots)), format="csr")
    rows = [
        hstack([-csr_array(covers.astype(float)) @ held, csr_array((n_rows, n_stops)), slots]),
        hstack([held, -days * week.creneaux * eye_array(n_stops, format="csr"), none]),
        csr_array(np.concatenate([np.ones(n_rounds), np.zeros(n_stops + n_rows * n_slots)])[None, :]),
        csr_array(
            np.concatenate([[found.km for found in rounds], np.zeros(n_stops + n_rows * n_slots)])[None, :]
        ),
        csr_array(
            np.concatenate([np.zeros(n_rounds), np.ones(n_stops), np.zeros(n_rows * n_slots)])[None, :]
        ),
    ]
    most = np.concatenate(
        [np.zeros(n_rows + n_stops), [days, week.km, n_stops if week.arrets_max is None else week.arrets_max]]
    )
    cost = np.concatenate([np.zeros(n_rounds + n_stops), -gains.ravel()])
    upper = np.concatenate([np.full(n_rounds, days), np.ones(n_stops + n_rows * n_slots)])
    whole = np.concatenate([np.ones(n_rounds + n_stops), np.zeros(n_rows * n_slots)])
    return milp(
        cost,
        integrality=whole,
        bounds=Bounds(np.zeros(len(cost)), upper),
        constraints=LinearConstraint(vstack(rows), -np.inf, most),
        options={"time_limit": limit_s, "mip_rel_gap": 0.0},
    )
