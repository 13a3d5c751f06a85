"""Choropleths as plain SVG: colours that darken with distance, legible to the colour-blind and in greys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import shapely

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.figures_de_reference import CarteDuDiagnostic, load_cartes
from maillage.catalogue.seuils import load_seuils
from maillage.francais import NON_RENSEIGNE, accord, avec_unite, nombre, typeset
from maillage.reports.diagnostic.document import Carte, Cellule, Classe, Nombre, Section, Tableau

if TYPE_CHECKING:
    from maillage.reports.diagnostic.lecture import Lecture

# Lightness falls by even steps from sand to plum; hue only seconds it.
PALETTE = ("#f6ead3", "#ecc994", "#e09b68", "#c66b62", "#97455f", "#5f2a52")
UNKNOWN = "#d9d9d6"
INK = "#1c2430"
WIDTH = 720.0  # units of the drawing
NAMED_TOWNS = 9
SIMPLIFY = 0.35  # units of the drawing


@dataclass(frozen=True)
class Fond:
    """Outlines in drawing units, by commune code; arrondissements and town names to find one's way."""

    chemins: dict[str, str]
    limites: tuple[str, ...]
    villes: tuple[tuple[str, float, float], ...]
    largeur: float
    hauteur: float


def make_section(lecture: Lecture) -> Section | None:
    """Every map of the catalogue that this atlas can draw, and one table of all of them."""
    fond = read_fond(lecture)
    if fond is None:
        return None
    known = [carte for carte in load_cartes() if carte.indicateur in lecture.wide("commune").columns]
    if not known:
        return None
    rows = lecture.listing("commune", *(carte.indicateur for carte in known))
    maps = tuple(draw(carte, fond, rows, lecture) for carte in known)
    text = (
        "Chaque carte dit la même chose que le tableau des communes qui les suit. "
        "Hachures : commune près de la limite du département, où l'offre voisine, mal connue, peut compter."
    )
    table = make_table(known, rows)
    return Section("cartes", "Cartes", (typeset(text),), maps, (table,))


def make_table(cartes: Sequence[CarteDuDiagnostic], rows: pl.DataFrame) -> Tableau:
    """All communes, one column per map."""
    columns = ("Commune", "Code", "Habitants", *(typeset(carte.titre) for carte in cartes))
    lines: list[tuple[Cellule, ...]] = []
    for row in rows.sort("nom", "code").to_dicts():
        cells = [show(row[carte.indicateur], carte.unite) for carte in cartes]
        lines.append((str(row["nom"]), str(row["code"]), Nombre.entier(row["population"]), *cells))
    numeric = frozenset(range(2, len(columns)))
    return Tableau(
        "communes",
        "Les cartes en tableau : toutes les communes",
        columns,
        tuple(lines),
        "",
        numeric,
        annexe=True,
    )


def show(value: float | None, unite: str) -> Nombre:
    """A cell in the unit of the map."""
    return Nombre(value, avec_unite(value, "s", 1) if unite == "min" else avec_unite(value, "part", 3))


def scale_of(unite: str) -> float:
    """From the atlas's unit (s, part) to the map's (min, %)."""
    return {"min": 1 / 60, "%": 100.0}[unite]


