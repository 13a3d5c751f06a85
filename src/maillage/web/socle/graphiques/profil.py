"""One line of the profile: where a territory stands among its peers, from less to more accessible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def position(valeurs: NDArray[np.float64], ici: float | None, sens: str) -> float | None:
    """Share of the peers that are worse off than here (ties count half); null when here is unknown.

    ``sens`` plus: a larger value is better; moins: a smaller one is.

    >>> four = np.array([1.0, 2.0, 3.0, 4.0])
    >>> position(four, 3.0, "plus"), position(four, 3.0, "moins")
    (0.625, 0.375)
    """
    known = valeurs[np.isfinite(valeurs)]
    if ici is None or not len(known):
        return None
    below = float(((known < ici).sum() + 0.5 * (known == ici).sum()) / len(known))
    return 1 - below if sens == "moins" else below


def ligne(place: float | None) -> str:
    """The picture of one dimension: the stroke is the median of the peers, the dot is here."""
    dot = "" if place is None else f'<circle cx="{6 + 188 * place:.1f}" cy="8" r="6"/>'
    return (
        '<svg viewBox="0 0 200 16" aria-hidden="true"><path class="axe" d="M6 8H194"/>'
        f'<path class="repere" d="M100 2v12"/>{dot}</svg>'
    )
