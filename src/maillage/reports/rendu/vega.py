"""Charts described in Vega-Lite and drawn here: pages hold no script, readers may take the description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ENCRE, DOUX, ICI, FILET = "#17202b", "#55606c", "#9a3b5a", "#dbd6ca"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
LARGE, ETROIT = (640, 400), (330, 330)


@dataclass(frozen=True)
class Mesuree:
    """An axis: its title with the unit, and the reference drawn across (null: none)."""

    titre: str
    repere: float | None


@dataclass(frozen=True)
class Point:
    """One territory: name, both values, whether it is among those the chart is about."""

    nom: str
    x: float
    y: float
    vise: bool


def describe_nuage(
    points: list[Point], x: Mesuree, y: Mesuree, taille: tuple[int, int], nommes: int = 4
) -> dict[str, Any]:
    """Two indicators crossed: a dot per territory, a line at each reference, those aimed at in colour.

    The ``nommes`` aimed points that stand farthest out (by the product of ranks) carry their name.
    """
    shown = {point.nom for point in rank_aimed(points)[:nommes]}
    rows = [
        {"nom": p.nom, "x": p.x, "y": p.y, "vise": p.vise, "etiquette": p.nom if p.nom in shown else ""}
        for p in sorted(points, key=lambda p: p.vise)
    ]
    width, height = taille
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "data": {"values": rows},
        "layer": [_dots(x, y), *_references(x, y), _names()],
        "config": CONFIG,
    }


def rank_aimed(points: list[Point]) -> list[Point]:
    """The aimed points, the farthest out first: the sum of their places along both axes."""
    aimed = [point for point in points if point.vise]
    along_x = {p.nom: rank for rank, p in enumerate(sorted(aimed, key=lambda p: p.x))}
    along_y = {p.nom: rank for rank, p in enumerate(sorted(aimed, key=lambda p: p.y))}
    return sorted(aimed, key=lambda p: (-(along_x[p.nom] + along_y[p.nom]), p.nom))


def _dots(x: Mesuree, y: Mesuree) -> dict[str, Any]:
    return {
        "mark": {"type": "circle", "size": 42, "opacity": 0.75},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "title": x.titre, "scale": {"zero": False}},
            "y": {"field": "y", "type": "quantitative", "title": y.titre, "scale": {"zero": False}},
            "color": {"condition": {"test": "datum.vise", "value": ICI}, "value": "#8795a0"},
        },
    }


def _references(x: Mesuree, y: Mesuree) -> list[dict[str, Any]]:
    return [
        {"mark": {"type": "rule", "color": ENCRE, "strokeWidth": 1.5}, "encoding": {axis: {"datum": at}}}
        for axis, at in (("x", x.repere), ("y", y.repere))
        if at is not None
    ]


def _names() -> dict[str, Any]:
    mark = {"type": "text", "align": "right", "dx": -6, "dy": -4, "fontSize": 12, "color": ENCRE}
    places = {axis: {"field": axis, "type": "quantitative"} for axis in ("x", "y")}
    return {"mark": mark, "encoding": places | {"text": {"field": "etiquette", "type": "nominal"}}}


AXES = {
    "gridColor": FILET,
    "domainColor": FILET,
    "tickColor": FILET,
    "tickCount": 6,
    "labelColor": DOUX,
    "labelFontSize": 12,
    "titleColor": ENCRE,
    "titleFontSize": 13,
    "titleFontWeight": 600,
    "titlePadding": 10,
}
CONFIG: dict[str, Any] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "locale": {
        "number": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]}
    },
    "axis": {
        "gridColor": FILET,
        "domainColor": FILET,
        "tickColor": FILET,
        "labelColor": DOUX,
        "labelFontSize": 12,
    }
    | {"titleColor": ENCRE, "titleFontSize": 13, "titleFontWeight": 600, "titlePadding": 10, "tickCount": 6},
    "view": {"stroke": None},
}


def draw(spec: dict[str, Any]) -> str:
    """The picture, as SVG."""
    return _draw(json.dumps(spec, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=64)
def _draw(spec: str) -> str:
    import vl_convert  # noqa: PLC0415 - starts an engine: only where a chart is asked for

    return str(vl_convert.vegalite_to_svg(spec))
