"""What moves on a map of communes: minutes before and after, the colour of the difference, the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.francais import accord, typeset
from maillage.reports.rendu import carte
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Carte, Classe
from maillage.reports.rendu.couleurs import ENCRE
from maillage.reports.rendu.formes import Boite, Formes, cadre_autour
from maillage.reports.scenario.etiquettes import place_names

MARGE: Final = 1.6
SERREE: Final = 1.15
NOMS: Final = 8
# Minutes of difference (upper bound, ≤) → class of the style sheet, words, colour.
ECARTS: Final = (
    (-5.0, "proche2", "plus près, de 5 min ou plus", "#0a5a63"),
    (-0.5, "proche1", "plus près", "#8fc0c3"),
    (0.5, "egal", "à moins d’une demi-minute près", "#e9e7e0"),
    (5.0, "loin1", "plus loin, de 5 min au plus", "#e8bd80"),
    (float("inf"), "loin2", "plus loin, de plus de 5 min", "#9a3b5a"),
)
STYLE: Final = f"text.repere-nom{{font-weight:700;fill:{ENCRE};paint-order:stroke;stroke:#fff}}" + "".join(
    f".{name}{{fill:{colour}}}" for _, name, _, colour in ECARTS
)
Moved = dict[str, tuple[float | None, float | None]]


def read_moved(lecteur: Lecteur, impact: Mapping[str, Any], name: str) -> Moved:
    """Commune → its minutes before and after, where they differ."""
    factor = lecteur.definition(name).facteur
    rows = (row for row in impact["indicateurs"] if row["indicateur"] == name and row["niveau"] == "commune")
    return {row["code"]: (scale(row["avant"], factor), scale(row["apres"], factor)) for row in rows}


def find_duree(lecteur: Lecteur, kind: str) -> str | None:
    """The indicator of the minutes to a service, by commune; null when the atlas has none."""
    return lecteur.mesures("commune").get("duree_{type}", {}).get(kind)


def scale(value: float | None, factor: float) -> float | None:
    """A figure of the files as people read it; null stays."""
    return None if value is None else value * factor


def tint(before: float | None, after: float | None) -> str:
    """The class of a difference; what was, or becomes, out of reach is the farthest or the nearest.

    >>> tint(10.0, 16.0), tint(10.0, 9.0), tint(10.0, None), tint(None, 3.0)
    ('loin2', 'proche1', 'loin2', 'proche2')
    """
    if before is None or after is None:
        return "proche2" if before is None else "loin2"
    return next(name for limit, name, _, _ in ECARTS if after - before <= limit)


def frame(shapes: Formes, codes: list[str], marge: float = MARGE) -> Boite | None:
    """A window around communes, ``marge`` times their size; the whole map when none of them is drawn."""
    boxes = [shapes.boites[code] for code in codes if code in shapes.boites]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return cadre_autour((min(lefts), min(tops), max(rights), max(bottoms)), marge)


def name_first(lecteur: Lecteur, moved: Mapping[str, Any]) -> dict[str, str]:
    """The names of the most peopled communes among those that move."""
    found = [place for code in moved if (place := lecteur.territoire("commune", code)) is not None]
    largest = sorted(found, key=lambda place: -(place.population or 0))[:NOMS]
    return {place.code: place.nom for place in largest}


def draw_difference(lecteur: Lecteur, impact: Mapping[str, Any], kind: str, shapes: Formes) -> Carte | None:
    """The map of who comes nearer and who goes farther, by commune; null where nothing moves."""
    name = find_duree(lecteur, kind)
    moved = read_moved(lecteur, impact, name) if name else {}
    if name is None or not moved:
        return None
    tints = dict.fromkeys(lecteur.colonne("commune", name).codes, "egal")
    tints |= {code: tint(*pair) for code, pair in moved.items()}
    title = typeset("Temps en voiture jusqu'au lieu le plus proche : la différence, par commune")
    here = [place for place in impact["scenario"]["lieux"] if place["type"] == kind]
    window = frame(shapes, [*moved, *(place["code_insee"] for place in here)], SERREE)
    seen = window or (0, 0, shapes.largeur, shapes.hauteur)
    marks, named = mark_places(lecteur, shapes, here, seen)
    others = {} if named else name_first(lecteur, moved)
    drawn = carte.carte(shapes, tints, titre=title, cadre=window, noms=others, corps=15)
    drawn = drawn.replace("</svg>", f"{marks}</svg>")
    legend = tuple(count_class(lecteur, tints, *entry[1:]) for entry in ECARTS)
    shown = tuple(one for one in legend if one.territoires)
    words = " ; ".join(f"{one.libelle} : {accord(one.territoires, 'commune')}" for one in shown)
    svg = detacher(drawn).replace("</style>", f"{STYLE}</style>", 1)
    return Carte(
        f"difference-{kind}", title, svg, typeset(f"{title}. {words}."), shown, "", f"communes-{kind}"
    )


def count_class(lecteur: Lecteur, tints: Mapping[str, str], name: str, words: str, colour: str) -> Classe:
    """A class of a legend: its communes and their people."""
    codes = [code for code, held in tints.items() if held == name]
    places = (lecteur.territoire("commune", code) for code in codes)
    people = sum(place.population or 0 for place in places if place)
    return Classe(words, colour, len(codes), float(people))


@dataclass(frozen=True)
class _Repere:
    """A place that the scenario touches, where it stands in the picture, with the name of its commune."""

    etat: str
    itinerant: bool
    x: float
    y: float
    nom: str


def mark_places(
    lecteur: Lecteur, shapes: Formes, lieux: Sequence[Mapping[str, Any]], window: Boite
) -> tuple[str, set[str]]:
    """Places that open (disc), close (cross) or change (square), stops of rounds (rings), with their names.

    With the codes of the communes named. ``window``: what is seen of the picture.
    """
    unit = (window[2] - window[0]) / 560
    marks, named = [], {}
    for place in lieux:
        code = place["code_insee"]
        commune = lecteur.territoire("commune", code) if code not in named else None
        named[code] = True
        x, y = shapes.place(place["lon"], place["lat"])
        marks.append(_Repere(place["etat"], place["itinerant"], x, y, commune.nom if commune else ""))
    drawn = "".join(_mark(mark, unit) for mark in marks)
    return drawn + _name_marks(marks, unit, window), set(named)


def _name_marks(marks: Sequence[_Repere], unit: float, window: Boite) -> str:
    """The names of the marks that have one, each where there is room."""
    named, size = [mark for mark in marks if mark.nom], 14 * unit
    points = [(mark.x, mark.y) for mark in marks if mark.nom]
    places = place_names(points, [mark.nom for mark in named], size, 7 * unit, window)
    edge = f'font-size="{size:.2f}" stroke-width="{3.5 * unit:.2f}"'
    return "".join(
        f'<text class="repere-nom" {edge} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(mark.nom)}</text>"
        for mark, (x, y, anchor) in zip(named, places, strict=True)
    )


def _mark(mark: _Repere, unit: float) -> str:
    x, y, r = mark.x, mark.y, 6 * unit
    if mark.etat == "ferme":
        trace = f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}l{-2 * r:.1f} {2 * r:.1f}"
        return "".join(
            f'<path d="{trace}" fill="none" stroke="{ink}" stroke-width="{width * unit:.2f}"/>'
            for ink, width in (("#fff", 6), (ENCRE, 3))
        )
    edge = f'stroke="#fff" stroke-width="{1.6 * unit:.2f}"'
    if mark.etat == "change":
        side = f'width="{2 * r:.1f}" height="{2 * r:.1f}"'
        return f'<rect x="{x - r:.1f}" y="{y - r:.1f}" {side} fill="{ENCRE}" {edge}/>'
    if mark.itinerant:
        edge = f'stroke="{ENCRE}" stroke-width="{2.4 * unit:.2f}"'
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="#fff" {edge}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1.1 * r:.1f}" fill="{ENCRE}" {edge}/>'
