"""The « galaxie » of a structure: who receives beyond it, theme by theme, and how far by each means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString

from maillage.annuaire.accueil import PREMIER, SECOND, PointAccueil
from maillage.atlas.porte_a_porte import PorteAPorte
from maillage.reports.rendu.carte import Lieu
from maillage.web.annuaire import carte
from maillage.web.annuaire.lieux import read_lieux
from maillage.web.annuaire.queries import AnnuaireTenu, read_annuaire, read_marques
from maillage.web.annuaire.reseau.mesure import (
    MOYENS,
    TRANSPORTS,
    Minutes,
    axis,
    hide_unreachable,
    list_here,
    read_limits,
)
from maillage.web.annuaire.reseau.transports import find_timetabled_day, read_depart
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.sans_voiture import trajet as trajets

PAR_THEME = 3
"""How many second levels of a theme are told at most: those within reach by car, else the nearest alone."""


@dataclass(frozen=True)
class SecondGalaxie:
    """A second level seen from a structure; ``minutes`` by means, null not known.

    ``rang``: its number on the map; ``cle``: the key of its record; ``portee``: the means by which it is
    within reach.
    """

    rang: int
    nom: str
    cle: int | None
    commune: str
    minutes: dict[str, float | None]
    portee: frozenset[str]

    @property
    def cases(self) -> list[tuple[float | None, bool]]:
        """By means, the minutes and whether it is within reach."""
        return [(time, moyen in self.portee) for moyen, time in self.minutes.items()]


@dataclass(frozen=True)
class ThemeGalaxie:
    """The second levels of a theme, nearest first; none when the directory knows none."""

    nom: str
    seconds: tuple[SecondGalaxie, ...]

    @property
    def rompu(self) -> bool:
        """Whether none is within reach by car."""
        return not any("voiture" in one.portee for one in self.seconds)


@dataclass(frozen=True)
class Galaxie:
    """What surrounds a structure; ``moyens``: what times are told by, in words, with how sure they are.

    ``premier``: whether it is a first level.
    """

    themes: tuple[ThemeGalaxie, ...]
    moyens: dict[str, tuple[str, str]]
    premier: bool
    carte: SafeString | None


def read_galaxie(atlas: AtlasOuvert, ident: str, themes: dict[str, str]) -> Galaxie | None:
    """The galaxie of a structure, kept for the state of the directory; null when it does not receive."""
    held = read_annuaire()
    key = ("accueil", "galaxie", read_marques(), id(held), ident, tuple(themes))
    found: Galaxie | None = atlas.garder(key, lambda: measure(atlas, held, ident, themes))
    return found


def measure(atlas: AtlasOuvert, held: AnnuaireTenu, ident: str, themes: dict[str, str]) -> Galaxie | None:
    """Times from the structure to every second level, then the nearest of each theme."""
    points = list_here(atlas)
    here = find_here(points, ident)
    if here is None:
        return None
    seconds = [one for one in points if SECOND in one.themes]
    minutes, grades = time(atlas, here, seconds)
    communes = {one.code: one.nom for one in atlas.territoires("commune")}
    ranks: dict[str, int] = {}
    limit = read_limits("voiture")[1]
    told = []
    for theme, nom in themes.items():
        rows = [row for row, one in enumerate(seconds) if one.handles(SECOND, theme)]
        rows = sorted(rows, key=lambda row: tuple(near(minutes[moyen][row]) for moyen in MOYENS))
        kept = [row for row in rows if near(minutes["voiture"][row]) <= limit][:PAR_THEME] or rows[:1]
        for row in kept:
            ranks.setdefault(seconds[row].id, len(ranks) + 1)
        told.append(ThemeGalaxie(nom, tuple(
            write(seconds[row], row, ranks[seconds[row].id], minutes, communes, held) for row in kept
        )))  # fmt: skip
    names = MOYENS | TRANSPORTS
    moyens = {moyen: (names[moyen], grade) for moyen, grade in grades.items()}
    return Galaxie(tuple(told), moyens, PREMIER in here.themes, draw(atlas, here, seconds, ranks))


def find_here(points: Sequence[PointAccueil], ident: str) -> PointAccueil | None:
    """The place that receives of a record, whichever list gives it; null when it does not receive."""
    names = {ident, *(one.id for one in read_lieux().list_records(ident))}
    return next((one for one in points if one.id in names), None)


def time(
    atlas: AtlasOuvert, here: PointAccueil, seconds: Sequence[PointAccueil]
) -> tuple[dict[str, Minutes], dict[str, str]]:
    """Means → minutes float64[second levels], NaN not known, and how sure they are."""
    doors = PorteAPorte(atlas)
    there = axis(one.longitude for one in seconds), axis(one.latitude for one in seconds)
    start = axis([here.longitude]), axis([here.latitude])
    found = {moyen: doors.measure_all(moyen, *start, *there) for moyen in MOYENS}
    if (day := find_timetabled_day(atlas)) is not None:
        ridden = PorteAPorte(atlas, trajets.find_timetables(atlas))
        found["transports"] = ridden.ride_all(*start, *there, day, read_depart() // 60)
    return (
        {moyen: hide_unreachable(one.duree_min[0]) for moyen, one in found.items()},
        {moyen: one.fiabilite for moyen, one in found.items()},
    )


def near(minutes: float) -> float:
    """Minutes to sort by, those that are not known last."""
    return np.inf if np.isnan(minutes) else minutes


def write(
    one: PointAccueil,
    row: int,
    rang: int,
    minutes: dict[str, Minutes],
    communes: dict[str, str],
    held: AnnuaireTenu,
) -> SecondGalaxie:
    """A second level as the page tells it."""
    times = {moyen: None if np.isnan(found[row]) else float(found[row]) for moyen, found in minutes.items()}
    reached = {moyen for moyen, time in times.items() if time is not None and time <= read_limits(moyen)[1]}
    where = communes.get(one.communes[0], "") if one.communes else ""
    cle = held.cles.get(("structure", one.id))
    return SecondGalaxie(rang, one.nom, cle, where, times, frozenset(reached))


def draw(
    atlas: AtlasOuvert, here: PointAccueil, seconds: Sequence[PointAccueil], ranks: dict[str, int]
) -> SafeString | None:
    """The structure (A) and the second levels told, numbered as in the table; null where it is not known."""
    if here.longitude is None or here.latitude is None:
        return None
    told = [one for one in seconds if one.id in ranks]
    places = [
        Lieu(one.longitude, one.latitude, one.nom, str(ranks[one.id]))
        for one in told
        if one.longitude is not None and one.latitude is not None
    ]
    start = Lieu(here.longitude, here.latitude, here.nom, "A")
    under = {one.communes[0] for one in (here, *told) if one.communes}
    return carte.draw_places(atlas, [*places, start], f"Autour de {here.nom}", frozenset(under))
