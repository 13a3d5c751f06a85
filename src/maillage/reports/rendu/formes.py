"""Outlines of the ground as paths of one picture: projected, simplified, borders kept shared.

Every map is drawn from these: those of pages and of documents, whole or framed on a part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

LARGEUR = 640
# Simplification, in picture units.
PAS = 0.6
# Left, top, right, bottom, in picture units.
Boite = tuple[float, float, float, float]


@dataclass(frozen=True)
class Formes:
    """Paths of one mesh, in picture units; ``boites`` is (left, top, right, bottom) of each."""

    traces: dict[str, str]
    simples: dict[str, shapely.Geometry]
    boites: dict[str, Boite]
    largeur: float
    hauteur: float
    origine: tuple[float, float]
    echelle: tuple[float, float]

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point of the ground stands in the picture."""
        return (lon - self.origine[0]) * self.echelle[0], (self.origine[1] - lat) * self.echelle[1]

    def place_all(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the ground (float64[n, 2], longitude first) stand in the picture."""
        (left, top), (sx, sy) = self.origine, self.echelle
        return np.column_stack(((lonlat[:, 0] - left) * sx, (top - lonlat[:, 1]) * sy))

    def contour(self, codes: Iterable[str]) -> str:
        """The outline of several shapes taken together, along the very borders that are drawn."""
        held = [self.simples[code] for code in codes if code in self.simples]
        return _trace(shapely.union_all(held)) if held else ""

    def projeter(self, wkb: bytes) -> shapely.Geometry:
        """A shape of the ground (WGS 84 WKB) in picture units."""
        return shapely.transform(shapely.from_wkb(wkb), self.place_all)

    def ligne(self, wkb: bytes, pas: float = PAS) -> str:
        """Lines of the ground (WGS 84 WKB) as one open path, what lies out of the picture left out."""
        flat = shapely.clip_by_rect(self.projeter(wkb), 0, 0, self.largeur, self.hauteur)
        parts = shapely.get_parts(shapely.simplify(flat, pas))
        return "".join(f"M{_points(shapely.get_coordinates(part), closed=False)}" for part in parts)

    def tracer(self, contours: Mapping[str, bytes], *, superposables: bool) -> dict[str, str]:
        """Code → path of other outlines in the same picture; ``superposables``: they may overlap."""
        if not contours:
            return {}
        flat = shapely.transform(shapely.from_wkb(list(contours.values())), self.place_all)
        simplify = shapely.simplify if superposables else shapely.coverage_simplify
        return {code: _trace(shape) for code, shape in zip(contours, simplify(flat, PAS), strict=True)}


def formes(contours: Mapping[str, bytes], pas: float = PAS, largeur: float = LARGEUR) -> Formes | None:
    """Contours (WGS 84 WKB) as paths, borders kept shared; ``pas``: simplification, in picture units.

    ``largeur`` of the picture, in units: names have a fixed height, they stand out more on a narrow one.
    """
    if not contours:
        return None
    geometries = shapely.from_wkb(list(contours.values()))
    left, bottom, right, top = shapely.total_bounds(geometries)
    sx = largeur / (right - left)
    sy = sx / math.cos(math.radians((top + bottom) / 2))
    flat = shapely.transform(
        geometries, lambda xy: np.column_stack(((xy[:, 0] - left) * sx, (top - xy[:, 1]) * sy))
    )
    simple = shapely.coverage_simplify(flat, pas, simplify_boundary=True)
    bounds = shapely.bounds(flat)
    return Formes(
        {code: _trace(shape) for code, shape in zip(contours, simple, strict=True)},
        dict(zip(contours, simple, strict=True)),
        {code: _box(*box) for code, box in zip(contours, bounds, strict=True)},
        largeur,
        (top - bottom) * sy,
        (float(left), float(top)),
        (sx, sy),
    )


def trace(shape: shapely.Geometry) -> tuple[str, Boite]:
    """The path of a shape already in picture units, and its box."""
    return _trace(shape), _box(*shapely.bounds(shape))


def _box(left: float, top: float, right: float, bottom: float) -> Boite:
    return float(left), float(top), float(right), float(bottom)


def _trace(shape: shapely.Geometry) -> str:
    rings = [r for part in shapely.get_parts(shape) for r in (part.exterior, *part.interiors)]
    return "".join(f"M{_points(shapely.get_coordinates(ring))}z" for ring in rings)


def _points(xy: np.ndarray, *, closed: bool = True) -> str:
    """Relative steps of one decimal: short, exact to a tenth of a unit; ``closed``: the last is implied."""
    steps = np.round(xy * 10).astype(int)
    deltas = np.diff(steps, axis=0)[: -1 if closed else None]
    first = f"{steps[0, 0] / 10:g} {steps[0, 1] / 10:g}l"
    return first + " ".join(f"{dx / 10:g} {dy / 10:g}" for dx, dy in deltas if dx or dy)


def overlap(a: Boite, b: Boite) -> bool:
    """Whether two boxes touch."""
    return a[2] >= b[0] and a[0] <= b[2] and a[3] >= b[1] and a[1] <= b[3]


def cadre_autour(boite: Boite, marge: float, ratio: float = 0.78) -> Boite:
    """A window around a box: ``marge`` times its size, of a steady shape."""
    left, top, right, bottom = boite
    cx, cy = (left + right) / 2, (top + bottom) / 2
    width = max((right - left) * marge, (bottom - top) * marge / ratio, 60)
    return cx - width / 2, cy - width * ratio / 2, cx + width / 2, cy + width * ratio / 2
