"""Shapes of an atlas kept for fixed maps: simplified contours, neighbours."""

from __future__ import annotations

import shapely

from maillage.atlas.lecture.territoires import Territoire
from maillage.reports.rendu.formes import Formes, formes
from maillage.web.socle.atlas import AtlasOuvert

# Neighbours touch, or nearly: generalised outlines leave slivers (degrees, about 50 m).
CONTACT_DEG = 0.0005


def formes_de(atlas: AtlasOuvert, niveau: str) -> Formes | None:
    """The simplified shapes of one mesh, computed once for an atlas."""
    found: Formes | None = atlas.garder(("formes", niveau), lambda: formes(atlas.contours(niveau)))
    return found


def voisins(atlas: AtlasOuvert, territoire: Territoire) -> list[Territoire]:
    """The territories of the same mesh that touch this one, by name."""
    codes, shapes, tree = atlas.garder(("arbre", territoire.niveau), lambda: _tree(atlas, territoire.niveau))
    if territoire.code not in codes:
        return []
    own = shapes[codes.index(territoire.code)]
    near = tree.query(own, predicate="dwithin", distance=CONTACT_DEG)
    found = [atlas.territoire(territoire.niveau, codes[row]) for row in near if codes[row] != territoire.code]
    return sorted((t for t in found if t is not None), key=lambda t: t.nom)


def communes_dans(atlas: AtlasOuvert, territoire: Territoire) -> list[Territoire]:
    """The communes of a territory (itself for a commune)."""
    if territoire.niveau in {"commune", "departement"}:
        rows = atlas.territoires("commune")
        return [t for t in rows if territoire.niveau == "departement" or t.code == territoire.code]
    return [t for t in atlas.territoires("commune") if t.parents.get(territoire.niveau) == territoire.code]


def _tree(atlas: AtlasOuvert, niveau: str) -> tuple[list[str], list[shapely.Geometry], shapely.STRtree]:
    contours = atlas.contours(niveau)
    shapes = list(shapely.from_wkb(list(contours.values()))) if contours else []
    return list(contours), shapes, shapely.STRtree(shapes)
