"""Fixed maps: contours simplified once for an atlas, projected, drawn as SVG paths."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely

LARGEUR = 640


@dataclass(frozen=True)
class Formes:
    """Paths of one mesh, in picture units; ``boites`` is (left, top, right, bottom) of each."""

    traces: dict[str, str]
    boites: dict[str, tuple[float, float, float, float]]
    largeur: float
    hauteur: float
    origine: tuple[float, float]
    echelle: tuple[float, float]

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point of the ground stands in the picture."""
        return (lon - self.origine[0]) * self.echelle[0], (self.origine[1] - lat) * self.echelle[1]


def formes(contours: dict[str, bytes], pas: float = 0.6) -> Formes | None:
    """Contours (WGS 84 WKB) as paths, borders kept shared; ``pas``: simplification, in picture units."""
    if not contours:
        return None
    geometries = shapely.from_wkb(list(contours.values()))
    left, bottom, right, top = shapely.total_bounds(geometries)
    sx = LARGEUR / (right - left)
    sy = sx / math.cos(math.radians((top + bottom) / 2))
    flat = shapely.transform(
        geometries, lambda xy: np.column_stack(((xy[:, 0] - left) * sx, (top - xy[:, 1]) * sy))
    )
    simple = shapely.coverage_simplify(flat, pas, simplify_boundary=True)
    bounds = shapely.bounds(flat)
    return Formes(
        {code: _trace(shape) for code, shape in zip(contours, simple, strict=True)},
        {code: _box(*box) for code, box in zip(contours, bounds, strict=True)},
        LARGEUR,
        (top - bottom) * sy,
        (float(left), float(top)),
        (sx, sy),
    )


def _box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return float(left), float(top), float(right), float(bottom)


def _trace(shape: shapely.Geometry) -> str:
    rings = [r for part in shapely.get_parts(shape) for r in (part.exterior, *part.interiors)]
    return "".join(f"M{_points(shapely.get_coordinates(ring))}z" for ring in rings)


def _points(xy: np.ndarray) -> str:
    """Relative steps of one decimal: short, and exact to a tenth of a unit."""
    steps = np.round(xy * 10).astype(int)
    deltas = np.diff(steps, axis=0)[:-1]
    first = f"{steps[0, 0] / 10:g} {steps[0, 1] / 10:g}l"
    return first + " ".join(f"{dx / 10:g} {dy / 10:g}" for dx, dy in deltas if dx or dy)


@dataclass(frozen=True)
class Lieu:
    """A point to draw on the map, with its name."""

    lon: float
    lat: float
    nom: str


def carte(
    shapes: Formes,
    teintes: dict[str, str],
    *,
    titre: str,
    liens: dict[str, tuple[str, str]] | None = None,
    ici: str | None = None,
    cadre: tuple[float, float, float, float] | None = None,
    lieux: tuple[Lieu, ...] = (),
    noms: dict[str, str] | None = None,
) -> str:
    """A choropleth. ``teintes``: code → CSS class; ``liens``: code → (address, words)."""
    x0, y0, x1, y1 = cadre or (0, 0, shapes.largeur, shapes.hauteur)
    shown = [
        code
        for code, box in shapes.boites.items()
        if box[2] >= x0 and box[0] <= x1 and box[3] >= y0 and box[1] <= y1
    ]
    body = [_path(shapes, code, teintes.get(code, "c0"), (liens or {}).get(code)) for code in shown]
    if ici in shapes.traces:
        body.append(f'<path class="ici" d="{shapes.traces[ici]}"/>')
    unit = (x1 - x0) / 560
    body += [_lieu(shapes, lieu, unit) for lieu in lieux]
    body += [
        _nom(shapes, code, words, unit, ici=code == ici)
        for code, words in (noms or {}).items()
        if code in shown
    ]
    role = "group" if liens else "img"
    box = f"{x0:.1f} {y0:.1f} {x1 - x0:.1f} {y1 - y0:.1f}"
    return f'<svg viewBox="{box}" role="{role}" aria-label="{escape(titre)}">{"".join(body)}</svg>'


def _path(shapes: Formes, code: str, classe: str, lien: tuple[str, str] | None) -> str:
    path = f'<path class="{classe}" d="{shapes.traces[code]}"'
    if lien is None:
        return f"{path}/>"
    words = escape(lien[1])
    return f'<a href="{escape(lien[0])}" aria-label="{words}">{path}><title>{words}</title></path></a>'


def _lieu(shapes: Formes, lieu: Lieu, unit: float) -> str:
    x, y = shapes.place(lieu.lon, lieu.lat)
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="{5 * unit:.2f}" stroke-width="{1.6 * unit:.2f}"'
    return f'<circle class="lieu" {place}><title>{escape(lieu.nom)}</title></circle>'


def _nom(shapes: Formes, code: str, words: str, unit: float, *, ici: bool) -> str:
    left, top, right, bottom = shapes.boites[code]
    size = 15 if ici else 12.5
    return (
        f'<text class="{"ici" if ici else "voisin"}" font-size="{size * unit:.2f}" '
        f'stroke-width="{3.5 * unit:.2f}" '
        f'x="{(left + right) / 2:.1f}" y="{(top + bottom) / 2:.1f}">{escape(words)}</text>'
    )


def cadre_autour(
    shapes: Formes, code: str, marge: float, ratio: float = 0.78
) -> tuple[float, float, float, float]:
    """A window around a territory: ``marge`` times its size on each side, of a steady shape."""
    left, top, right, bottom = shapes.boites[code]
    cx, cy = (left + right) / 2, (top + bottom) / 2
    width = max((right - left) * marge, (bottom - top) * marge / ratio, 60)
    return cx - width / 2, cy - width * ratio / 2, cx + width / 2, cy + width * ratio / 2
