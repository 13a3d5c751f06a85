"""A picture that says alone what a page says around it: title, unit, drawing, legend, source; one SVG."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from maillage.reports.rendu.autonome import STYLE

LARGEUR, MARGE = 800, 24
DEDANS = LARGEUR - 2 * MARGE
# Mean width of a letter, in font sizes; height of a line.
LETTRE, INTERLIGNE = 0.5, 1.32
COLONNES = 3
TITRE, SOUS_TITRE, CLE, PIED = 24, 14, 13, 11
TRAITS = (
    "<style>.fond{fill:#fff}.titre{font-size:24px;font-weight:700}.sous{font-size:14px}.cle{font-size:13px}"
    ".pied{font-size:11px}.titre,.sous,.cle{fill:#17202b}.pied{fill:#55606c}"
    ".carte-image path.ici{stroke-width:2.4}.cadre{stroke:#8b8f93;stroke-width:.5}</style>"
)


@dataclass(frozen=True)
class Cle:
    """One line of a legend: ``classe`` of the style sheet; ``genre``: ``aplat``, ``trait``, ``rond`` or
    ``lettre`` (the class is then the letter)."""

    classe: str
    texte: str
    genre: str = "aplat"


@dataclass(frozen=True)
class Planche:
    """What is put together. ``dessin``: an SVG with its viewBox; ``sous_titre`` and ``pied``: sentences."""

    titre: str
    sous_titre: tuple[str, ...]
    dessin: str
    legende: tuple[Cle, ...]
    pied: tuple[str, ...]


def compose(planche: Planche) -> str:
    """The whole as one SVG, ``LARGEUR`` wide and as high as it needs."""
    parts: list[str] = []
    y = _write(parts, [planche.titre], "titre", TITRE, MARGE)
    y = _write(parts, planche.sous_titre, "sous", SOUS_TITRE, y + 4)
    width, height = _measure(planche.dessin)
    scaled = DEDANS * height / width
    place = f'x="{MARGE}" y="{y + 8:.1f}" width="{DEDANS}" height="{scaled:.1f}" '
    parts.append(planche.dessin.replace("<svg ", f"<svg {place}", 1))
    y = _draw_legend(parts, planche.legende, y + scaled + 22)
    y = _write(parts, planche.pied, "pied", PIED, y + 4)
    return _wrap(parts, y + MARGE / 2)


def _wrap(parts: Sequence[str], height: float) -> str:
    ground = f'<rect class="fond" width="{LARGEUR}" height="{height:.0f}"/>'
    size = f'width="{LARGEUR}" height="{height:.0f}" viewBox="0 0 {LARGEUR} {height:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{STYLE}{TRAITS}{ground}{"".join(parts)}</svg>'


def _measure(svg: str) -> tuple[float, float]:
    """Width and height of a drawing, from its viewBox."""
    found = re.search(r'viewBox="([-\d. ]+)"', svg)
    if found is None:
        raise ValueError("a drawing says its size by its viewBox")
    _, _, width, height = (float(part) for part in found[1].split())
    return width, height


def lines(text: str, size: float, width: float) -> list[str]:
    """A text cut into lines that fit a width, by the mean width of a letter."""
    return textwrap.wrap(text, max(int(width / (size * LETTRE)), 8), break_long_words=False)


def _write(parts: list[str], texts: Iterable[str], classe: str, size: float, top: float) -> float:
    """Put sentences under one another; where the next thing may begin."""
    for text in texts:
        for line in lines(text, size, DEDANS):
            top += size * INTERLIGNE
            parts.append(f'<text class="{classe}" x="{MARGE}" y="{top:.1f}">{escape(line)}</text>')
    return top


def _draw_legend(parts: list[str], legende: Sequence[Cle], top: float) -> float:
    """The keys in columns, read downwards in each row of columns; where the next thing may begin."""
    column = DEDANS / COLONNES
    for first in range(0, len(legende), COLONNES):
        row = [(key, lines(key.texte, CLE, column - 40)) for key in legende[first : first + COLONNES]]
        for rank, (key, texts) in enumerate(row):
            x = MARGE + rank * column
            parts.append(_swatch(key, x, top))
            for at, line in enumerate(texts):
                place = f'x="{x + 34:.0f}" y="{top + 11 + at * CLE * INTERLIGNE:.1f}"'
                parts.append(f'<text class="cle" {place}>{escape(line)}</text>')
        top += 8 + max(len(texts) for _, texts in row) * CLE * INTERLIGNE
    return top


def _swatch(key: Cle, x: float, y: float) -> str:
    if key.genre == "trait":
        return f'<path class="{key.classe}" d="M{x:.0f} {y + 6:.0f}h26"/>'
    if key.genre == "rond":
        return f'<circle class="lieu" cx="{x + 13:.0f}" cy="{y + 6:.0f}" r="5"/>'
    if key.genre == "lettre":
        ring = f'<circle class="ici" cx="{x + 13:.0f}" cy="{y + 7:.0f}" r="9"/>'
        return f'{ring}<text class="lettre" x="{x + 13:.0f}" y="{y + 11:.0f}">{escape(key.classe)}</text>'
    return f'<rect class="{key.classe} cadre" x="{x:.0f}" y="{y:.0f}" width="26" height="14"/>'
