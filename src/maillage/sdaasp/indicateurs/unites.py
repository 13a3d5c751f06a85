"""Whether a figure of the atlas may fill an indicator: the units that say the same thing, and their ratio."""

from __future__ import annotations

import re
from types import MappingProxyType

_MESURES: dict[tuple[str, float], str] = {
    ("part", 1): "part proportion",
    ("part", 0.01): "% pourcent pourcents pourcentage pourcentages",
    ("durée", 1): "s sec seconde secondes",
    ("durée", 60): "min mn minute minutes",
    ("durée", 3600): "h heure heures",
    ("longueur", 1): "m mètre mètres",
    ("longueur", 1000): "km kilomètre kilomètres",
    ("argent", 1): "€ euro euros",
    ("jours", 1): "j jour jours",
    ("personnes", 1): "hab. hab habitant habitants personne personnes",
}
UNITES = MappingProxyType({word: measure for measure, words in _MESURES.items() for word in words.split()})
"""A unit as one writes it → (what it measures, how many of the first unit of its kind it is worth)."""
PROPRES = MappingProxyType({"part": "%", "proportion": "%", "s": "min", "0 ou 1": ""})
"""Units of the atlas → as people read them; the others are read as they are."""


def find_ratio(depuis: str, vers: str | None) -> float | None:
    """By what to multiply a figure in ``depuis`` (atlas) for an indicator in ``vers``; ``None``: never.

    An indicator without unit takes the figure as it is.

    >>> find_ratio("part", "%"), find_ratio("s", "Minutes"), find_ratio("min", "%"), find_ratio("min", None)
    (100.0, 0.016666666666666666, None, 1.0)
    """
    source, wanted = _read(depuis), _read(vers or depuis)
    return source[1] / wanted[1] if source[0] == wanted[0] else None


def _read(unit: str) -> tuple[str, float]:
    plain = re.sub(r"\s+", " ", unit).strip().lower().replace("pour cent", "pourcent")
    return UNITES.get(plain, (plain, 1.0))
