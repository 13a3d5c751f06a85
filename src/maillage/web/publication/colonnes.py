"""Properties with their columns: how a layer is put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_nombres, make_objets

Colonne = tuple[ProprieteOuverte, Callable[[str], NDArray[Any]]]
"""A property, and what reads its column, given its name."""


def make_colonne(propriete: ProprieteOuverte, values: Callable[[], Iterable[Any]]) -> Colonne:
    """A property whose values are made when they are first asked."""
    make = make_nombres if propriete.genre in {"number", "integer"} else make_objets
    return propriete, lambda _: make(values())


def repeat(propriete: ProprieteOuverte, value: Any, count: int) -> Colonne:
    """A property that is the same for all."""
    return make_colonne(propriete, lambda: [value] * count)


def make_couche(colonnes: Iterable[Colonne], **told: Any) -> CoucheOuverte:
    """A layer of these properties; the first of two of one name is kept."""
    proprietes: dict[str, ProprieteOuverte] = {}
    lire: dict[str, Callable[[str], NDArray[Any]]] = {}
    for propriete, read in colonnes:
        proprietes.setdefault(propriete.nom, propriete)
        lire.setdefault(propriete.nom, read)
    return CoucheOuverte(proprietes=proprietes, lire=lambda name: lire[name](name), **told)


def make_points(
    places: Iterable[tuple[float | None, float | None]],
) -> NDArray[np.object_]:
    """Points of these longitudes and latitudes; None where one of them is unknown."""
    return make_objets(
        [None if lon is None or lat is None else shapely.Point(lon, lat) for lon, lat in places]
    )


def join(values: Iterable[Any] | None) -> str | None:
    """Several texts as one, « a ; b »; null when there is none."""
    return " ; ".join(str(value) for value in values) or None if values else None
