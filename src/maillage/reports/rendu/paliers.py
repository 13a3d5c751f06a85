"""How many people each tier holds, drawn: people cumulated from the most intense; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maillage.diagnostic.paliers import Courbe, Palier
from maillage.francais import nombre
from maillage.reports.rendu.axes import axe

LARGEUR, HAUTEUR, MARGE, BAS, DROITE = 720, 300, 80, 260, 20


def draw_curve(courbe: Courbe, paliers: Sequence[Palier]) -> str:
    """An SVG: intensity from 1 (left) to 0, people in territories at least so intense; empty without any.

    Dashed strokes stand at the intensity that each tier asks.
    """
    if not len(courbe.intensite):
        return ""
    scale = axe(np.array([0.0, *courbe.habitants]), BAS, 20)

    def across(intensity: float) -> float:
        return round(MARGE + (1 - intensity) * (LARGEUR - MARGE - DROITE), 1)

    steps = [f"{across(courbe.intensite[0])},{scale.place(0.0):.1f}"]
    for intensity, people, before in zip(
        courbe.intensite, courbe.habitants, [0.0, *courbe.habitants[:-1]], strict=True
    ):
        x = across(float(intensity))
        steps += [f"{x},{scale.place(before):.1f}", f"{x},{scale.place(float(people)):.1f}"]
    marks = [
        f'<line class="axe" x1="{MARGE}" x2="{LARGEUR}" y1="{scale.place(v):.1f}" y2="{scale.place(v):.1f}"/>'
        f'<text x="{MARGE - 8}" y="{scale.place(v) + 5:.1f}" text-anchor="end">{nombre(v)}</text>'
        for v in scale.graduations
    ]
    bounds = [
        f'<path class="chemin" d="M{across(p.intensite)} 10V{BAS}"/>'
        f'<text x="{across(p.intensite) - 6}" y="24" text-anchor="end">{p.nom}</text>'
        for p in paliers
        if p.intensite > 0
    ]
    feet = [
        f'<text x="{across(v)}" y="{HAUTEUR - 12}" text-anchor="middle">{nombre(v, 1)}</text>'
        for v in (1.0, 0.8, 0.6, 0.4, 0.2)
    ]
    body = "".join([*marks, f'<polyline class="mesure" points="{" ".join(steps)}"/>', *bounds, *feet])
    return f'<svg viewBox="0 0 {LARGEUR} {HAUTEUR}" aria-hidden="true">{body}</svg>'
