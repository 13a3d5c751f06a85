"""Fixed maps: contours simplified once for an atlas, projected, drawn as SVG paths."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape

import numpy as np
import shapely

LARGEUR = 640
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

    def contour(self, codes: Iterable[str]) -> str:
        """The outline of several shapes taken together, along the very borders that are drawn."""
        held = [self.simples[code] for code in codes if code in self.simples]
        return _trace(shapely.union_all(held)) if held else ""

    def projeter(self, wkb: bytes) -> shapely.Geometry:
        """A shape of the ground (WGS 84 WKB) in picture units."""
        (left, top), (sx, sy) = self.origine, self.echelle
        return shapely.transform(
            shapely.from_wkb(wkb), lambda xy: np.column_stack(((xy[:, 0] - left) * sx, (top - xy[:, 1]) * sy))
        )


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
        dict(zip(contours, simple, strict=True)),
        {code: _box(*box) for code, box in zip(contours, bounds, strict=True)},
        LARGEUR,
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
    cadre: Boite | None = None,
    lieux: tuple[Lieu, ...] = (),
    noms: dict[str, str] | None = None,
    contours: Iterable[str] = (),
    dedans: Collection[str] | None = None,
    corps: float = 12.5,
) -> str:
    """A choropleth. ``teintes``: code → CSS class; ``liens``: code → (address, words).

    ``contours``: outlines drawn over the shapes; ``dedans``: the shapes that are not faded (null: all);
    ``corps``: the size of names.
    """
    x0, y0, x1, y1 = cadre or (0, 0, shapes.largeur, shapes.hauteur)
    shown = [code for code, box in shapes.boites.items() if _overlap(box, (x0, y0, x1, y1))]
    faded = set() if dedans is None else set(shown) - set(dedans)
    body = [
        _path(shapes, c, teintes.get(c, "c0") + (" hors" if c in faded else ""), (liens or {}).get(c))
        for c in shown
    ]
    body += [f'<path class="contour" d="{trace}"/>' for trace in contours]
    if ici in shapes.traces:
        body.append(f'<path class="ici" d="{shapes.traces[ici]}"/>')
    unit = (x1 - x0) / 560
    body += [_lieu(shapes, lieu, unit) for lieu in lieux]
    named = {c: words for c, words in (noms or {}).items() if c in shown}
    body += _noms(shapes, named, corps * unit, (unit, x0, x1), ici)
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


# Width of a letter, and height of a line, in font sizes: enough to keep names apart.
LETTRE, INTERLIGNE = 0.56, 1.7


def _noms(
    shapes: Formes, noms: dict[str, str], corps: float, fenetre: tuple[float, float, float], ici: str | None
) -> list[str]:
    """Names at the middle of their shapes, in order, moved inside the window (unit, left, right); one that
    would cover another is left out."""
    unit, first, last = fenetre
    drawn: list[str] = []
    taken: list[Boite] = []
    for code, words in noms.items():
        size = corps * (1.2 if code == ici else 1.0)
        left, top, right, bottom = shapes.boites[code]
        half = len(words) * size * LETTRE / 2
        x, y = min(max((left + right) / 2, first + half), last - half), (top + bottom) / 2
        box = (x - half, y - size, x + half, y + size * (INTERLIGNE - 1))
        if not any(_overlap(box, other) for other in taken):
            taken.append(box)
            drawn.append(_nom(words, (x, y), size, unit, ici=code == ici))
    return drawn


def _nom(words: str, place: tuple[float, float], size: float, unit: float, *, ici: bool) -> str:
    return (
        f'<text class="{"ici" if ici else "voisin"}" font-size="{size:.2f}" '
        f'stroke-width="{3.5 * unit:.2f}" x="{place[0]:.1f}" y="{place[1]:.1f}">{escape(words)}</text>'
    )


def _overlap(a: Boite, b: Boite) -> bool:
    return a[2] >= b[0] and a[0] <= b[2] and a[3] >= b[1] and a[1] <= b[3]


def cadre_autour(boite: Boite, marge: float, ratio: float = 0.78) -> Boite:
    """A window around a box: ``marge`` times its size, of a steady shape."""
    left, top, right, bottom = boite
    cx, cy = (left + right) / 2, (top + bottom) / 2
    width = max((right - left) * marge, (bottom - top) * marge / ratio, 60)
    return cx - width / 2, cy - width * ratio / 2, cx + width / 2, cy + width * ratio / 2
