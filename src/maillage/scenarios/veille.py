"""The closures to fear before they happen, and the places that overlap most: by service, on an atlas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.atlas.etapes.acces import numbers
from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.etapes.temps import to_points
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.types_service import list_types
from maillage.francais import accord, avec_unite, nombre
from maillage.network.travel_times import NO_SITE, Sites
from maillage.scenarios.impact.gains import Floats
from maillage.scenarios.impact.veille import CoutFermeture, cost_closures


@dataclass(frozen=True)
class Menace:
    """A place, and what its closing would cost; minutes are of one way. Null means that nobody is concerned.

    ``relais``: where most of its users would go. ``fiabilite``: of the times and of the place's position.
    """

    type: str
    service: str
    id: str
    nom: str
    commune: str
    usagers: float
    minutes: float
    minutes_par_usager: float | None
    eloignes: float
    isoles: float
    relais: str
    fiabilite: str


def watch(atlas: Atlas, kinds: Iterable[str] = (), seuil_min: float = 20.0) -> list[Menace]:
    """Every fixed, located place of the département, the costliest closing first: isolated people, minutes.

    ``kinds``: the services (all unless said). Places known by commune only are seats of a count, not places:
    they are left out; those beyond the border take users in, and are not ranked.

    Raises:
        EntreeInvalide: a type that the atlas has no such place of.
    """
    places = fixed(atlas.implantations()).filter(pl.col("precision") != "commune")
    asked = check_kinds(kinds, sorted(places["type"].unique()))
    sites = places.filter(pl.col("type").is_in(asked))
    column = sites["type"].replace_strict(
        {kind: row for row, kind in enumerate(asked)}, return_dtype=pl.Int32
    )
    times = evaluate(atlas).calcul.times
    near = times.k_nearest(Sites(to_points(sites), column.to_numpy(), len(asked)), 2)
    people = people_of(atlas)
    found: list[Menace] = []
    for row in range(len(asked)):
        cost = cost_closures(near.time_ds[:, row], near.site[:, row], people, sites.height, seuil_min)
        found += describe(atlas, sites, cost, times.fiabilite)
    return sorted(found, key=lambda menace: (-menace.isoles, -menace.minutes, menace.id))


def check_kinds(kinds: Iterable[str], known: list[str]) -> list[str]:
    """The services asked for, all when none is; each known."""
    asked = list(dict.fromkeys(kinds)) or known
    unknown = [kind for kind in asked if kind not in known]
    if unknown:
        raise EntreeInvalide(f"Cet atlas n’a aucun lieu fixe et situé pour : {', '.join(unknown)}.")
    return asked


def people_of(atlas: Atlas) -> Floats:
    """People of the département's carreaux, NaN unknown."""
    return numbers(atlas.carreaux().filter("dans_departement")["population"])


def describe(atlas: Atlas, sites: pl.DataFrame, cost: CoutFermeture, fiabilite: str) -> Iterator[Menace]:
    """The places of the département that have users."""
    communes = dict(atlas.table("entrees/communes").select("code_insee", "nom").iter_rows())
    mean = cost.minutes_par_usager
    for row in np.flatnonzero(cost.usagers > 0).tolist():
        place = sites.row(row, named=True)
        if place["code_insee"] not in communes:
            continue
        relay = int(cost.relais[row])
        yield Menace(
            type=place["type"],
            service=list_types()[place["type"]].libelle,
            id=place["id"],
            nom=place["nom"] or place["id"],
            commune=communes[place["code_insee"]],
            usagers=float(cost.usagers[row]),
            minutes=float(cost.minutes[row]),
            minutes_par_usager=None if np.isnan(mean[row]) else float(mean[row]),
            eloignes=float(cost.eloignes[row]),
            isoles=float(cost.isoles[row]),
            relais="" if relay == NO_SITE else sites["nom"][relay] or sites["id"][relay],
            fiabilite=max(place["fiabilite"], fiabilite, key=FIABILITES.index),
        )


def list_overlaps(menaces: Iterable[Menace], usagers: float = 500.0) -> list[Menace]:
    """The places whose users would lose least each, of those with so many users or more."""
    served = (one for one in menaces if one.usagers >= usagers and one.minutes_par_usager is not None)
    return sorted(served, key=lambda one: (one.minutes_par_usager, one.id))


def cut(ranked: Iterable[Menace], count: int, *, by_service: bool) -> list[Menace]:
    """The first places, of all or of each service; services in the order of their first place."""
    groups: dict[str, list[Menace]] = {}
    for one in ranked:
        groups.setdefault(one.type if by_service else "", []).append(one)
    return [one for group in groups.values() for one in group[:count]]


def tell(one: Menace, seuil_min: float) -> str:
    """What the closing of a place would cost, or that its people have no other place."""
    people = accord(round(one.usagers), "habitant")
    lost = f"{nombre(one.isoles)} n’auraient plus aucun lieu" if round(one.isoles) else ""
    if one.minutes_par_usager is None:
        return f"{people} n’auraient plus aucun lieu"
    each = f"{avec_unite(one.minutes_par_usager, 'min', 1)} de plus en moyenne, surtout vers {one.relais}"
    far = f"{nombre(one.eloignes)} passeraient au-delà de {avec_unite(seuil_min, 'min')}"
    return ", ".join(part for part in (people, each, far if round(one.eloignes) else "", lost) if part)
