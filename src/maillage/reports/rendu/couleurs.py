"""Classes of values for maps and bars: at most six, one sequential scale safe for colour-blind readers."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
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
ENCRE = "#17202b"


@dataclass(frozen=True, eq=False)
class Classes:
    """Upper bounds of the classes, ascending, infinite where the last is open; ``inverse``: dark is small.

    A value equal to a bound is in the class that the bound ends (≤), on every map, page or document, and the
    words say so: « jusqu’à 5 », « plus de 5 à 8 », « plus de 8 ». ``minimum``: where the first begins,
    ``-inf`` when open.
    """

    bornes: tuple[float, ...]
    minimum: float
    inverse: bool

    def classe(self, value: float | None) -> int:
        """Colour class, 1 (light) to 6 (dark); 0 when unknown.

        >>> Classes((5.0, 10.0), 0.0, False).classe(5.0), Classes((5.0, 10.0), 0.0, True).classe(5.0)
        (1, 6)
        """
        if value is None or not math.isfinite(value):
            return 0
        return self.teintes[self.rang(value)]

    def rang(self, value: float) -> int:
        """Which class holds a known value, from 0: the first whose upper bound is at least (≥) it."""
        return min(bisect_left(self.bornes, value), len(self.bornes) - 1)

    @cached_property
    def teintes(self) -> tuple[int, ...]:
        """Colour of each class, spread over the scale."""
        count = len(self.bornes)
        shades = [1 + round(rank * 5 / max(count - 1, 1)) for rank in range(count)]
        return tuple(reversed(shades)) if self.inverse else tuple(shades)

    def libelles(self, unite: str) -> list[tuple[int, str]]:
        """(colour, words) of each class: bounds as they are compared, the upper one included."""
        factor = _factor(unite)
        lows = [low * factor for low in (self.minimum, *self.bornes[:-1])]
        texts = [
            _say(low, high * factor, first=rank == 0)
            for rank, (low, high) in enumerate(zip(lows, self.bornes, strict=True))
        ]
        return list(zip(self.teintes, texts, strict=True))


def _say(low: float, high: float, *, first: bool) -> str:
    """One class in words.

    >>> _say(-np.inf, 3, first=True), _say(0, 3, first=True), _say(0, 0, first=True)
    ('jusqu’à 3', 'de 0 à 3', '0')
    >>> _say(3, 4.5, first=False), _say(4.5, np.inf, first=False)
    ('plus de 3 à 4,5', 'plus de 4,5')
    """
    if np.isinf(high):
        return f"plus de {_say_bound(low)}"
    if np.isinf(low):
        return f"jusqu’à {_say_bound(high)}"
    if low == high:
        return _say_bound(high)
    return f"{'de' if first else 'plus de'} {_say_bound(low)} à {_say_bound(high)}"


def _say_bound(value: float) -> str:
    """A bound with the decimals it has."""
    return nombre(value, next((d for d in range(5) if np.isclose(value, round(value, d), 1e-9, 1e-9)), 5))


def _factor(unite: str) -> float:
    """From what the atlas holds to what people read: a share is read in per cents."""
    return 100.0 if unite == "part" else 1.0


def fixed_classes(bornes: Sequence[float], sens: str) -> Classes:
    """Classes that a catalogue sets, open at both ends: two départements, two years are read alike."""
    return Classes((*bornes, np.inf), -np.inf, sens == "plus")


def classes(
    valeurs: NDArray[np.float64], methode: str, nombre_classes: int, sens: str, arrondi: int, unite: str = ""
) -> Classes | None:
    """Cut the known values; dark always means less access (or simply more, when ``sens`` is neutre).

    Bounds are numbers that one can say: see :func:`round_bounds`. They have the decimals that figures are
    shown with, or one where whole numbers would leave fewer classes; there may be fewer than asked.
    """
    known = valeurs[np.isfinite(valeurs)] * _factor(unite)
    held = np.unique(known)
    if not len(held):
        return None
    count = min(nombre_classes, len(held))
    raw = held if len(held) <= count else _cut(known, methode, count)
    shown = max(arrondi - 2, 0) if unite == "part" else arrondi
    ways = (round_bounds(float(held[0]), raw, decimales) for decimales in (shown, max(shown, 1)))
    low, bounds = max(ways, key=lambda way: len(way[1]))
    return Classes(tuple(b / _factor(unite) for b in bounds), low / _factor(unite), sens == "plus")


# A class is told when it is at least (≥) this share of the whole range, or of the bound itself.
LARGEUR_DICIBLE = 0.02
# How finely a bound is rounded, as a share of the gap to its neighbours; both ends are facts, told finer.
FINESSE, FINESSE_DES_BOUTS = 0.5, 0.05


def round_bounds(low: float, bounds: NDArray[np.float64], decimales: int) -> tuple[float, tuple[float, ...]]:
    """Where the first class begins, and distinct upper bounds that one can say; the last holds the greatest.

    Each bound is rounded to the power of ten of half the gap to its neighbours (both ends, which are facts,
    ten times finer), at most ``decimales``. One that would end a class too narrow to be told (« de 99,9 à
    100,0 ») is left out: its class joins the next.

    >>> round_bounds(0.42, np.array([13.37, 52.2, 99.93, 100.0]), 1)
    (0.4, (13.0, 50.0, 100.0))
    >>> round_bounds(1.0, np.array([1.0, 2.0, 5.0]), 1)
    (1.0, (1.0, 2.0, 5.0))
    """
    top = float(bounds[-1])
    span = top - low
    kept = [low]
    for bound in map(float, bounds[:-1]):
        alone = bound == low and len(kept) == 1
        told = all(_is_told(*pair, span) for pair in ((kept[-1], bound), (bound, top)))
        if alone or told:
            kept.append(bound)
    edges = [*kept, top]
    shares = [FINESSE_DES_BOUTS, *(FINESSE for _ in kept[1:]), FINESSE_DES_BOUTS]
    steps = [_step(min(_gaps(edges, rank)) * share, decimales) for rank, share in enumerate(shares)]
    first = _round(low, steps[0], np.floor)
    inner = [_round(edge, step, np.round) for edge, step in zip(edges[1:-1], steps[1:-1], strict=True)]
    last = _round(top, steps[-1], np.ceil)
    return first, tuple(sorted({bound for bound in inner if first <= bound < last} | {last}))


def _is_told(low: float, high: float, span: float) -> bool:
    return high - low >= LARGEUR_DICIBLE * min(span, max(abs(low), abs(high)))


def _gaps(edges: Sequence[float], rank: int) -> list[float]:
    """Distances to both neighbours, a bound that repeats the minimum set aside."""
    near = (abs(edges[rank] - edges[other]) for other in (rank - 1, rank + 1) if 0 <= other < len(edges))
    return [gap for gap in near if gap > 0] or [0.0]


def _step(gap: float, decimales: int) -> float:
    return float(max(10.0 ** np.floor(np.log10(gap) + 1e-9) if gap > 0 else 0.0, 10.0**-decimales))


def _round(value: float, step: float, way: Callable[[float], float]) -> float:
    return float(np.round(way(np.round(value / step, 6)) * step, 9)) + 0.0


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
