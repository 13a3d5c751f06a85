"""The map of one service before, after, and what differs: one renderer, one scale for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maillage.reports.rendu import carte
from maillage.reports.scenario.ecarts import ECARTS, find_duree, frame, name_first, read_moved, tint
from maillage.reports.scenario.heures import tint_communes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.geographie import formes_de
from maillage.web.territoires.petite_carte import classes_de


@dataclass(frozen=True)
class CartesEffets:
    """Three drawings of the communes around what moves, with their legends."""

    nom: str
    avant: str
    apres: str
    difference: str
    legende: list[tuple[int, str]]
    ecarts: list[tuple[str, str]]


def draw_hours(atlas: AtlasOuvert, service: Mapping[str, Any], title: str) -> str:
    """The communes where hours without a car change, by what an inhabitant gains on average."""
    shapes = formes_de(atlas, "commune")
    if shapes is None or not service["communes"]:
        return ""
    moved = [row["code"] for row in service["communes"]]
    names, tints = name_first(atlas, dict.fromkeys(moved)), tint_communes(atlas, service)
    return carte.carte(shapes, tints, titre=title, cadre=frame(shapes, moved), noms=names, corps=13)


def draw(atlas: AtlasOuvert, impact: Mapping[str, Any], kind: str) -> CartesEffets | None:
    """The maps of one service; null where the atlas has no outlines or no times to it."""
    name = find_duree(atlas, kind)
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
        [(name, said) for _, name, said, _ in ECARTS],
    )
