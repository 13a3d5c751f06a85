"""A small choropleth, framed on one place: shapes in the classes of the style sheet, places, names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape

from maillage.reports.rendu.formes import Boite, Formes, overlap


@dataclass(frozen=True)
class Lieu:
    """A point to draw on the map, with its name; ``numero``: written in it, as in the list beside."""

    lon: float
    lat: float
    nom: str
    numero: str = ""


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
    shown = [code for code, box in shapes.boites.items() if overlap(box, (x0, y0, x1, y1))]
    faded = set() if dedans is None else set(shown) - set(dedans)
    body = [
        _path(shapes, c, teintes.get(c, "c0") + (" hors" if c in faded else ""), (liens or {}).get(c))
        for c in shown
    ]
    unit = (x1 - x0) / 560  # a point of the picture as it is shown, however close the window
    body += [f'<path class="contour" stroke-width="{1.4 * unit:.2f}" d="{trace}"/>' for trace in contours]
    if ici in shapes.traces:
        body.append(f'<path class="ici" stroke-width="{2 * unit:.2f}" d="{shapes.traces[ici]}"/>')
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
    radius = (9 if lieu.numero else 5) * unit
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}" stroke-width="{1.6 * unit:.2f}"'
    drawn = f'<circle class="lieu" {place}><title>{escape(lieu.nom)}</title></circle>'
    if not lieu.numero:
        return drawn
    spot = f'x="{x:.1f}" y="{y + 4 * unit:.1f}" font-size="{11 * unit:.2f}"'
    return f'{drawn}<text class="numero" text-anchor="middle" {spot}>{escape(lieu.numero)}</text>'


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
        if not any(overlap(box, other) for other in taken):
            taken.append(box)
            drawn.append(_nom(words, (x, y), size, unit, ici=code == ici))
    return drawn


def _nom(words: str, place: tuple[float, float], size: float, unit: float, *, ici: bool) -> str:
    return (
        f'<text class="{"ici" if ici else "voisin"}" font-size="{size:.2f}" '
        f'stroke-width="{3.5 * unit:.2f}" x="{place[0]:.1f}" y="{place[1]:.1f}">{escape(words)}</text>'
    )
