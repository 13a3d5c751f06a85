"""The map of one service before, after, and what differs: one renderer, one scale for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from maillage.reports.rendu import carte
from maillage.reports.rendu.formes import Boite, Formes, cadre_autour
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.geographie import formes_de
from maillage.web.territoires.petite_carte import classes_de

MARGE: Final = 1.6
NOMS: Final = 8
# Minutes of difference (upper bound, ≤) → class of the style sheet, words.
ECARTS: Final = (
    (-5.0, "proche2", "plus près, de 5 min ou plus"),
    (-0.5, "proche1", "plus près"),
    (0.5, "egal", "à moins d’une demi-minute près"),
    (5.0, "loin1", "plus loin, de 5 min au plus"),
    (float("inf"), "loin2", "plus loin, de plus de 5 min"),
)


@dataclass(frozen=True)
class CartesEffets:
    """Three drawings of the communes around what moves, with their legends."""

    nom: str
    avant: str
    apres: str
    difference: str
    legende: list[tuple[int, str]]
    ecarts: list[tuple[str, str]]


def draw(atlas: AtlasOuvert, impact: Mapping[str, Any], kind: str) -> CartesEffets | None:
    """The maps of one service; null where the atlas has no outlines or no times to it."""
    name = atlas.mesures("commune").get("duree_{type}", {}).get(kind)
    shapes = formes_de(atlas, "commune")
    cuts = classes_de(atlas, "commune", name) if name else None
    moved = read_moved(atlas, impact, name) if name else {}
    if name is None or shapes is None or cuts is None or not moved:
        return None
    column = atlas.colonne("commune", name)
    before = dict(zip(column.codes, column.valeurs.tolist(), strict=True))
    after = before | {code: new for code, (_, new) in moved.items()}
    window = frame(shapes, list(moved))
    words = name_first(atlas, moved)

    def paint(tints: dict[str, str], title: str) -> str:
        return carte.carte(shapes, tints, titre=title, cadre=window, noms=words, corps=13)

    title = f"{column.definition.nom}, par commune"
    still = {code: "egal" for code, value in before.items() if value == value}  # noqa: PLR0124 - not NaN
    changed = {code: tint(*pair) for code, pair in moved.items()}
    return CartesEffets(
        column.definition.nom,
        paint({code: f"c{cuts.classe(value)}" for code, value in before.items()}, f"{title}, avant"),
        paint({code: f"c{cuts.classe(value)}" for code, value in after.items()}, f"{title}, après (simulé)"),
        paint(still | changed, f"{title}, la différence (simulée)"),
        cuts.libelles(column.definition.unite),
        [(name, said) for _, name, said in ECARTS],
    )


def read_moved(
    atlas: AtlasOuvert, impact: Mapping[str, Any], name: str
) -> dict[str, tuple[float | None, float | None]]:
    """Commune → its minutes before and after, where they differ."""
    factor = atlas.definition(name).facteur
    rows = (row for row in impact["indicateurs"] if row["indicateur"] == name and row["niveau"] == "commune")
    return {row["code"]: (scale(row["avant"], factor), scale(row["apres"], factor)) for row in rows}


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
    return next(name for limit, name, _ in ECARTS if after - before <= limit)


def frame(shapes: Formes, codes: list[str]) -> Boite | None:
    """A window around communes; the whole map when none of them is drawn."""
    boxes = [shapes.boites[code] for code in codes if code in shapes.boites]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return cadre_autour((min(lefts), min(tops), max(rights), max(bottoms)), MARGE)


def name_first(atlas: AtlasOuvert, moved: Mapping[str, Any]) -> dict[str, str]:
    """The names of the most peopled communes among those that move."""
    found = [place for code in moved if (place := atlas.territoire("commune", code)) is not None]
    largest = sorted(found, key=lambda place: -(place.population or 0))[:NOMS]
    return {place.code: place.nom for place in largest}
