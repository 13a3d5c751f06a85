"""Timetables as an input of a build: where they come from, as a lot, their copy, what the manifest says."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from maillage.atlas.construction.ecriture import write_raw
from maillage.atlas.construction.entrees import Entrees, disown
from maillage.atlas.construction.stages import Lot
from maillage.atlas.lecture.format import MANIFEST
from maillage.atlas.lecture.transports import JOURS_TYPES
from maillage.atlas.reseau.osm import ReseauOsm
from maillage.atlas.transports.a_pied import A_VOL_D_OISEAU, APied
from maillage.atlas.transports.acces import SEMAINE, join_stops
from maillage.atlas.transports.dossier import REPORT, Transports, open_transports
from maillage.atlas.transports.journee import list_dates
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.catalogue.lecture import read_toml

FOLDER: Final = "transports"
PREFIX: Final = "gtfs_"


def list_feeds(transports: Transports) -> list[str]:
    """The ids of the feeds among the sources of an atlas."""
    return [f"{PREFIX}{name}" for name in transports.manifest.sources]


def add_transports(entrees: Entrees, transports: Transports | None) -> Entrees:
    """The inputs, with where the timetables come from."""
    if transports is None:
        return entrees
    period = list_dates(transports)[0].isoformat()
    sources = {
        f"{PREFIX}{name}": fields
        | {"id": f"{PREFIX}{name}", "nom": f"{fields['nom']} : {name}", "millesime": period}
        for name, fields in transports.manifest.sources.items()
    }
    invented = transports.manifest.jeu_essai
    told = {name: disown(fields) for name, fields in sources.items()} if invented else sources
    return replace(
        entrees,
        provenances=entrees.provenances | told,
        inventees=frozenset(sources if invented else ()),
    )


def as_lot(transports: Transports | None) -> Lot:
    """The folder of the timetables, in a lot; an empty lot without any."""
    return {} if transports is None else {FOLDER: np.array([str(transports.dossier)])}


def of_lot(lot: Lot, a_pied: APied = A_VOL_D_OISEAU) -> Transports | None:
    """The timetables of a lot, walked to as said; null when it has none."""
    return open_transports(Path(str(np.asarray(lot[FOLDER])[0])), a_pied) if FOLDER in lot else None


def copy_transports(folder: Path, transports: Transports | None) -> dict[str, Any]:
    """The timetables within the atlas, so that routes can be explained; their entries for its manifest."""
    if transports is None:
        return {}
    tables: dict[str, Any] = {}
    for name, entry in transports.manifest.tables.items():
        place = folder / FOLDER / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(transports.dossier / name, place)
        tables[f"{FOLDER}/{name}"] = entry
    for name in sorted({MANIFEST, REPORT} - set(transports.manifest.tables)):
        tables |= write_raw(folder, f"{FOLDER}/{name}", (transports.dossier / name).read_bytes())
    return tables


def warn_timetables(transports: Transports | None, departement: str, cells: pl.DataFrame) -> list[str]:
    """What makes timetables of little use to the people of ``cells`` (``lon``, ``lat``), in French.

    No stop within a walk of any of them: the feed of another place. A typical day that it does not have.
    """
    if transports is None:
        return []
    walk_min = read_toml("horaires.toml")["acces"]["transports"]["marche_max_min"]
    found = []
    if not len(join_stops(transports, cells).stop):
        where = f"à {walk_min} min de marche d’un carreau de ce département"
        found.append(f"Horaires : aucun arrêt desservi n’est {where}")
    if transports.a_pied.reseau is not None and (off := list_off_street(transports)).len():
        some = ", ".join(off.head(5).to_list())
        said = "loin de toute voie, on y marche à vol d’oiseau (estimé)"
        found.append(f"Horaires, {off.len()} arrêt(s) {said} : {some}{'…' if off.len() > 5 else ''}")
    days = choose_days(transports, departement)
    lacking = [days[key].nom for key in dict.fromkeys(SEMAINE) if days[key].jour is None]
    said = "aucun jour de ce type n’y circule, il ne compte que ce que l’on fait à pied"
    return found + [f"Horaires, {nom} : {said}" for nom in lacking]


def describe_transports(transports: Transports | None, departement: str) -> dict[str, Any] | None:
    """What an atlas says of its timetables: feeds, period, walks, typical days; null without any."""
    return None if transports is None else tell_facts(transports, choose_days(transports, departement))


def tell_facts(transports: Transports, days: Mapping[str, JourType]) -> dict[str, Any]:
    """The same of timetables on days that are chosen."""
    first, last = list_dates(transports)
    return {
        "flux": list_feeds(transports),
        "du": first.isoformat(),
        "au": last.isoformat(),
        "jeu_essai": transports.manifest.jeu_essai,
        "marche": describe_walks(transports),
        "jours": [describe_day(day) for day in days.values()],
    }


def describe_walks(transports: Transports) -> dict[str, Any]:
    """How one walks: ``rues`` (bool) along streets, ``arrets_sans_rue`` stops beyond the reach of any way."""
    streets = transports.a_pied.reseau is not None
    return {"rues": streets, "arrets_sans_rue": len(list_off_street(transports)) if streets else 0}


def list_off_street(transports: Transports) -> pl.Series:
    """The names of the placed stops that no way serves: one walks to them on straight lines."""
    rows = np.flatnonzero(transports.arrets["lon"].is_not_null().to_numpy())
    alone = ~transports.a_pied.find(transports.arrets[rows]).on_street
    return transports.noms.gather(rows[alone])


def walk_on(reseau: ReseauOsm | None) -> APied:
    """How one walks with a network, or without: on its streets when it was built for walking."""
    return APied(reseau.load("marche")) if reseau is not None and "marche" in reseau.modes else A_VOL_D_OISEAU


def describe_day(day: JourType) -> dict[str, Any]:
    """A typical day: its date (null when none suits), its trips, how a figure names it."""
    found = day.jour.isoformat() if day.jour else None
    return {"id": day.id, "nom": day.nom, "jour": found, "courses": day.courses, "texte": str(day)}


def write_vintage(facts: dict[str, Any] | None, ids: Iterable[str]) -> str:
    """Of when timetables are: their period, and the typical days that a figure stands on; empty without any.

    >>> days = [{"id": "mardi_scolaire", "jour": "2026-01-13"}, {"id": "samedi_scolaire", "jour": None}]
    >>> facts = {"du": "2026-01-01", "au": "2026-06-30", "jours": days}
    >>> write_vintage(facts, ["mardi_scolaire", "samedi_scolaire"])
    'horaires du 2026-01-01 au 2026-06-30, jours types 2026-01-13'
    """
    if facts is None:
        return ""
    days = [day["jour"] for day in facts["jours"] if day["id"] in set(ids) and day["jour"]]
    return f"horaires du {facts['du']} au {facts['au']}{JOURS_TYPES}{', '.join(days)}"
