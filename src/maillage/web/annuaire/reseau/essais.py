"""The network and the workshop: a first level tried where nobody receives, what a scenario breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from maillage.annuaire.accueil import PREMIER, PointAccueil
from maillage.annuaire.constats import (
    CommuneSansPremier,
    EcartAccueil,
    ReseauMesure,
    apply_moves,
    compare,
    count_people,
)
from maillage.annuaire.fiche import Annuaire
from maillage.atlas.lecture.definitions import nom_de_type
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.lecture import read_toml
from maillage.francais import FIABILITES, accord, arrondir, avec_unite, minuscule, nombre, typeset
from maillage.reports.diagnostic.accueil import EN_MOTS
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow
from maillage.scenarios.application import Application
from maillage.scenarios.modifications import Ouverture, Scenario
from maillage.web.annuaire.queries import AnnuaireTenu, read_annuaire, read_marques
from maillage.web.annuaire.reseau.constats import MOYEN
from maillage.web.annuaire.reseau.mesure import gather_here, measure_points, read_reseau
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.atelier.calcul import get_terrain, put_on
from maillage.web.socle.atlas import AtlasOuvert

NOMMES: Final = 6
NOUVEAU: Final = "essai:"
"""What the id of a structure that a scenario opens begins with: no record has it."""


def find_kind(atlas: AtlasOuvert) -> str | None:
    """The type of place of the atlas that is a first level, the first that it knows; null for none."""
    held = atlas.types_de_lieux()
    return next((kind for kind in list_kinds() if kind in held), None)


def list_kinds() -> list[str]:
    """The types of places of an atlas that are first levels, in the order in which they are tried."""
    return list(read_toml("accueil_public.toml")["essai"]["types"])


def say_why_not(atlas: AtlasOuvert) -> str:
    """Why no opening can be tried, in words; empty when one can."""
    if find_kind(atlas) is not None:
        return ""
    kinds = ", ".join(minuscule(nom_de_type(one)) for one in list_kinds())
    return typeset(
        f"On ne peut pas y essayer d’ouvrir un accueil : l’atlas ne connaît aucun lieu de ce type ({kinds}), "
        "il ne saurait pas dire ce que cela change. Construisez-le avec leur liste."
    )


def make_trial(atlas: AtlasOuvert, commune: Territoire, kind: str) -> Scenario:
    """A scenario that opens a first level in a commune, where the atlas puts that commune."""
    name = f"Ouvrir un accueil à {commune.nom}"
    opening = Ouverture(type=kind, nom=f"Accueil à {commune.nom} (essai)"[:200], commune=commune.code)
    told = (
        "Commencé depuis le réseau d’accueil : aucun premier niveau ne reçoit dans cette commune. "
        "Déplacez-le sur la carte, donnez-lui ses horaires."
    )
    return Scenario(nom=name[:200], departement=atlas.manifeste.departement, description=told).add(opening)


@dataclass(frozen=True)
class EssaiReseau:
    """What a scenario does to the network: ``ecart``, and how many structures it closes, moves and opens."""

    ecart: EcartAccueil
    avant: ReseauMesure
    apres: ReseauMesure
    fermes: tuple[str, ...]
    deplaces: tuple[str, ...]
    ouverts: tuple[str, ...]


def tell_scenario(atlas: AtlasOuvert, scenario: Scenario) -> Section | None:
    """What a scenario breaks and mends of the network; null when it touches none of its structures."""
    held = read_annuaire()
    if not scenario.modifications or not held.annuaire.structures:
        return None
    key = ("accueil", "essai", read_marques(), id(held), scenario.modifications)
    found: EssaiReseau | None = atlas.garder(key, lambda: try_on(atlas, held, scenario))
    return write(found, {one.code: one.nom for one in atlas.territoires("commune")}) if found else None


def try_on(atlas: AtlasOuvert, held: AnnuaireTenu, scenario: Scenario) -> EssaiReseau | None:
    """The network before and after; null when the scenario touches none of it."""
    whole = atlas.departement
    before = read_reseau(atlas, MOYEN)
    after = change(before.points, held.annuaire, put_on(atlas, scenario), list_places(atlas))
    if whole is None or after is None:
        return None
    points, closed, moved, opened = after
    timed = measure_points(atlas, points, MOYEN)
    sides = (gather_here(atlas, one, whole) for one in (before, timed))
    return EssaiReseau(compare(*sides), before, timed, closed, moved, opened)


def list_places(atlas: AtlasOuvert) -> dict[str, tuple[float, float]]:
    """Id → degrees of the places of the atlas that are first levels."""
    places = get_terrain(atlas).places
    kinds = set(list_kinds())
    rows = zip(*(places[name].to_list() for name in ("id", "type", "lon", "lat")), strict=True)
    return {
        ident: (lon, lat)
        for ident, kind, lon, lat in rows
        if kind in kinds and lon is not None and lat is not None
    }


Change = tuple[tuple[PointAccueil, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def change(
    points: Sequence[PointAccueil],
    annuaire: Annuaire,
    application: Application,
    places: Mapping[str, tuple[float, float]],
) -> Change | None:
    """The structures once the edits are made, the names of those closed, moved, opened; null for none."""
    ties = tie_places(points, annuaire, places)
    changed = read_changed(application)
    names = {one.id: one.nom for one in points}
    gone = {ties[place] for place in application.fermes if place in ties}
    kept = {ties[place]: row for place, row in changed.items() if place in ties}
    gone |= {ident for ident, row in kept.items() if row["itinerant"]}
    moved = {
        ident: (row["lon"], row["lat"], row["code_insee"])
        for ident, row in kept.items()
        if ident not in gone and (row["lon"], row["lat"]) != places[place_of(ties, ident)]
    }
    new = [
        PointAccueil(
            f"{NOUVEAU}{place}", row["nom"] or place, tuple(filter(None, (row["code_insee"],))), row["lon"],
            row["lat"], {PREMIER: frozenset()},
        )
        for place, row in changed.items()
        if place not in places and not row["itinerant"]
    ]  # fmt: skip
    if not (gone or moved or new):
        return None
    named = [tuple(sorted(names[ident] for ident in group)) for group in (gone, moved)]
    return apply_moves(points, frozenset(gone), moved, new), *named, tuple(one.nom for one in new)  # type: ignore[return-value]


def place_of(ties: Mapping[str, str], ident: str) -> str:
    """The place of the atlas that a structure is."""
    return next(place for place, structure in ties.items() if structure == ident)


def read_changed(application: Application) -> dict[str, dict[str, Any]]:
    """Id → row of the places of a first level that a scenario makes or changes."""
    kinds, offre = set(list_kinds()), application.offre
    made = set(application.changes)
    ranks = [rank for rank, ident in enumerate(offre["id"].to_list()) if ident in made]
    rows = (offre.row(rank, named=True) for rank in ranks)
    return {row["id"]: row for row in rows if row["type"] in kinds}


def tie_places(
    points: Sequence[PointAccueil], annuaire: Annuaire, places: Mapping[str, tuple[float, float]]
) -> dict[str, str]:
    """Place of the atlas → structure of the directory that it is.

    The one that its record names; else the nearest structure of the networks of the catalogue within (≤) its
    metres, each tied once, nearest first.
    """
    choice = read_toml("accueil_public.toml")["essai"]
    told = annuaire.complements
    said = {one.id: told[one.id].implantation for one in points if one.id in told}
    ties = {place: ident for ident, place in said.items() if place is not None and place in places}
    wanted, tied = set(choice["reseaux"]), set(ties.values())
    known = {one.id for one in annuaire.structures if wanted & set(one.reseaux_porteurs or ())}
    free = [one for one in points if PREMIER in one.themes and one.id in known - tied]
    gaps = sorted(
        (metres, place, one.id)
        for place, (lon, lat) in places.items()
        if place not in ties
        for one in free
        if (metres := measure_gap(one, lon, lat)) is not None and metres <= choice["meme_lieu_m"]
    )
    for _, place, ident in gaps:
        if place not in ties and ident not in ties.values():
            ties[place] = ident
    return ties


def measure_gap(one: PointAccueil, lon: float, lat: float) -> float | None:
    """Metres in a straight line; null for a structure that is nowhere known.

    >>> round(measure_gap(PointAccueil("a", "A", (), 3.0, 50.0, {}), 3.0, 50.001))
    111
    """
    if one.longitude is None or one.latitude is None:
        return None
    east = (lon - one.longitude) * np.cos(np.radians(lat))
    return float(np.hypot(east, lat - one.latitude) * DEGREE_M)


def write(found: EssaiReseau, communes: Mapping[str, str]) -> Section:
    """The chapter of the scenario."""
    reseau, ecart = found.apres, found.ecart
    grade, means = FIABILITES.get(reseau.fiabilite, ""), EN_MOTS[reseau.moyen]
    told = [
        text
        for text in (
            name_all("Ferme", found.fermes),
            name_all("Déplace", found.deplaces),
            name_all("Ouvre", found.ouverts),
            say_communes(ecart.perdues, reseau, "à plus de", "elles étaient en deçà"),
            say_communes(ecart.gagnees, reseau, "à", "elles étaient au-delà"),
        )
        if text
    ]
    if ecart.rien:
        told.append("La chaîne de l’accueil ne se rompt nulle part de plus, et n’est réparée nulle part.")
    told.append(
        flow(
            f"""Temps {grade}s {means}, hors transports collectifs, de la mairie à l’accueil le plus proche ;
            chiffres simulés. Un lieu de l’atlas est une structure de l’annuaire quand sa fiche le dit, ou
            qu’ils sont au même endroit ; un accueil ouvert ici est tenu pour un premier niveau."""
        )
    )
    return Section(
        "accueil-essai", "Le réseau d’accueil", tuple(told), liste=tuple(list_breaks(ecart, found, communes))
    )


def name_all(verb: str, names: Sequence[str]) -> str:
    """« Ferme : France services de X. »; empty for none."""
    return typeset(f"{verb} : {', '.join(names)}.") if names else ""


def say_communes(found: Sequence[CommuneSansPremier], reseau: ReseauMesure, how: str, before: str) -> str:
    """How many communes cross the limit, how many live there, which; empty for none."""
    if not found:
        return ""
    people = count_people(found)
    live = f" ({accord(arrondir(people), 'habitant')})" if people else ""
    named = ", ".join(one.commune.nom for one in found[:NOMMES]) + (" …" if len(found) > NOMMES else "")
    limit, means = nombre(reseau.premier_min), EN_MOTS[reseau.moyen]
    be = "serait" if len(found) == 1 else "seraient"
    within = "" if how == "à plus de" else " ou moins"
    said = before if len(found) > 1 else before.replace("elles étaient", "elle était")
    return flow(
        f"""{accord(len(found), "commune")}{live} {be} {how} {limit} minutes{within} {means} d’un premier
        niveau, {said} : {named}."""
    )


def list_breaks(ecart: EcartAccueil, found: EssaiReseau, communes: Mapping[str, str]) -> list[str]:
    """Each first level that the scenario leaves alone for a theme, or no longer."""
    themes = name_themes()
    after = {one.id: one for one in found.apres.points}
    told = []
    for rows, words in ((ecart.rompus, "n’aurait plus"), (ecart.repares, "aurait")):
        for one in rows:
            point = after.get(one.point or "")
            if point is None:
                continue
            where = communes.get(next(iter(point.communes), ""), "")
            theme = themes.get(one.theme or "", one.theme or "")
            far = ""
            if words == "n’aurait plus" and one.vers and one.minutes is not None:
                nearest = found.apres.noms.get(one.vers, "")
                far = f" ; le plus proche, {nearest}, à {avec_unite(one.minutes, 'min')}"
            fresh = point.id.startswith(NOUVEAU)
            said = "n’aurait" if fresh and words == "n’aurait plus" else words
            place = f" ({where})" if where else ""
            which = "aucun second niveau" if words == "n’aurait plus" else "un second niveau"
            told.append(typeset(f"{point.nom}{place} {said} {which} à portée pour : {theme}{far}"))
    return told
