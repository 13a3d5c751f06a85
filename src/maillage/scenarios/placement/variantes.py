"""Alternatives that truly differ: each the best of those with m other sites than every one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maillage.scenarios.placement.cadre import Cadre, Placement
from maillage.scenarios.placement.garanties import differ


def alternatives(
    solve: Callable[[Cadre], Placement], cadre: Cadre, combien: int, part: float, sites: int
) -> list[Placement]:
    """The best placement first, then at most ``combien`` others within ``part`` of its value (0.05: 5 %).

    ``solve`` is one of the models, its data given. The list ends before a placement that is too far, or not
    found.

    >>> import numpy as np
    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> from maillage.scenarios.placement.p_median import p_median
    >>> times = np.array([[0, 4, 9], [4, 0, 5], [9, 5, 0]])
    >>> solve = lambda cadre: p_median(times, np.ones(3), cadre)
    >>> [(one.lieux, one.valeur) for one in alternatives(solve, choose_number(3, 1), 2, 0.5, 1)]
    [((1,), 9.0), ((0,), 13.0)]
    """
    found: list[Placement] = []
    while len(found) <= combien:
        one = solve(cadre)
        if one.valeur is None or (
            found and abs(one.valeur - _value(found[0])) > part * abs(_value(found[0]))
        ):
            break
        found.append(one)
        cadre = replace(cadre, garanties=(*cadre.garanties, differ(cadre, one.lieux, sites)))
    return found


def _value(placement: Placement) -> float:
    return 0.0 if placement.valeur is None else placement.valeur
