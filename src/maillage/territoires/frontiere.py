"""What the border of the département hides: people near it, bassins de vie cut by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maillage.territoires.decoupage import Decoupage

Floats = NDArray[np.float64]


def share_near_border(reach: Floats, people: Floats, mesh: Decoupage, limit: float) -> Floats:
    """Share of each territory's people whose place is at most (≤) ``limit`` from the border.

    ``reach`` float64[places]: metres or seconds to the border, in the unit of ``limit``; NaN is unknown and
    makes the share of its territories unknown. A coast is no border: give it an infinite reach. NaN without
    people.

    >>> from maillage.territoires.decoupage import nest
    >>> two = nest(["A", "A", "B"])
    >>> share_near_border(np.array([600.0, 601.0, 900.0]), np.array([1.0, 3.0, 2.0]), two, 600)
    array([0.25, 0.  ])
    """
    near = np.where(np.isnan(reach), np.nan, (reach <= limit).astype(np.float64))
    total = mesh.sum(people)
    share: Floats = np.divide(
        mesh.sum(near * people), total, out=np.full(len(total), np.nan), where=total > 0
    )
    return share


def mark_cut(
    bassins: Sequence[str | None], departements: Sequence[str], touches_border: Sequence[bool], here: str
) -> dict[str, bool | None]:
    """Bassins de vie of the département ``here`` → cut by its border? Null when the data do not say.

    For each known commune, of here or elsewhere: its bassin, its département, whether it touches the border
    of ``here``. Cut: a commune of it is known elsewhere, or the one that gives the bassin its code is. Whole:
    none of its communes touches the border. Between the two, the communes across are unknown: null.

    >>> mark_cut(["59001", "59002", "62003"], ["59", "59", "59"], [False, True, True], "59")
    {'59001': False, '59002': None, '62003': True}
    """
    rows = list(zip(bassins, departements, touches_border, strict=True))
    inside = sorted({b for b, departement, _ in rows if b is not None and departement == here})
    knows_elsewhere = any(departement != here for departement in departements)
    across = {b for b, departement, _ in rows if departement != here}
    on_border = {b for b, departement, touches in rows if departement == here and touches}
    unknown = None if not knows_elsewhere else False
    return {
        b: True if b in across or not b.startswith(here) else (unknown if b in on_border else False)
        for b in inside
    }
