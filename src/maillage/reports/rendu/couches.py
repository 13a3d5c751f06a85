"""A map as layers of one SVG picture: ground, outlines, places, names; whole without script, and on paper.

The squares of the grid are drawn as runs of one colour: a département fits in a few tens of kilobytes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.carreaux import Carreaux
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.projection import LAEA, WGS84, find_transformer
from maillage.reports.rendu.formes import Boite, Formes

# Height of a name and mean width of a letter, in picture units: on a wide screen, and on one of 390 pixels,
# where the style sheet doubles them (a picture 640 units wide then shows on some 350 pixels).
LETTRE = (13.0, 6.9)
ETROIT = 2.0
VILLES = 14


@dataclass(frozen=True, eq=False)
class Grille:
    """Squares in picture units: ``coins`` float64[n, 4, 2] from south-west, anticlockwise.

    ``ligne`` and ``colonne`` are the square's place in the grid (int64[n]); ``codes`` names each square.
    """

    codes: tuple[str, ...]
    coins: NDArray[np.float64]
    ligne: NDArray[np.int64]
    colonne: NDArray[np.int64]


@dataclass(frozen=True)
class Ville:
    """A name on the map; ``seulement_large``: it would touch another on a narrow screen."""

    nom: str
    x: float
    y: float
    seulement_large: bool


def make_grille(frame: Formes, cells: Carreaux) -> Grille:
    """Squares of the ground in the picture."""
    x, y, side = cells.x_m, cells.y_m, cells.taille_m
    metres = np.stack(
        [np.stack([x + a * side, y + b * side], 1) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))], 1
    )
    lon, lat = find_transformer(LAEA, WGS84).transform(metres[..., 0].ravel(), metres[..., 1].ravel())
    step = side.min()
    return Grille(
        cells.ids,
        frame.place_all(np.column_stack((lon, lat))).reshape(-1, 4, 2),
        np.floor_divide(y, step).astype(np.int64),
        np.floor_divide(x, step).astype(np.int64),
    )


def draw_cells(grid: Grille, teintes: Mapping[str, int], prefixe: str) -> str:
    """One path for each colour: runs of neighbouring squares of that colour, row by row."""
    tints = np.array([teintes.get(code, 0) for code in grid.codes])
    order = np.lexsort((grid.colonne, grid.ligne))
    row, column, tint = grid.ligne[order], grid.colonne[order], tints[order]
    breaks = (np.diff(row) != 0) | (np.diff(column) != 1) | (np.diff(tint) != 0)
    first = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    last = np.concatenate([first[1:] - 1, [len(order) - 1]])
    left, right = grid.coins[order[first]], grid.coins[order[last]]
    corners = np.stack([left[:, 0], right[:, 1], right[:, 2], left[:, 3]], 1)
    runs = tint[first]
    return "".join(
        f'<path class="{_classe(int(value), prefixe)}" d="{_quadrilaterals(corners[runs == value])}"/>'
        for value in np.unique(runs)
    )


def _quadrilaterals(corners: NDArray[np.float64]) -> str:
    """Closed paths of four corners, to a tenth of a unit, by relative steps."""
    tenths = np.round(corners * 10).astype(int)
    steps = np.diff(tenths, axis=1)
    return "".join(
        f"M{start[0] / 10:g} {start[1] / 10:g}l{' '.join(f'{dx / 10:g} {dy / 10:g}' for dx, dy in moves)}z"
        for start, moves in zip(tenths[:, 0], steps, strict=True)
    )


def _classe(tint: int, prefixe: str) -> str:
    return f"{prefixe}{tint}" if tint else "c0"


def draw_territories(paths: Mapping[str, str], teintes: Mapping[str, int], prefixe: str) -> str:
    """One path for each territory, its code beside it for the script; grouped by colour."""
    groups: dict[int, list[str]] = {}
    for code, path in paths.items():
        groups.setdefault(teintes.get(code, 0), []).append(f'<path data-c="{escape(code)}" d="{path}"/>')
    return "".join(f'<g class="{_classe(t, prefixe)}">{"".join(held)}</g>' for t, held in groups.items())


def draw_outlines(paths: Iterable[str], classe: str) -> str:
    """Outlines over the colours, as one path on a pale edge that keeps it visible on dark ground."""
    whole = "".join(paths)
    return (
        f'<path class="contour bord" d="{whole}" stroke-width="2"/>'
        f'<path class="contour {classe}" d="{whole}" stroke-width="2"/>'
        if whole
        else ""
    )


def draw_roads(paths: Mapping[str, str]) -> str:
    """Roads by rank over the colours, on a pale edge; the first rank on top."""
    ranks = list(paths.items())[::-1]
    edges = "".join(f'<path class="route bord {rank}" d="{path}"/>' for rank, path in ranks)
    return edges + "".join(f'<path class="route {rank}" d="{path}"/>' for rank, path in ranks)


def draw_points(frame: Formes, points: Iterable[tuple[float, float]]) -> str:
    """Places as dots: one path of zero-length strokes, light for thousands of them."""
    placed = (frame.place(lon, lat) for lon, lat in points)
    trace = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in placed)
    return f'<path class="points bord" d="{trace}"/><path class="points" d="{trace}"/>' if trace else ""


def draw_here(frame: Formes, lon: float, lat: float) -> str:
    """Where the reader asked: a ring that no colour of the scale can hide."""
    x, y = frame.place(lon, lat)
    return f'<circle class="repere-ici" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'


def draw_numbers(frame: Formes, points: Iterable[tuple[float | None, float | None]]) -> str:
    """Numbers from 1 on their places, in discs over everything; a place that is not known has none."""
    placed = [
        (rank, *frame.place(x, y)) for rank, (x, y) in enumerate(points, 1) if x is not None and y is not None
    ]
    return "".join(
        f'<g class="numero"><circle cx="{x:.1f}" cy="{y:.1f}" r="8.5"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}">{rank}</text></g>'
        for rank, x, y in reversed(placed)
    )


def choose_villes(
    frame: Formes, communes: Iterable[Territoire], chefs_lieux: Collection[str] = ()
) -> list[Ville]:
    """The communes whose names do not touch, in the order of :func:`rank_villes`."""
    kept: list[Ville] = []
    wide: list[Boite] = []
    narrow: list[Boite] = []
    known = [t for t in communes if t.lon is not None and t.lat is not None]
    for t in rank_villes(known, chefs_lieux)[:200]:
        x, y = frame.place(float(t.lon or 0), float(t.lat or 0))
        large, small = _box(t.nom, x, y, 1.0), _box(t.nom, x, y, ETROIT)
        if not _inside(large, frame) or any(_touch(large, other) for other in wide):
            continue
        fits = _inside(small, frame) and not any(_touch(small, other) for other in narrow)
        wide.append(large)
        if fits:
            narrow.append(small)
        kept.append(Ville(t.nom, x, y, seulement_large=not fits))
        if len(kept) == VILLES:
            break
    return kept


def rank_villes(communes: Iterable[Territoire], chefs_lieux: Collection[str] = ()) -> list[Territoire]:
    """Communes in the order in which they are named: seats first, then the most populous."""
    return sorted(communes, key=lambda t: (t.code not in chefs_lieux, -(t.population or 0), t.code))


def _box(nom: str, x: float, y: float, scale: float) -> Boite:
    width, height = len(nom) * LETTRE[1] * scale, LETTRE[0] * scale
    return x - width / 2 - 4, y - height - 3, x + width / 2 + 4, y + height * 0.4 + 3


def _touch(a: Boite, b: Boite) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _inside(box: Boite, frame: Formes) -> bool:
    return box[0] >= 0 and box[2] <= frame.largeur and box[1] >= 0 and box[3] <= frame.hauteur


def draw_names(villes: Iterable[Ville]) -> str:
    """Names of towns, over everything."""
    return "".join(
        f'<text class="{"ville large" if v.seulement_large else "ville"}" x="{v.x:.1f}" y="{v.y:.1f}">'
        f"{escape(v.nom)}</text>"
        for v in villes
    )


def draw_hatch(paths: Iterable[str], motif: str) -> str:
    """Hatches over some shapes, that leave their colour seen; ``motif`` names them once on a page."""
    whole = "".join(paths)
    if not whole:
        return ""
    return (
        f'<defs><pattern id="{motif}" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hachure" d="M0 0V7"/></pattern></defs>'
        f'<path d="{whole}" fill="url(#{motif})"/>'
    )


def draw_mark(frame: Formes, text: str) -> str:
    """Words across the whole picture, so that it still says them when it is cut out."""
    x, y = f"{frame.largeur / 2:.0f}", f"{frame.hauteur * 0.62:.0f}"
    size = f"font-size:{min(54.0, frame.largeur / 12):.0f}px"
    turned = f'x="{x}" y="{y}" transform="rotate(-18 {x} {y})"'
    return f'<text class="marque" style="{size}" {turned}>{escape(text)}</text>'


def draw_note(frame: Formes, text: str) -> str:
    """A line under the picture: leave it room."""
    return f'<text class="note" x="0" y="{frame.hauteur + 20:.0f}">{escape(text)}</text>'


def picture(frame: Formes, titre: str, layers: Iterable[str], *, fin: bool, marge: float = 0.0) -> str:
    """The whole picture. ``fin``: many small shapes, without borders; ``marge``: room left under it.

    Its geography is told to the script of the map.
    """
    left, top = frame.origine
    sx, sy = frame.echelle
    geo = " ".join(f"{value:.6f}" for value in (left, top, sx, sy))
    box = f"0 0 {math.ceil(frame.largeur)} {math.ceil(frame.hauteur + marge)}"
    kind = "fin" if fin else "net"
    return (
        f'<svg class="carte-image {kind}" viewBox="{box}" role="img" aria-label="{escape(titre)}" '
        f'data-geo="{geo}">{"".join(layers)}</svg>'
    )
