"""The reception network timed on an atlas, once for each state of the directory and of the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.accueil import (
    SECOND,
    PointAccueil,
    find_alone,
    find_communes_without,
    find_single,
    find_unhandled,
    join_points,
    list_points,
)
from maillage.annuaire.constats import CommuneAccueil, ConstatAccueil, ReseauMesure, gather
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.porte_a_porte import PorteAPorte
from maillage.catalogue.lecture import read_toml
from maillage.web.annuaire.lieux import LieuxTenus, read_lieux
from maillage.web.annuaire.queries import read_marques
from maillage.web.annuaire.reseau.transports import has_timetables, read_minutes
from maillage.web.programme.noms import list_portees
from maillage.web.socle.atlas import AtlasOuvert

MOYENS: Final = {"voiture": "En voiture", "velo": "À vélo", "marche": "À pied"}
TRANSPORTS: Final = {"transports": "En transports collectifs"}
Minutes = NDArray[np.float64]


def read_limits(moyen: str) -> tuple[float, float]:
    """Minutes (≤) within reach by one means: a first level from a commune, a second from a first."""
    told = read_toml("accueil_public.toml")
    return float(told["premier"][moyen]), float(told["portee"][moyen])


def read_reseau(atlas: AtlasOuvert, moyen: str, themes: Mapping[str, str] | None = None) -> ReseauMesure:
    """The network by one means, as the directory stands; ``themes``: of the schema, asked unless given."""
    lieux = read_lieux()
    asked = tuple(list_portees().get("theme", {}) if themes is None else themes)
    found: ReseauMesure = atlas.garder(
        ("accueil", read_marques(), id(lieux), asked, moyen), lambda: measure(atlas, lieux, moyen, asked)
    )
    return found


def measure(atlas: AtlasOuvert, lieux: LieuxTenus, moyen: str, schema: Sequence[str] = ()) -> ReseauMesure:
    """The ruptures between places by one means of travel; ``schema``: the keys of its themes.

    A place that several lists give counts once, under the name of its freshest record.
    """
    return measure_points(atlas, list_joined(lieux), moyen, schema)


def list_joined(lieux: LieuxTenus) -> tuple[PointAccueil, ...]:
    """The places that receive, one for all the lists that give it."""
    places = ([one.id for one in lieux.list_records(group.ids[0])] for group in lieux.reunis.groupes)
    return join_points(list_points(lieux.tenu.annuaire), places)


def measure_points(
    atlas: AtlasOuvert, points: tuple[PointAccueil, ...], moyen: str, schema: Sequence[str] = ()
) -> ReseauMesure:
    """The same of any structures that receive: those of the directory, or as a scenario would leave them."""
    communes = list_communes(atlas)
    apart, around, grade = time_points(atlas, points, moyen)
    (first, limit), themes = read_limits(moyen), list_seconds(points)
    return ReseauMesure(
        moyen=moyen,
        premier_min=first,
        limite_min=limit,
        fiabilite=grade,
        points=points,
        seuls=find_alone(points, apart, themes, limit),
        uniques=find_single(points, apart, themes, limit),
        communes=find_communes_without([one.code for one in communes], points, around),
        orphelins=list_orphans(points, (*schema, *themes)),
    )


def time_points(
    atlas: AtlasOuvert, points: Sequence[PointAccueil], moyen: str
) -> tuple[Minutes, Minutes, str]:
    """Minutes between structures, then from communes, NaN not known, and how sure they are.

    By public transport, those that were computed: whoever asks has seen that they are there.
    """
    if moyen in TRANSPORTS:
        timed, _ = read_minutes(atlas, points)
        if timed is None:
            raise ValueError("the network is not timed by public transport")
        return timed.entre, timed.domiciles, timed.fiabilite
    doors, communes = PorteAPorte(atlas), list_communes(atlas)
    there = axis(one.longitude for one in points), axis(one.latitude for one in points)
    here = axis(one.lon for one in communes), axis(one.lat for one in communes)
    between, home = (doors.measure_all(moyen, *ends, *there) for ends in (there, here))
    return hide_unreachable(between.duree_min), hide_unreachable(home.duree_min), between.fiabilite


def list_moyens(atlas: AtlasOuvert) -> dict[str, str]:
    """The means that the network may be timed by on an atlas: public transport where it has timetables."""
    return MOYENS | (TRANSPORTS if has_timetables(atlas) else {})


def is_timed(atlas: AtlasOuvert, moyen: str) -> bool:
    """Whether the network is timed by a means, or can be at once."""
    if moyen in TRANSPORTS:
        return has_timetables(atlas) and read_minutes(atlas, list_here(atlas))[0] is not None
    return moyen in MOYENS


def list_here(atlas: AtlasOuvert) -> tuple[PointAccueil, ...]:
    """The places of the directory that receive, listed once for each state of it."""
    lieux = read_lieux()
    found: tuple[PointAccueil, ...] = atlas.garder(
        ("accueil", "points", read_marques(), id(lieux)), lambda: list_joined(lieux)
    )
    return found


def list_communes(atlas: AtlasOuvert) -> Sequence[Territoire]:
    """The communes of the atlas."""
    return atlas.territoires("commune")


def axis(degrees: Iterable[float | None]) -> Minutes:
    """Degrees float64[n], NaN where not known."""
    return np.array([np.nan if one is None else one for one in degrees], float)


def hide_unreachable(minutes: Minutes) -> Minutes:
    """Not known where one does not get there: no minutes are told of a place out of reach."""
    return np.where(np.isfinite(minutes), minutes, np.nan)


def list_seconds(points: Sequence[PointAccueil]) -> list[str]:
    """The themes that a second level of the directory names, sorted."""
    return sorted({theme for one in points for theme in one.themes.get(SECOND, ())})


def list_orphans(points: Sequence[PointAccueil], themes: Iterable[str]) -> tuple[str, ...]:
    """Keys of the themes that nobody handles at the second level; none while the directory is empty."""
    if not points:
        return ()
    return tuple(one.theme or "" for one in find_unhandled(points, dict.fromkeys(themes)))


def gather_here(atlas: AtlasOuvert, reseau: ReseauMesure, here: Territoire) -> ConstatAccueil:
    """What the network lacks in a territory."""
    return gather(
        reseau, [CommuneAccueil(one.code, one.nom, one.population) for one in list_inside(atlas, here)]
    )


def list_inside(atlas: AtlasOuvert, here: Territoire) -> list[Territoire]:
    """The communes of a territory; itself for a commune."""
    if here.niveau == "commune":
        return [here]
    whole = here.niveau == "departement"
    return [one for one in list_communes(atlas) if whole or one.parents.get(here.niveau) == here.code]
