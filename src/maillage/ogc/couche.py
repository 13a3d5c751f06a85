"""A layer: features that share their properties, as columns; what an open service tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

Genre = Literal["string", "number", "integer", "boolean", "date"]


COLONNES_OCTETS = 8 * 2**20
"""What the columns kept of one layer weigh at most, an object counted as its address."""
COLONNES_MIN = 4


@dataclass(frozen=True, slots=True)
class ProprieteOuverte:
    """One property of a layer: what it is called, of which kind, in which unit.

    ``rendue``: given when nobody chooses. ``complements``: what goes with it wherever it goes (reliability,
    vintage). ``long``: a text too long for a tile.
    """

    nom: str
    titre: str
    genre: Genre = "string"
    description: str = ""
    unite: str = ""
    valeurs: tuple[str, ...] = ()
    rendue: bool = True
    complements: tuple[str, ...] = ()
    long: bool = False


@dataclass(frozen=True, eq=False)
class CoucheOuverte:
    """Features as columns, in the order in which they are given.

    ``geometries``: object array of shapely shapes in longitude and latitude (WGS 84), None where unknown.
    ``lire``: name of a property → its column, float64 with NaN for numbers, objects with None otherwise; a
    date is a text, YYYY-MM-DD. ``temps``: first and last day of each feature, same texts, None when it holds
    at all times; null for a layer without time. ``marque``: what changes when any of it does.
    ``archive``: the archive of tiles that draws it, its name there. ``tuiles``: whether it is drawn in tiles.
    ``details``: row → what a record says besides its columns, or of one of them when that is given.
    """

    id: str
    titre: str
    description: str
    proprietes: Mapping[str, ProprieteOuverte]
    ids: tuple[str, ...]
    geometries: NDArray[np.object_]
    lire: Callable[[str], NDArray[Any]]
    temps: tuple[NDArray[np.object_], NDArray[np.object_]] | None = None
    type_objets: str = "feature"
    mots: tuple[str, ...] = ()
    licence: str = ""
    sources: tuple[str, ...] = ()
    marque: str = ""
    archive: tuple[str, str] | None = None
    tuiles: bool = False
    details: Callable[[int], dict[str, Any]] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def colonne(self, nom: str) -> NDArray[Any]:
        """The column of one property; those asked longest ago are read again."""
        return self._lues(nom)

    @cached_property
    def _lues(self) -> Callable[[str], NDArray[Any]]:
        return lru_cache(max(COLONNES_MIN, COLONNES_OCTETS // (8 * max(1, len(self)))))(self.lire)

    @cached_property
    def rangs(self) -> dict[str, int]:
        """Row of each feature."""
        return {one: row for row, one in enumerate(self.ids)}

    @cached_property
    def boites(self) -> NDArray[np.float64]:
        """West, south, east, north of each feature, float64[n, 4]; NaN where it has no shape."""
        return np.asarray(shapely.bounds(self.geometries), dtype=np.float64).reshape(-1, 4)

    @cached_property
    def emprise(self) -> tuple[float, float, float, float] | None:
        """The box of all of them; null when none has a shape."""
        if not len(self) or np.isnan(self.boites).all():
            return None
        low, high = np.nanmin(self.boites, axis=0), np.nanmax(self.boites, axis=0)
        return float(low[0]), float(low[1]), float(high[2]), float(high[3])

    @cached_property
    def periode(self) -> tuple[str, str] | None:
        """First and last day that its features tell; null for a layer without time."""
        if self.temps is None:
            return None
        told = [[day for day in side if day is not None] for side in self.temps]
        return (min(told[0]), max(told[1])) if all(told) else None

    def choisir(self, voulues: tuple[str, ...] | None) -> tuple[str, ...]:
        """The properties of an answer, in the order of the layer; what goes with a property follows it."""
        if voulues is None:
            return tuple(name for name, one in self.proprietes.items() if one.rendue)
        kept = {more for name in voulues for more in (name, *self.proprietes[name].complements)}
        return tuple(name for name in self.proprietes if name in kept)


def make_objets(values: Any) -> NDArray[np.object_]:
    """A column of objects, whatever they are: numpy makes no matrix of them. Equal texts are one in memory.

    >>> make_objets([(1, 2), None]).shape
    (2,)
    """
    once: dict[str, str] = {}
    held = [once.setdefault(value, value) if isinstance(value, str) else value for value in values]
    column = np.empty(len(held), dtype=object)
    column[:] = held
    return column


def make_nombres(values: Any) -> NDArray[np.float64]:
    """A column of numbers: null is NaN.

    >>> make_nombres([1, None]).tolist()
    [1.0, nan]
    """
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
