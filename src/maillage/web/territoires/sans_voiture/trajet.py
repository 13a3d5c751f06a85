"""A route explained: the question that an address holds, and the answer leg by leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import QueryDict

from maillage.atlas.lecture.lieux import Implantation
from maillage.atlas.lecture.transports import say_walks
from maillage.atlas.lots import open_own_in_wheelchair, open_own_transports
from maillage.atlas.transports.aller_retour import AllerRetour, PointTrajet, explain_round_trip, rank
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.fauteuil import count_known, say_counts
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.atlas.transports.questions import EtapeTrajet, read_clock
from maillage.atlas.transports.rabattement import (
    GareProche,
    Gares,
    Rabattement,
    list_near_stations,
    list_rabattements,
    list_stations,
)
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.noms import plier
from maillage.francais import majuscule, typeset
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.sans_voiture.depart import DepartTrajet, find_depart

LIEUX_PROPOSES = 20
HEURE = "08:00"
PREMIER = "france_services"
DAY_S = 86_400


@dataclass(frozen=True)
class QuestionTrajet:
    """What is asked. ``depart``: null until one is named; ``faute``: why the text names none.

    ``lieux``: the places of ``type`` nearest to it, from the nearest; ``jours``: the typical days
    that these timetables have. ``rabattements``: the vehicles that may be left at a station, none where no
    train calls; ``rabattement``: the one chosen, null on foot. ``marche``: how one walks, in words;
    ``fauteuil``: whether one goes in a wheelchair.
    """

    texte: str
    depart: DepartTrajet | None
    faute: str
    communes: list[str]
    types: list[str]
    type: str
    lieux: list[Implantation]
    lieu: Implantation | None
    jours: list[JourType]
    jour: JourType | None
    heure: str
    heure_s: int
    rabattements: list[Rabattement]
    rabattement: Rabattement | None
    marche: str
    fauteuil: bool

    @property
    def _choix(self) -> dict[str, Any]:
        found: dict[str, Any] = read_toml("horaires.toml")["acces"]["transports"]
        return found

    @property
    def sur_place_min(self) -> int:
        """How long one stays."""
        return int(self._choix["duree_sur_place_min"])

    @property
    def marche_min(self) -> int:
        """The longest walk to a stop."""
        return int(self._choix["marche_max_min"])

    @property
    def changement_min(self) -> int:
        """The longest walk between two vehicles."""
        return int(self._choix["changement_max_min"])


@dataclass(frozen=True)
class EtapeDite:
    """A leg as it is read."""

    part: str
    de: str
    par: str
    arrive: str
    vers: str


@dataclass(frozen=True)
class TrajetDit:
    """One way as it is read; without legs, ``rien`` says why."""

    titre: str
    etapes: tuple[EtapeDite, ...] = ()
    part: str = ""
    arrive: str = ""
    duree_min: int = 0
    changements: int = 0
    rien: str = ""


def find_timetables(atlas: AtlasOuvert) -> Transports | None:
    """The timetables that this atlas keeps; null when it has none."""
    if atlas.manifeste.transports is None:
        return None
    found: Transports = atlas.garder(("horaires",), lambda: open_own_transports(atlas.tables))
    return found


def list_days(atlas: AtlasOuvert, transports: Transports) -> list[JourType]:
    """The typical days of these timetables, those that exist."""
    days: dict[str, JourType] = atlas.garder(
        ("jours_types",), lambda: choose_days(transports, atlas.code_departement)
    )
    return [day for day in days.values() if day.jour is not None]


def read_question(query: QueryDict, atlas: AtlasOuvert, transports: Transports) -> QuestionTrajet:
    """What an address asks; what makes no sense falls back to the first choice."""
    text = query.get("de", "").strip()[:200]
    communes = [t for t in atlas.territoires("commune") if t.lon is not None and t.lat is not None]
    start = find_depart(atlas, text)
    types = atlas.types_de_lieux()
    kind = query.get("type", "")
    kind = kind if kind in types else PREMIER if PREMIER in types else next(iter(types), "")
    places = list_near(atlas, kind, start.depart)
    days = list_days(atlas, transports)
    heure_s = read_clock(query.get("heure", HEURE)[:5])
    ways = list(list_rabattements().values()) if find_stations(atlas, transports).lieux.height else []
    hour = query.get("heure", HEURE)[:5] if heure_s is not None and heure_s < DAY_S else HEURE
    return QuestionTrajet(
        text,
        start.depart,
        start.faute,
        sorted((t.nom for t in communes), key=plier),
        types,
        kind,
        places,
        next((p for p in places if p.id == query.get("lieu")), next(iter(places), None)),
        days,
        next((d for d in days if d.id == query.get("jour")), next(iter(days), None)),
        hour,
        read_clock(hour) or 0,
        ways,
        next((way for way in ways if way.mode == query.get("gare")), None),
        typeset(majuscule(say_walks((atlas.manifeste.transports or {}).get("marche")))),
        query.get("fauteuil") == "oui",
    )


def find_stations(atlas: AtlasOuvert, transports: Transports) -> Gares:
    """The stations of these timetables."""
    found: Gares = atlas.garder(("gares",), lambda: list_stations(transports))
    return found


def find_near(atlas: AtlasOuvert, transports: Transports, question: QuestionTrajet) -> list[GareProche]:
    """The stations where the chosen vehicle may be left; none on foot, or before a start is named."""
    start, way = question.depart, question.rabattement
    if way is None or start is None:
        return []
    gares, here = find_stations(atlas, transports), (start.lon, start.lat)
    found: list[GareProche] = atlas.garder(
        ("gares", way.mode, *here), lambda: list_near_stations(atlas.tables, gares, *here, way)
    )
    return found


def list_near(atlas: AtlasOuvert, kind: str, start: DepartTrajet | None) -> list[Implantation]:
    """The fixed places of a type, named and placed, from the nearest to the start."""
    if start is None:
        return []
    placed = (p for p in atlas.implantations(kind) if p.lon is not None and p.lat is not None)
    held = [p for p in placed if p.nom and not p.itinerant]
    where = np.array([(p.lon, p.lat) for p in held], float).reshape(-1, 2)
    far = np.hypot((where[:, 0] - start.lon) * np.cos(np.radians(start.lat)), where[:, 1] - start.lat)
    return [held[row] for row in np.argsort(far, kind="stable")[:LIEUX_PROPOSES].tolist()]


def find_in_wheelchair(atlas: AtlasOuvert, question: QuestionTrajet) -> tuple[Transports, Transports] | None:
    """The timetables as they surely are, and may be, taken in a wheelchair; null if not asked."""
    if not question.fauteuil:
        return None
    found: tuple[Transports, Transports] | None = atlas.garder(
        ("horaires", "fauteuil"), lambda: open_own_in_wheelchair(atlas.tables)
    )
    return found


def tell_wheelchair(opened: Transports) -> list[str]:
    """What is known for a wheelchair, and what is not."""
    streets = "Escaliers évités" if opened.a_pied.reseau else "À vol d’oiseau allongé, escaliers non connus"
    unread = "pentes, bordures et revêtements ne sont pas lus, la vitesse est une hypothèse."
    return [typeset(line) for line in (*say_counts(*count_known(opened)), f"{streets} ; {unread}")]


def answer(
    transports: Transports,
    question: QuestionTrajet,
    gares: list[GareProche],
    chaise: tuple[Transports, Transports] | None = None,
) -> list[TrajetDit] | None:
    """Both ways; null while the question is not whole.

    In a wheelchair (``chaise``), with what is said accessible, then with what nothing is said of where it is
    sooner.
    """
    start, lieu, day = question.depart, question.lieu, question.jour
    if start is None or lieu is None or day is None or day.jour is None:
        return None
    home = PointTrajet(start.nom, start.lon, start.lat)
    there = PointTrajet(lieu.nom or "", lieu.lon or 0.0, lieu.lat or 0.0)
    asked = (home, there, day.jour, question.heure_s, gares)
    if chaise is None:
        return list(tell_ways(explain_round_trip(transports, *asked), question))
    sure, perhaps = (explain_round_trip(one, *asked) for one in chaise)
    told = tell_ways(sure, question, ", par ce qui est dit accessible")
    sooner = rank(perhaps) < rank(sure)
    return told + (tell_ways(perhaps, question, ", si ce qui n’est pas dit est accessible") if sooner else [])


def tell_ways(found: AllerRetour, question: QuestionTrajet, how: str = "") -> list[TrajetDit]:
    """The way there, then the way home when there is something to come home from; ``how`` ends titles."""
    told = [tell_way(f"Aller{how}", found.aller, f"Aucun trajet ce jour-là à partir de {question.heure}.")]
    if found.repart_s is not None:
        none = f"Aucun trajet ne ramène ce jour-là à partir de {clock(found.repart_s)}."
        told.append(tell_way(f"Retour{how}", found.retour, none))
    return told


def tell_way(titre: str, legs: list[EtapeTrajet] | None, none: str) -> TrajetDit:
    """One way in words; a walk of no time, to a stop where one already stands, is not told."""
    legs = [leg for leg in legs or () if leg.ligne is not None or leg.arrivee_s > leg.depart_s]
    if not legs:
        return TrajetDit(titre, rien=typeset(none))
    rides = sum(leg.ligne is not None for leg in legs)
    end_s = to_minute(legs[-1].arrivee_s)
    length = (end_s - legs[0].depart_s // 60 * 60) // 60
    return TrajetDit(
        titre, tuple(map(tell_leg, legs)), clock(legs[0].depart_s), clock(end_s), length, max(rides - 1, 0)
    )


def to_minute(seconds: int) -> int:
    """The minute by which one has arrived: the next one, unless it is whole."""
    return -(-seconds // 60) * 60


def tell_leg(leg: EtapeTrajet) -> EtapeDite:
    """A leg in words: the line and where it heads, or a walk."""
    if leg.ligne is None:
        by = leg.par_soi_meme
    else:
        by = f"{leg.ligne} vers {leg.direction}" if leg.direction else leg.ligne
        by += f", puis {leg.suite} sans descendre" if leg.suite else ""
        by += f" (accessibilité non dite : {leg.inconnu})" if leg.inconnu else ""
    end = clock(to_minute(leg.arrivee_s))
    return EtapeDite(clock(leg.depart_s), leg.de, typeset(by), end, leg.vers)


def clock(seconds: int) -> str:
    """Hours and minutes of the wall clock, the next day said.

    >>> clock(29_159), clock(90_000)
    ('08:05', '01:00 le lendemain')
    """
    hour, past = seconds // 3600, seconds >= DAY_S
    return f"{hour - 24 * past:02}:{seconds // 60 % 60:02}{' le lendemain' if past else ''}"
