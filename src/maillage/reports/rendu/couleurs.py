"""Classes of values for maps and bars: at most six, one sequential scale safe for colour-blind readers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maillage.francais import nombre
from maillage.reports.rendu.naturelles import natural_breaks

METHODES = {
    "quantiles": "effectifs égaux",
    "naturelles": "seuils naturels",
    "egales": "amplitudes égales",
    "rondes": "seuils ronds",
}
# The same colours as the style sheet, for the live map.
ECHELLE = ("#f1dcae", "#e8bd80", "#da9163", "#bd6057", "#8b3f5b", "#54254d")
BIVARIEE = ("#e9e6da", "#c4cfcb", "#7fb0b3", "#e8c3a4", "#b9a79f", "#6f8c95", "#d97f5a", "#a2635e", "#59354f")
SANS_VALEUR = "#e9e7e0"


@dataclass(frozen=True, eq=False)
class Classes:
    """Upper bounds (included, ascending) of the classes; ``inverse``: dark stands for small values."""

    bornes: tuple[float, ...]
    minimum: float
    inverse: bool
    decimales: int

    def classe(self, value: float | None) -> int:
        """Colour class, 1 (light) to 6 (dark); 0 when unknown.

        >>> Classes((5.0, 10.0), 0.0, False, 0).classe(5.0), Classes((5.0, 10.0), 0.0, True, 0).classe(5.0)
        (1, 6)
        """
        if value is None or not np.isfinite(value):
            return 0
        rank = min(int(np.searchsorted(self.bornes, value, side="left")), len(self.bornes) - 1)
        return self.teintes[rank]

    @cached_property
    def teintes(self) -> tuple[int, ...]:
        """Colour of each class, spread over the scale."""
        count = len(self.bornes)
        shades = [1 + round(rank * 5 / max(count - 1, 1)) for rank in range(count)]
        return tuple(reversed(shades)) if self.inverse else tuple(shades)

    def libelles(self, unite: str) -> list[tuple[int, str]]:
        """(colour, words) of each class: bounds as they are compared, the upper one included."""
        lows = (self.minimum, *self.bornes[:-1])
        text = [
            f"{'plus de ' if rank else 'de '}{self._borne(low, unite)} à {self._borne(high, unite)}"
            for rank, (low, high) in enumerate(zip(lows, self.bornes, strict=True))
        ]
        return list(zip(self.teintes, text, strict=True))

    def _borne(self, value: float, unite: str) -> str:
        if unite == "part":
            return nombre(value * 100, max(self.decimales - 2, 0))
        return nombre(value, self.decimales)


def classes(
    valeurs: NDArray[np.float64], methode: str, nombre_classes: int, sens: str, arrondi: int
) -> Classes | None:
    """Cut the known values; dark always means less access (or simply more, when ``sens`` is neutre)."""
    known = np.unique(valeurs[np.isfinite(valeurs)])
    if not len(known):
        return None
    count = min(nombre_classes, len(known))
    bornes = known if len(known) <= count else _cut(valeurs[np.isfinite(valeurs)], methode, count)
    decimales = _decimals(bornes, arrondi)
    return Classes(tuple(float(b) for b in bornes), float(known[0]), sens == "plus", decimales)


def _cut(known: NDArray[np.float64], methode: str, count: int) -> NDArray[np.float64]:
    if methode == "egales":
        return np.linspace(known.min(), known.max(), count + 1)[1:]
    if methode == "rondes":
        return _round_bounds(known, count)
    if methode == "naturelles":
        return natural_breaks(known, count)
    return np.unique(np.quantile(known, np.arange(1, count + 1) / count))


def _round_bounds(known: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Bounds near the quantiles that one can remember: 1, 1,5, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    near = np.quantile(known, np.arange(1, count) / count)
    inner = [_round_number(float(value)) for value in near]
    kept = [value for value in inner if known.min() <= value < known.max()]
    return np.unique([*kept, known.max()])


def _round_number(value: float) -> float:
    """The nearest round number.

    >>> _round_number(7.1), _round_number(0.0234), _round_number(-13.0), _round_number(0.0)
    (8.0, 0.02, -15.0, 0.0)
    """
    if value == 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(abs(value)))
    steps = np.array([1, 1.5, 2, 3, 4, 5, 6, 8, 10])
    step = float(steps[np.argmin(np.abs(steps - abs(value) / power))])
    return float(np.copysign(np.round(step * power, 12), value))


def _decimals(bornes: NDArray[np.float64], arrondi: int) -> int:
    """Enough decimals for the bounds to differ when written."""
    for decimales in range(arrondi, arrondi + 4):
        if len(set(np.round(bornes, decimales))) == len(bornes):
            return decimales
    return arrondi + 4