def read_fond(lecture: Lecture) -> Fond | None:
    """The outlines of the communes, simplified to what the eye sees; null when the atlas has none."""
    try:
        outlines = lecture.atlas.contours()
    except EntreeInvalide:
        return None
    communes = outlines.filter(pl.col("niveau") == "commune")
    if not communes.height:
        return None
    shapes = shapely.from_wkb(communes["wkb"].to_numpy())
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    unit = WIDTH / ((east - west) * squeeze)

    def to_drawing(lonlat: np.ndarray) -> np.ndarray:
        return np.column_stack([(lonlat[:, 0] - west) * squeeze * unit, (north - lonlat[:, 1]) * unit])

    def paths(wkb: pl.Series) -> list[str]:
        drawn = shapely.transform(shapely.from_wkb(wkb.to_numpy()), to_drawing)
        return [to_path(shape) for shape in shapely.simplify(drawn, SIMPLIFY)]

    edges = outlines.filter(pl.col("niveau") == "arrondissement")
    towns = lecture.territoires("commune").drop_nulls(["lon", "lat"])
    towns = towns.sort("population", "code", descending=[True, False]).head(3 * NAMED_TOWNS)
    places = to_drawing(towns.select("lon", "lat").to_numpy().astype(float))
    named = choose_names(list(zip(towns["nom"].to_list(), *places.T.tolist(), strict=True)))
    return Fond(
        dict(zip(communes["code"].to_list(), paths(communes["wkb"]), strict=True)),
        tuple(paths(edges["wkb"])) if edges.height else (),
        named,
        WIDTH,
        (north - south) * unit,
    )


def choose_names(towns: list[tuple[str, float, float]]) -> tuple[tuple[str, float, float], ...]:
    """The largest towns whose names do not run over one another."""
    kept: list[tuple[str, float, float]] = []
    for name, x, y in towns:
        room = ((len(name) + len(other)) * 4 for other, _, _ in kept)
        if all(abs(x - a) > r or abs(y - b) > 20 for r, (_, a, b) in zip(room, kept, strict=True)):
            kept.append((name, x, y))
    return tuple(kept[:NAMED_TOWNS])


def to_path(shape: shapely.Geometry) -> str:
    """An SVG path, one decimal.

    >>> to_path(shapely.box(0, 0, 1, 2))
    'M1 0L1 2L0 2L0 0Z'
    """
    rings = [
        ring
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
        if len(ring.coords) > 3
    ]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in ring.coords[:-1]) + "Z"
        for ring in rings
    )


def draw(carte: CarteDuDiagnostic, fond: Fond, rows: pl.DataFrame, lecture: Lecture) -> Carte:
    """One map with its legend and its words."""
    factor = scale_of(carte.unite)
    values = (rows[carte.indicateur].fill_null(float("nan")) * factor).to_numpy()
    classes = classify(values, carte.bornes)
    people = rows["population"].fill_null(0).to_numpy()
    labels = [*name_classes(carte), NON_RENSEIGNE]
    colours = [*pick_colours(len(carte.bornes) + 1), UNKNOWN]
    legend = tuple(
        Classe(label, colour, int((classes == k).sum()), float(people[classes == k].sum()))
        for k, (label, colour) in enumerate(zip(labels, colours, strict=True))
        if k < len(labels) - 1 or (classes == k).any()
    )
    codes = rows["code"].to_list()
    border = float(load_seuils()["frontiere_part"].valeur)  # type: ignore[arg-type]
    hatched = rows.filter(pl.col("part_frontiere") > border)["code"].to_list()
    note = make_note(lecture)
    fills = list(zip(codes, (colours[k] for k in classes), strict=True))
    svg = make_svg(carte, fond, fills, hatched, note=note, jeu_essai=lecture.atlas.manifest.jeu_essai)
    return Carte(carte.id, typeset(carte.titre), svg, describe(carte, legend), legend, note, "communes")


def classify(values: np.ndarray, bornes: Sequence[float]) -> np.ndarray:
    """Class of each value: the first whose upper bound exceeds it (<); the last one past the end is unknown.

    >>> classify(np.array([2.9, 3.0, 50.0, np.nan]), (3, 5)).tolist()
    [0, 1, 2, 3]
    """
    return np.where(
        np.isnan(values), len(bornes) + 1, np.searchsorted(np.array(bornes), values, side="right")
    )


def pick_colours(n: int) -> list[str]:
    """``n`` colours of the palette, always from its lightest to its darkest."""
    return [PALETTE[round(k * (len(PALETTE) - 1) / max(1, n - 1))] for k in range(n)]


