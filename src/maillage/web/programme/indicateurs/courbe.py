"""The values of an indicator and the path to its targets, drawn. The tables of the page say the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from maillage.francais import nombre
from maillage.reports.rendu.axes import Axe, axe
from maillage.sdaasp.programme.mesures import Cible, Valeur
from maillage.sdaasp.programme.vocabulaire import EtatValeur

LARGEUR, HAUTEUR, MARGE, BAS = 720, 300, 70, 260


def draw(values: Sequence[Valeur], targets: Sequence[Cible]) -> SafeString | str:
    """An SVG of the known values and targets; nothing when there is not one number to show.

    Validated values are joined and full; proposed ones stand alone and hollow; the dashed path goes from the
    first validated value to each target, at 31 December of its year.
    """
    known = [
        v for v in values if v.valeur is not None and v.groupe is None and v.etat is not EtatValeur.REFUSEE
    ]
    aims = [(date(c.annee, 12, 31), c.valeur) for c in targets if c.valeur is not None]
    points = [(v.date, float(v.valeur or 0)) for v in known] + [(day, float(value)) for day, value in aims]
    if not points:
        return ""
    years = [day.year for day, _ in points]
    first, last = min(years), max(years) + 1
    scale = axe(np.array([value for _, value in points]), BAS, 20)

    def place(day: date, value: float) -> tuple[float, float]:
        share = (day - date(first, 1, 1)).days / (date(last, 1, 1) - date(first, 1, 1)).days
        return round(MARGE + share * (LARGEUR - MARGE - 30), 1), round(scale.place(value), 1)

    line = [place(v.date, float(v.valeur or 0)) for v in known if v.etat is EtatValeur.VALIDEE]
    hollow = [place(v.date, float(v.valeur or 0)) for v in known if v.etat is EtatValeur.PROPOSEE]
    goals = [place(day, float(value)) for day, value in sorted(aims)]
    parts = [
        *_draw_grid(scale, {year: place(date(year, 1, 1), scale.bas)[0] for year in range(first, last + 1)}),
        _join([*line[:1], *goals], "chemin"),
        _join(line, "mesure"),
        *(f'<circle class="point" cx="{x}" cy="{y}" r="6"/>' for x, y in line),
        *(f'<circle class="propose" cx="{x}" cy="{y}" r="6"/>' for x, y in hollow),
        *(f'<path class="cible" d="M{x} {y - 9}l9 9-9 9-9-9z"/>' for x, y in goals),
    ]
    body = "".join(parts)
    return mark_safe(f'<svg viewBox="0 0 {LARGEUR} {HAUTEUR}" aria-hidden="true">{body}</svg>')


def _draw_grid(scale: Axe, years: dict[int, float]) -> list[str]:
    steps = [(nombre(value, scale.decimales), scale.place(value)) for value in scale.graduations]
    rows = [
        f'<line class="axe" x1="{MARGE}" x2="{LARGEUR}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{MARGE - 8}" y="{y + 5:.1f}" text-anchor="end">{label}</text>'
        for label, y in steps
    ]
    return rows + [f'<text x="{x}" y="{HAUTEUR - 12}">{year}</text>' for year, x in list(years.items())[:-1]]


def _join(points: list[tuple[float, float]], style: str) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="{style}" points="{path}"/>' if len(points) > 1 else ""
