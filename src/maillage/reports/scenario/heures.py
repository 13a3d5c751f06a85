"""Hours without a car that lines on trial give or take: the table of communes, and the map that says it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.francais import accord, avec_unite, typeset
from maillage.reports.rendu import carte
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Bloc, Carte, Nombre, Paragraphe, Tableau, Titre
from maillage.reports.rendu.formes import Formes
from maillage.reports.scenario.ecarts import STYLE, count_class, frame, name_first
from maillage.reports.scenario.tableaux import COMMUNES, RIEN

Values = Mapping[str, Any]
DETAILLES: Final = 2
"""Services that are told in full; the others are in the sentences."""
# Hours a week more of an inhabitant (upper bound, ≤) → class of the style sheet, words, colour.
HEURES: Final = (
    (-1.0, "loin2", "1 h de moins ou davantage", "#9a3b5a"),
    (-0.01, "loin1", "moins de 1 h de moins", "#e8bd80"),
    (0.01, "egal", "sans changement", "#e9e7e0"),
    (1.0, "proche1", "1 h de plus au plus", "#8fc0c3"),
    (math.inf, "proche2", "plus de 1 h de plus", "#0a5a63"),
)


def tint_hours(hours: float) -> str:
    """The class of a difference of hours.

    >>> tint_hours(1.5), tint_hours(0.0), tint_hours(-0.5)
    ('proche2', 'egal', 'loin1')
    """
    return next(name for limit, name, _, _ in HEURES if hours <= limit)


def tint_communes(lecteur: Lecteur, service: Values) -> dict[str, str]:
    """The class of every commune, by code."""
    moved = {row["code"]: tint_hours(row["par_habitant"]) for row in service["communes"]}
    return {t.code: "egal" for t in lecteur.territoires("commune")} | moved


def list_moved(impact: Values) -> list[Values]:
    """The services some of whose hours move, those that move most people first."""
    told = impact.get("transports") or {"services": []}
    moved = [service for service in told["services"] if service["communes"]]
    return sorted(moved, key=lambda one: (-count_people(one), one["type"]))


def count_people(service: Values) -> float:
    """People who gain hours or lose some."""
    return float(service["gagnants"]["habitants"] + service["perdants"]["habitants"])


def tell_hours(lecteur: Lecteur, impact: Values, shapes: Formes | None) -> Iterator[Bloc]:
    """The part of a note about hours: a map and a table by service, the first ones."""
    services = list_moved(impact)
    for service in services[:DETAILLES]:
        yield Titre(f"{service['libelle']}, sans voiture", 2)
        if shapes:
            yield draw_gains(lecteur, service, shapes)
        yield write_hours(service)
    if services:
        walks = " Les marches sont estimées." if impact["transports"]["marches"] == "estime" else ""
        yield Paragraphe(
            "Heures par semaine où l’on peut être dans un lieu ouvert et en rentrer, à pied et en transports "
            f"collectifs.{walks}"
        )


def write_hours(service: Values) -> Tableau:
    """The communes where most hours move."""
    left = len(service["communes"]) - COMMUNES
    more = f" ; {accord(left, 'autre')} bougent moins" if left > 1 else " ; une autre bouge moins"
    note = f"Les {COMMUNES} où le plus d’heures bougent{more}." if left > 0 else ""
    heads = ("Commune", "Gagnent", "par semaine", "Perdent", "par semaine", "Par habitant")
    rows = tuple(
        (
            row["nom"],
            *_write_side(row["gagnants"]),
            *_write_side(row["perdants"]),
            _hours(row["par_habitant"]),
        )
        for row in service["communes"][:COMMUNES]
    )
    return Tableau(
        typeset("Heures sans voiture, par commune"), tuple(map(typeset, heads)), rows,
        numeriques=frozenset(range(1, len(heads))), id=f"heures-{service['type']}", note=typeset(note),
    )  # fmt: skip


def _write_side(side: Values) -> tuple[Nombre, Nombre]:
    people = Nombre.entier(side["habitants"]) if round(side["habitants"]) else RIEN
    return people, RIEN if side["heures"] is None else _hours(side["heures"])


def _hours(value: float) -> Nombre:
    return Nombre(value, avec_unite(value, "h", 2))


def draw_gains(lecteur: Lecteur, service: Values, shapes: Formes) -> Carte:
    """The map of what an inhabitant of each commune gains or loses on average."""
    tints = tint_communes(lecteur, service)
    moved = [row["code"] for row in service["communes"]]
    title = typeset(f"{service['libelle']} : heures par semaine sans voiture, la différence par habitant")
    names = name_first(lecteur, dict.fromkeys(moved))
    drawn = carte.carte(shapes, tints, titre=title, cadre=frame(shapes, moved), noms=names, corps=15)
    legend = tuple(count_class(lecteur, tints, *entry[1:]) for entry in HEURES)
    shown = tuple(one for one in legend if one.territoires)
    words = " ; ".join(f"{one.libelle} : {accord(one.territoires, 'commune')}" for one in shown)
    svg = detacher(drawn).replace("</style>", f"{STYLE}</style>", 1)
    kind = service["type"]
    return Carte(
        f"heures-difference-{kind}", title, svg, typeset(f"{title}. {words}."), shown, "", f"heures-{kind}"
    )
