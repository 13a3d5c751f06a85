"""The whole distribution on one line: each territory a dot, a stroke for the reference, one dot for here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.francais import INSECABLE, avec_unite, nombre
from maillage.reports.rendu.axes import Axe, axe

LARGEUR, HAUTEUR = 560, 46
GOLDEN = 0.6180339887
# Width of a figure of the axis.
CHIFFRE = 8
# Up to this many, dots are drawn larger.
PEU = 60


@dataclass(frozen=True)
class Nuage:
    """What does not depend on where one is: the axis and the dots, drawn once for an indicator."""

    axe: Axe
    trace: str
    graduations: tuple[tuple[float, str], ...]
    largeur: int
    classe: str


def nuage(valeurs: NDArray[np.float64], largeur: int = LARGEUR, *, pourcent: bool = False) -> Nuage:
    """The dots of a distribution; NaN is not drawn. Heights follow the golden ratio: spread, steady."""
    scale = axe(valeurs, 8, largeur - 22)
    known = valeurs[np.isfinite(valeurs)]
    heights = 5 + 17 * ((np.arange(len(known)) * GOLDEN) % 1)
    trace = "".join(f"M{scale.place(v):.0f} {y:.0f}h0" for v, y in zip(known, heights, strict=True))
    marks = tuple(
        (round(scale.place(g), 1), _graduation(g, scale.decimales, pourcent=pourcent))
        for g in scale.graduations
    )
    return Nuage(scale, trace, marks, largeur, "nuage" if len(known) > PEU else "nuage rare")


def _graduation(value: float, decimales: int, *, pourcent: bool) -> str:
    return (
        f"{nombre(value * 100, max(decimales - 2, 0))}{INSECABLE}%" if pourcent else nombre(value, decimales)
    )


def bande(
    dots: Nuage,
    ici: float | None,
    repere: float | None,
    unite: str,
    arrondi: int,
    intervalle: tuple[float, float] | None,
) -> str:
    """The picture, described for those who do not see it.

    ``intervalle`` is the range of an uncertain figure, drawn as a bar under the dot.
    """
    place = dots.axe.place
    parts = _draw_ground(dots, repere)
    if intervalle is not None:
        parts.append(
            f'<path class="intervalle" d="M{place(intervalle[0]):.1f} 14H{place(intervalle[1]):.1f}"/>'
        )
    if ici is not None:
        parts.append(f'<circle class="ici" cx="{place(ici):.1f}" cy="14" r="6"/>')
    label = f"Ici {avec_unite(ici, unite, arrondi)} ; référence {avec_unite(repere, unite, arrondi)}."
    box = f'viewBox="0 0 {dots.largeur} {HAUTEUR}"'
    return f'<svg class="graphique bande" {box} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def bande_lettres(dots: Nuage, marques: list[tuple[str, float]], repere: float | None) -> str:
    """Several territories on one distribution, each by its letter; the table beside says the same."""
    place = dots.axe.place
    parts = _draw_ground(dots, repere)
    for letter, value in marques:
        x = f"{place(value):.1f}"
        parts.append(f'<circle class="ici" cx="{x}" cy="14" r="9"/>')
        parts.append(f'<text class="lettre" x="{x}" y="18" text-anchor="middle">{letter}</text>')
    box = f'viewBox="0 0 {dots.largeur} {HAUTEUR}"'
    return f'<svg class="graphique bande" {box} aria-hidden="true">{"".join(parts)}</svg>'


def _write_mark(x: float, label: str, largeur: int) -> str:
    """A step of the axis under its place; moved inside the picture where half of it would stand outside."""
    half = len(label) * CHIFFRE / 2
    inside = min(max(x, half), largeur - half)
    return f'<text x="{inside:.1f}" y="43" text-anchor="middle">{label}</text>'


def _draw_ground(dots: Nuage, repere: float | None) -> list[str]:
    """What every picture stands on: all the dots, the axis and its steps, the reference when known."""
    parts = [
        f'<path class="{dots.classe}" d="{dots.trace}"/>',
        f'<path class="axe" d="M8 29h{dots.largeur - 30}"/>',
    ]
    parts += [_write_mark(x, label, dots.largeur) for x, label in dots.graduations]
    if repere is not None:
        parts.append(f'<path class="repere" d="M{dots.axe.place(repere):.1f} 2v24"/>')
    return parts
