"""A time one doubts, explained: the ways of the route, one line each, with length, speed and time."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import polars as pl

from maillage.atlas.reseau.fichiers import Reseau
from maillage.atlas.reseau.osm import ReseauOsm
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.vitesses import load_mode, load_rule_labels
from maillage.network.osm.delays import RULES
from maillage.network.routes.graph import NO_ARC, Legs, split
from maillage.network.routes.paths import ArcPart, Step, explain, find_forbidden, find_route
from maillage.network.shapes import cut_line
from maillage.network.travel_times import Points

Lieu = tuple[float, float]
SLOPES = ("montee_m", "descente_m", "pente_s")


@dataclass(frozen=True)
class Troncon:
    """A stretch of one way: name or reference (null: unnamed), class, metres, seconds, mean speed.

    ``regle``: what time is lost by, at a crossing (null on the road); then ``voie`` is negative.
    ``montee_m``, ``descente_m``: metres climbed and lost; ``pente_s``: seconds that gradients add, negative
    where they make one faster; null on a network built without heights.
    """

    voie: int
    nom: str | None
    ref: str | None
    classe: str
    longueur_m: float
    duree_s: float
    regle: str | None = None
    montee_m: float | None = None
    descente_m: float | None = None
    pente_s: float | None = None

    @property
    def vitesse_kmh(self) -> float | None:
        """Mean speed, null where no time passes or nothing is driven."""
        driven = self.regle is None and self.duree_s > 0
        return 3.6 * self.longueur_m / self.duree_s if driven else None


@dataclass(frozen=True)
class Itineraire:
    """A route: stretches in order, straight legs off the road at both ends, their total in seconds.

    ``trace``: (lon, lat) along the route, WGS 84 degrees; ``interdits``: crossings on it where a turn, or a
    road for residents, is forbidden to those who come so.
    """

    troncons: tuple[Troncon, ...]
    acces_depart_s: float
    acces_arrivee_s: float
    duree_s: float
    longueur_m: float
    trace: tuple[Lieu, ...]
    interdits: tuple[Lieu, ...] = ()


def explain_time(reseau: ReseauOsm, mode: str, depart: Lieu, arrivee: Lieu) -> Itineraire:
    """The route whose time the engine answers, between two places (lon, lat).

    Raises :class:`EntreeInvalide` when a place is too far from any road or no route joins them.
    """
    saved = reseau.load(mode)
    nom = load_mode(mode).nom
    lon, lat = np.array([depart, arrivee], float).T
    places = saved.attach()(Points(lon, lat))
    limit = f"à plus de {saved.acces_max_m / 1000:.0f} km de toute voie ({nom})"
    for name, arc in zip(("de départ", "d’arrivée"), places.arc, strict=True):
        if arc == NO_ARC:
            raise EntreeInvalide(f"Le point {name} est {limit}.")
    legs = split(saved.graphe, places)
    start, end = (_pick(legs, row) for row in (0, 1))
    route = find_route(saved.graphe, saved.facteur, start, end)
    if route is None:
        raise EntreeInvalide(f"Aucun itinéraire ne relie ces deux points ({nom}).")
    if saved.graphe.ways is None:
        raise EntreeInvalide("Ce réseau ne garde pas ses voies : reconstruisez-le.")
    sloped = saved.graphe.ways.climbs is not None
    stretches = _name_steps(explain(route, saved.graphe.ways), reseau, sloped=sloped)
    access = [float(ds) / 10 for ds in places.access_ds]
    length = sum(stretch.longueur_m for stretch in stretches)
    trace = tuple(spot for section in route.sections for spot in _draw(saved, section))
    crossed = find_forbidden(saved.graphe, route)
    forbidden = tuple((float(saved.graphe.lon[node]), float(saved.graphe.lat[node])) for node in crossed)
    return Itineraire(stretches, access[0], access[1], route.time_ds / 10, length, trace, forbidden)


def _name_steps(steps: list[Step], reseau: ReseauOsm, *, sloped: bool) -> tuple[Troncon, ...]:
    """Each step with what the map says of its way, and the heights if there are any."""
    wanted = reseau.voies.filter(pl.col("voie").is_in({step.way for step in steps}))
    named = {row["voie"]: row for row in wanted.iter_rows(named=True)}
    labels = load_rule_labels()
    return tuple(
        Troncon(step.way, None, None, "", 0.0, step.time_ds / 10, labels[RULES[step.way]])
        if step.way < 0
        else Troncon(
            **named[step.way],
            longueur_m=step.length_m,
            duree_s=step.time_ds / 10,
            montee_m=step.climb_m if sloped else None,
            descente_m=step.descent_m if sloped else None,
            pente_s=step.slope_ds / 10 if sloped else None,
        )
        for step in steps
    )


def count_rules(route: Itineraire) -> dict[str, tuple[int, float]]:
    """Costs at crossings met on the way: how many of each, and seconds in all."""
    met: dict[str, tuple[int, float]] = {}
    for stretch in route.troncons:
        if stretch.regle is not None:
            number, seconds = met.get(stretch.regle, (0, 0.0))
            met[stretch.regle] = number + 1, seconds + stretch.duree_s
    return met


def sum_slopes(route: Itineraire) -> tuple[float, float, float] | None:
    """Metres climbed, metres lost and seconds that gradients add on the way; null without heights."""
    told = [stretch for stretch in route.troncons if stretch.montee_m is not None]
    if not told:
        return None
    climb_m, descent_m, seconds = (sum(getattr(stretch, name) for stretch in told) for name in SLOPES)
    return climb_m, descent_m, seconds


def _draw(saved: Reseau, section: ArcPart) -> list[Lieu]:
    """The line of a section; none for the free link of a crossing."""
    weight = max(int(saved.graphe.weight_ds[section.arc]), 1)
    start, end = section.start_ds / weight, section.end_ds / weight
    arc = saved.graphe.stand_on(section.arc)
    if arc < saved.formes.n_roads:
        return cut_line(saved.formes, arc, start, end)
    road = int(saved.graphe.reverse[arc])
    back = saved.formes.back_share
    lines = saved.formes if back is None else replace(saved.formes, share=back)
    return cut_line(lines, road, 1 - start, 1 - end) if road != NO_ARC else []


def _pick(legs: Legs, row: int) -> Legs:
    """The legs of one place alone."""
    return Legs(*(getattr(legs, name)[row : row + 1] for name in Legs.__annotations__))


def merge_stretches(route: Itineraire) -> Itineraire:
    """The same route, following stretches of one name and reference in one, under the longest one's way.

    Stretches without either are one only where they are of one class.
    """
    merged = []
    for _, group in groupby(route.troncons, key=_name_stretch):
        same = list(group)
        longest = max(same, key=lambda stretch: stretch.longueur_m)
        told = [name for name in ("longueur_m", "duree_s", *SLOPES) if getattr(longest, name) is not None]
        merged.append(replace(longest, **{name: sum(getattr(one, name) for one in same) for name in told}))
    return replace(route, troncons=tuple(merged))


def _name_stretch(stretch: Troncon) -> tuple[str | None, ...]:
    """What following stretches must share to be told as one."""
    named = stretch.ref is not None or stretch.nom is not None
    return stretch.ref, stretch.nom, None if named else stretch.classe, stretch.regle


def to_geojson(route: Itineraire) -> str:
    """The route as a GeoJSON feature: one line, its time and length."""
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(spot) for spot in route.trace]},
        "properties": {"duree_s": route.duree_s, "longueur_m": route.longueur_m},
    }
    return json.dumps(feature)
