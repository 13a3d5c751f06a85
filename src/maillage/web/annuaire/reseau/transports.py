"""The network timed by public transport: computed once for each state, in a child process, then read.

A day of timetables is scanned from every structure and every town hall: too long for a page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from maillage.annuaire.accueil import PointAccueil
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.atlas.lots import open_own_transports
from maillage.atlas.porte_a_porte import Floats, PorteAPorte
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.atlas.transports.questions import read_clock
from maillage.catalogue.lecture import read_toml
from maillage.web.socle import commands, queries
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.models import Travail
from maillage.web.territoires.sans_voiture import trajet as trajets

GENRE: Final = "mesurer_accueil"
TITRE: Final = "Le réseau d’accueil en transports collectifs"
FICHIER: Final = "minutes.json"
FORME: Final = 1
"""Of the file that the child writes: minutes written in another form are computed again."""


@dataclass(frozen=True)
class MinutesTransports:
    """Minutes by public transport, float64[structures, structures] and float64[communes, structures].

    NaN: not known, or one does not get there that day. ``jour``: the typical day, in words; ``depart``: when
    one leaves, « 9 h 00 ».
    """

    entre: Floats
    domiciles: Floats
    fiabilite: str
    jour: str
    depart: str


def mesurer(parametres: dict[str, Any], dossier: Path, progress: Callable[[int, str], None]) -> str:
    """Run in the child: one scan of the day from each point; the name of the file of minutes."""
    progress(5, "lecture de l’atlas")
    tables = open_atlas(Path(parametres["atlas"]))
    lecteur, transports = Lecteur(tables), open_own_transports(tables)
    day = None if transports is None else find_day(choose_days(transports, lecteur.code_departement))
    if day is None or day.jour is None:
        raise ValueError("cet atlas n’a pas d’horaires pour le jour du catalogue")
    progress(15, "horaires du jour")
    there = to_degrees(parametres["lieux"])
    homes = np.array([(one.lon, one.lat) for one in lecteur.territoires("commune")], float)
    starts = np.concatenate([there, homes])
    doors, depart = PorteAPorte(lecteur, transports), read_depart() // 60
    found = doors.ride_all(starts[:, 0], starts[:, 1], there[:, 0], there[:, 1], day.jour, depart)
    told = {
        "jour": str(day),
        "fiabilite": found.fiabilite,
        "minutes": [[float(x) if np.isfinite(x) else None for x in row] for row in found.duree_min],
    }
    (dossier / FICHIER).write_text(json.dumps(told), "utf-8")
    return FICHIER


def to_degrees(lieux: Sequence[Sequence[float | None]]) -> Floats:
    """Longitudes and latitudes float64[n, 2], NaN where not known."""
    told = [[np.nan if one is None else one for one in pair] for pair in lieux]
    return np.array(told, float).reshape(-1, 2)


def read_depart() -> int:
    """When one leaves, seconds after midnight."""
    seconds = read_clock(str(read_toml("accueil_public.toml")["transports"]["depart"]))
    assert seconds is not None
    return seconds


def find_day(days: dict[str, JourType]) -> JourType | None:
    """The typical day of the catalogue; null when these timetables have none."""
    return days.get(str(read_toml("accueil_public.toml")["transports"]["jour"]))


def has_timetables(atlas: AtlasOuvert) -> bool:
    """Whether the network can be timed by public transport."""
    return find_timetabled_day(atlas) is not None


def find_timetabled_day(atlas: AtlasOuvert) -> date | None:
    """The date whose timetables time the network; null where this atlas has none."""
    transports = trajets.find_timetables(atlas)
    if transports is None:
        return None
    found = find_day({day.id: day for day in trajets.list_days(atlas, transports)})
    return found.jour if found is not None else None


def read_minutes(
    atlas: AtlasOuvert, points: Sequence[PointAccueil]
) -> tuple[MinutesTransports | None, Travail | None]:
    """The minutes once they are there, else their work, if asked: 1 query."""
    travail = queries.find_dernier_travail(commands.make_key(GENRE, ask(atlas, points)))
    if travail is None or not travail.fichier:
        return None, travail
    path = Path(settings.EXPORTS) / travail.jeton / travail.fichier
    if not path.is_file():
        return None, None
    found: MinutesTransports = atlas.garder(
        ("accueil", "minutes", travail.jeton), lambda: load(path, len(points))
    )
    return found, travail


def load(path: Path, n: int) -> MinutesTransports:
    """The file of the child; its first ``n`` rows are the structures, the others the communes."""
    told = json.loads(path.read_text("utf-8"))
    minutes = np.array([[np.nan if x is None else x for x in row] for row in told["minutes"]], float)
    minutes = minutes.reshape(-1, n)
    hours, left = divmod(read_depart() // 60, 60)
    depart = f"{hours} h {left:02}"
    return MinutesTransports(minutes[:n], minutes[n:], told["fiabilite"], told["jour"], depart)


def request_minutes(personne: Any, atlas: AtlasOuvert, points: Sequence[PointAccueil]) -> Travail:
    """Ask for the computation; the same one, made or under way, is not asked twice."""
    return commands.request_travail(personne, GENRE, TITRE, ask(atlas, points))


def ask(atlas: AtlasOuvert, points: Sequence[PointAccueil]) -> dict[str, Any]:
    """What the child is told: the state that the minutes are of."""
    return {
        "atlas": str(atlas.dossier),
        "empreinte": atlas.empreinte,
        "lieux": [[one.longitude, one.latitude] for one in points],
        "depart": read_depart(),
        "forme": FORME,
    }