def name_classes(carte: CarteDuDiagnostic) -> list[str]:
    """« moins de 3 min », « 3 à 5 min », « 5 min et plus »."""
    b, unit = [nombre(x) for x in carte.bornes], carte.unite
    middle = [f"{low} à {high} {unit}" for low, high in pairwise(b)]
    return [typeset(text) for text in (f"moins de {b[0]} {unit}", *middle, f"{b[-1]} {unit} et plus")]


def describe(carte: CarteDuDiagnostic, legend: Sequence[Classe]) -> str:
    """The map in words, for those who do not see it."""
    parts = [f"{c.libelle} : {accord(c.territoires, 'commune')}" for c in legend if c.territoires]
    return typeset(f"Carte des communes, {carte.titre}. {' ; '.join(parts)}.")


def make_note(lecture: Lecture) -> str:
    """What stands under every map."""
    marks = ["Jeu d'essai : chiffres simulés, à ne jamais citer."] if lecture.atlas.manifest.jeu_essai else []
    marks += ["Temps estimés."] if lecture.est_estime else []
    return typeset(" ".join([*marks, "Calcul Maillage ; sources en fin de document."]))


def make_svg(
    carte: CarteDuDiagnostic,
    fond: Fond,
    fills: Sequence[tuple[str, str]],
    hatched: Sequence[str],
    *,
    note: str,
    jeu_essai: bool,
) -> str:
    """The drawing: one path per colour, hatches, edges, names; the mark of a test is in the figure itself."""
    title = escape(typeset(carte.titre))
    by_colour: dict[str, list[str]] = {}
    for code, colour in fills:
        by_colour.setdefault(colour, []).append(fond.chemins.get(code, ""))
    body = [f'<path fill="{colour}" d="{"".join(d)}"/>' for colour, d in sorted(by_colour.items())]
    drawn = "".join(fond.chemins.get(code, "") for code in hatched)
    box = f"-4 -4 {fond.largeur + 8:.0f} {fond.hauteur + 34:.0f}"
    pattern = f'<pattern id="h-{carte.id}" width="7" height="7" patternUnits="userSpaceOnUse"'
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"',
            f' role="img" aria-label="{title}"><defs>{pattern} patternTransform="rotate(45)">',
            f'<path d="M0 0V7" stroke="{INK}" stroke-width="0.8" stroke-opacity="0.32"/></pattern></defs>',
            f'<g stroke="#ffffff" stroke-width="0.5" stroke-linejoin="round">{"".join(body)}</g>',
            f'<path d="{drawn}" fill="url(#h-{carte.id})"/>' if drawn else "",
            f'<path d="{"".join(fond.limites)}" fill="none" stroke="{INK}" stroke-width="0.9"/>',
            *(name_town(*town) for town in fond.villes),
            mark_test(fond) if jeu_essai else "",
            f'<text x="0" y="{fond.hauteur + 20:.0f}" font-size="12" font-family="{FONT}" fill="{INK}">',
            f"{escape(note)}</text></svg>",
        ]
    )


def mark_test(fond: Fond) -> str:
    """« Jeu d'essai » across the map, so that a picture cut from the report still says it."""
    x, y = f"{fond.largeur / 2:.0f}", f"{fond.hauteur * 0.62:.0f}"
    return (
        f'<text x="{x}" y="{y}" transform="rotate(-18 {x} {y})" text-anchor="middle" font-size="54" '
        f'font-weight="700" font-family="{FONT}" fill="{INK}" fill-opacity="0.3">JEU D’ESSAI</text>'
    )


FONT = "Atkinson Hyperlegible Next, DejaVu Sans, Liberation Sans, sans-serif"


def name_town(name: str, x: float, y: float) -> str:
    """A dot and a name, read over any colour."""
    label = f'font-size="13" font-family="{FONT}" text-anchor="middle" x="{x:.0f}" y="{y - 6:.0f}"'
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="2.4" fill="{INK}"/>'
        f'<text {label} stroke="#ffffff" stroke-width="3" stroke-linejoin="round">{escape(name)}</text>'
        f'<text {label} fill="{INK}">{escape(name)}</text>'
    )
