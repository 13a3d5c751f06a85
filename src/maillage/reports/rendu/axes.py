"""Round axis steps and the scale from a value to a place."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Axe:
    """A linear scale from ``[bas, haut]`` to ``[gauche, droite]``, with its round steps."""

    bas: float
    haut: float
    pas: float
    gauche: float
    droite: float

    def place(self, value: float) -> float:
        """Where a value stands; values outside are drawn at the edge.

        >>> Axe(0, 20, 5, 10, 210).place(5), Axe(0, 20, 5, 10, 210).place(99)
        (60.0, 210.0)
        """
        share = (min(max(value, self.bas), self.haut) - self.bas) / (self.haut - self.bas)
        return self.gauche + share * (self.droite - self.gauche)

    @property
    def graduations(self) -> list[float]:
        """The round values between both ends, ends included."""
        return [self.bas + rank * self.pas for rank in range(round((self.haut - self.bas) / self.pas) + 1)]

    @property
    def decimales(self) -> int:
        """Decimals a label of this axis needs."""
        return max(0, -math.floor(math.log10(self.pas) + 1e-9))


def round_step(span: float, wanted: int = 4) -> float:
    """The round step (1, 2 or 5 times a power of ten) that cuts ``span`` into about ``wanted`` parts.

    >>> round_step(28), round_step(0.9), round_step(26000)
    (5.0, 0.2, 5000.0)
    """
    raw = span / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    return min((step * power for step in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / raw)))


def axe(valeurs: NDArray[np.float64], gauche: float, droite: float) -> Axe:
    """An axis that holds every known value; it starts at zero when the values come near it."""
    known = valeurs[np.isfinite(valeurs)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if 0 <= low < 0.4 * high or low == high:
        low = min(0.0, low)
    span = high - low
    lost_in_rounding = span <= 1e-9 * max(abs(low), abs(high)) or span < 1e-300
    pas = round_step(1.0 if lost_in_rounding else span)
    bas = math.floor(low / pas + 1e-9) * pas
    haut = max(math.ceil(high / pas - 1e-9) * pas, bas + pas)
    return Axe(bas, haut, pas, gauche, droite)
