"""One line of the profile: where a territory stands among its peers, from less to more accessible."""

from __future__ import annotations

from collections.abc import Iterable

LARGEUR, MARGE = 240, 8


def ligne(place: float | None, autres: Iterable[float] = ()) -> str:
    """The picture of one dimension: the stroke is the median of the peers, the large dot the figure quoted.

    ``autres``: the other figures of the dimension, small; nothing is added up. Decorative: words are beside.
    """
    small = "".join(f'<circle class="autre" cx="{_x(other)}" cy="9" r="3.4"/>' for other in autres)
    dot = "" if place is None else f'<circle cx="{_x(place)}" cy="9" r="6.5"/>'
    return (
        f'<svg viewBox="0 0 {LARGEUR} 18" aria-hidden="true">'
        f'<path class="axe" d="M{MARGE} 9H{LARGEUR - MARGE}"/>'
        f'<path class="repere" d="M{LARGEUR // 2} 2v14"/>{small}{dot}</svg>'
    )


def _x(place: float) -> str:
    return f"{MARGE + (LARGEUR - 2 * MARGE) * place:.1f}"
