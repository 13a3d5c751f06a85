"""The week of an itinerant service on an atlas: candidates, drives, who has least; the plan, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import comb
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.etapes.acces import numbers
from maillage.atlas.etapes.temps import to_points
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.lots import open_networks
from maillage.atlas.memoire import EnMemoire, evaluate
from maillage.atlas.projection import project
from maillage.atlas.reseau.lot import make_times, of_lot
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import INSECABLE, accord, avec_unite, nombre, typeset
from maillage.horaires.dire import dire
from maillage.network.travel_times import UNREACHABLE, Fiabilite, Sites
from maillage.scenarios.impact.bilan import load_hypotheses
from maillage.scenarios.impact.gains import DS_PER_MIN, Floats
from maillage.scenarios.modifications import Arret, Itinerance, Scenario, name_places
from maillage.scenarios.tournees.modele import MOST_ROUNDS, Ronde, Semaine, Tournee, plan_week

JOURS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True)
class Passage:
    """A stop held once: the commune, the day, from when to when (minutes after midnight).

    ``habitants``: people who may come to it and gain from the week.
    """

    bus: int
    jour: str
    code: str
    nom: str
    debut_min: int
    fin_min: int
    habitants: float = 0.0

    @property
    def horaires(self) -> str:
        """As opening hours are written.

        >>> Passage(1, "Tu", "59001", "Abancourt", 550, 730).horaires
        'Tu 09:10-12:10'
        """
        return f"{self.jour} {clock(self.debut_min)}-{clock(self.fin_min)}"


@dataclass(frozen=True)
class PlanTournee:
    """A week: its passages in order, what it brings, and what bounds it.

    ``valeur`` and ``borne``: people × hours of effective access a week. ``gagnants``: people who gain some;
    ``plus_65``, ``sans_acces``: those of them who are 65 or older, who had none. ``libres``: slots of the
    week left empty, for nobody near a stop has less than ``assez_h`` hours a week by then.
    """

    tournee: Tournee
    passages: tuple[Passage, ...]
    gagnants: float
    plus_65: float
    sans_acces: float
    libres: int
    assez_h: float
    heures_par_gagnant: float | None
    km: float
    fiabilite: Fiabilite


def plan_tour(
    atlas: Atlas,
    kind: str,
    base: str,
    stops: Sequence[str],
    week: Semaine,
    seuil_min: float = 15.0,
    debut_min: int = 8 * 60,
    limit_s: float = 60.0,
) -> PlanTournee:
    """The best week of a ``kind`` of service from a ``base`` (commune), stopping in communes of ``stops``.

    Whoever is within ``seuil_min`` (≤) of a stop by car can come; hours now are those of the nearest fixed
    places of that kind (indicator of effective access), none where that is unknown.

    Raises:
        EntreeInvalide: an unknown commune, too many stops, more days than a week has.
    """
    places = find_places(atlas, [base, *stops])
    check_size(len(stops), week)
    evaluated = evaluate(atlas)
    minutes, km = measure_drives(atlas, places)
    near = find_near(evaluated, places[1:], seuil_min)
    cells = atlas.carreaux().filter("dans_departement")
    people, elders = numbers(cells["population"]), np.nan_to_num(numbers(cells["plus_65"]))
    hours = read_hours(evaluated, kind)
    found = plan_week(minutes, km, near, people, hours, week, limit_s)
    held = week.creneau_min / 60 * (near @ count(found, len(stops)))
    gained = np.minimum(np.maximum(week.assez_h - hours, 0), held)
    weight = np.nan_to_num(people) * (gained > 0)
    winners = float(weight.sum())
    passages = schedule(found.rondes, places, minutes, week, debut_min, weight @ near)
    return PlanTournee(
        tournee=found,
        passages=tuple(passages),
        gagnants=winners,
        plus_65=float(elders[gained > 0].sum()),
        sans_acces=float(weight[hours == 0].sum()),
        libres=week.bus * week.jours * week.creneaux - len(passages) if passages else 0,
        assez_h=week.assez_h,
        heures_par_gagnant=float((weight * gained).sum() / winners) if winners else None,
        km=sum(round_.km for round_ in found.rondes),
        fiabilite=evaluated.calcul.times.fiabilite,
    )


def find_places(atlas: Atlas, codes: Sequence[str]) -> pl.DataFrame:
    """``code_insee, nom, lon, lat`` of communes, in order."""
    known = atlas.table("entrees/communes").select("code_insee", "nom", "lon", "lat")
    unknown = sorted(set(codes) - set(known["code_insee"]))
    if unknown:
        raise EntreeInvalide(f"Communes absentes de cet atlas : {', '.join(unknown)}.")
    return pl.DataFrame({"code_insee": list(codes)}).join(
        known, on="code_insee", how="left", maintain_order="left"
    )


def check_size(n_stops: int, week: Semaine) -> None:
    """Refuse what could not be solved, or is no week."""
    if week.jours > len(JOURS):
        raise EntreeInvalide(f"Une semaine a {len(JOURS)} jours, non {week.jours}.")
    rounds = sum(comb(n_stops + size - 1, size) for size in range(1, week.creneaux + 1))
    if rounds > MOST_ROUNDS:
        advice = (
            "Donnez moins d’arrêts possibles (un arrondissement, un EPCI), ou moins de créneaux par jour."
        )
        raise EntreeInvalide(
            f"{n_stops} arrêts possibles font {rounds} journées possibles, {MOST_ROUNDS} au plus. {advice}"
        )


def measure_drives(atlas: Atlas, places: pl.DataFrame) -> tuple[Floats, Floats]:
    """Minutes and kilometres by car between places, float64[places, places]; inf where there is no way."""
    reseau = of_lot(open_networks(atlas))
    sites = Sites(to_points(places), np.arange(places.height, dtype=np.int32), places.height)
    time_ds = make_times(places, atlas.carreaux(), reseau).nearest(sites).time_ds
    minutes = np.where(time_ds == UNREACHABLE, np.inf, time_ds / DS_PER_MIN)
    np.fill_diagonal(minutes, 0.0)
    spots = project(places["lon"].to_numpy(), places["lat"].to_numpy())
    gap = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    return minutes, gap * load_hypotheses()["detour"].valeur / 1000


def find_near(evaluated: EnMemoire, places: pl.DataFrame, seuil_min: float) -> NDArray[np.bool_]:
    """Who may come to each place: bool[carreaux, places], within the minutes said (≤)."""
    sites = Sites(to_points(places), np.arange(places.height, dtype=np.int32), places.height)
    return np.asarray(evaluated.calcul.times.nearest(sites).time_ds <= seuil_min * DS_PER_MIN)


def read_hours(evaluated: EnMemoire, kind: str) -> Floats:
    """Hours of effective access a week by car to a service, float64[carreaux]; 0 where none is known."""
    name = f"heures_acces_{kind}_voiture"
    if name not in evaluated.calcul.list_ids("carreau"):
        return np.zeros(evaluated.atlas.carreaux().filter("dans_departement").height)
    return np.nan_to_num(numbers(evaluated.indicateur(name, "carreau")["valeur"]))


def count(found: Tournee, n_stops: int) -> Floats:
    """How often each stop is held."""
    held = [stop for round_ in found.rondes for stop in round_.arrets]
    return np.bincount(np.array(held, int), minlength=n_stops).astype(np.float64)


def schedule(
    rounds: Sequence[Ronde],
    places: pl.DataFrame,
    minutes: Floats,
    week: Semaine,
    debut_min: int,
    near: Floats,
) -> list[Passage]:
    """The passages of each round: a day and a bus each, those of one stop spread over the week.

    ``near`` float64[stops]: who gains beside each.

    Rounds alternate so that a stop held twice is not held on two days that follow, where that can be.
    """
    found = []
    for rank, round_ in enumerate(spread(rounds)):
        bus, day = rank // week.jours, rank % week.jours
        now, here = float(debut_min), 0
        for number, stop in enumerate(round_.arrets):
            arrival = (
                now + minutes[here, stop + 1] + week.installation_min + (week.pause_min if number else 0)
            )
            start = int(-(-arrival // week.arrondi_min) * week.arrondi_min)
            now, here = start + week.creneau_min, stop + 1
            code, nom = places.select("code_insee", "nom").row(stop + 1)
            found.append(Passage(bus + 1, JOURS[day], code, nom, start, int(now), float(near[stop])))
    return found


def spread(rounds: Sequence[Ronde]) -> list[Ronde]:
    """The rounds in an order where equal ones are far apart.

    >>> a, b = Ronde((0,), 1.0, 1.0), Ronde((1,), 1.0, 1.0)
    >>> [one.arrets for one in spread([a, a, a, b, b])]
    [(0,), (1,), (0,), (1,), (0,)]
    """
    groups: dict[tuple[int, ...], list[Ronde]] = {}
    for one in rounds:
        groups.setdefault(one.arrets, []).append(one)
    placed = [
        ((rank + 0.5) / len(group), -len(group), stops, one)
        for stops, group in groups.items()
        for rank, one in enumerate(group)
    ]
    return [one for *_, one in sorted(placed, key=lambda item: item[:3])]


def to_scenario(plan: PlanTournee, kind: str, nom: str) -> Scenario:
    """The week as a scenario: one itinerant service, a stop a passage."""
    stops = tuple(Arret(nom=one.nom, commune=one.code, horaires=one.horaires) for one in plan.passages)
    edits = (Itinerance(type=kind, arrets=stops),) if stops else ()
    return name_places(Scenario(nom=nom, modifications=edits))


def tell(plan: PlanTournee) -> list[str]:
    """Who gains what, how far it drives, the proof, and what is left; passages apart."""
    tour = plan.tournee
    if tour.statut == "impossible":
        return ["Aucune journée n’est possible : la base est trop loin, ou l’amplitude trop courte."]
    if not plan.passages:
        return [typeset(f"Aucun arrêt n’apporterait rien : {_tell_enough(plan)}.")]
    proof = (
        "Optimum prouvé"
        if tour.statut == "optimal"
        else f"À {avec_unite(100 * tour.ecart, '%', 1)} au plus du meilleur possible"
    )
    old = f"dont {nombre(plan.plus_65)} de 65{INSECABLE}ans et plus"
    none = f" et {nombre(plan.sans_acces)} qui n’en avaient aucune" if plan.sans_acces >= 1 else ""
    each = f"{avec_unite(plan.heures_par_gagnant, 'h', 1)} d’accès par semaine, en moyenne"
    said = [
        f"{proof}.",
        f"{accord(round(plan.gagnants), 'habitant')}, {old}{none}, y gagnent {each}.",
        f"{avec_unite(plan.km, 'km')} par semaine.",
    ]
    if plan.libres:
        left = accord(plan.libres, "créneau reste libre", "créneaux restent libres")
        said.append(typeset(f"{left} : {_tell_enough(plan)}."))
    return said


def _tell_enough(plan: PlanTournee) -> str:
    enough = avec_unite(plan.assez_h, "h", 1 if plan.assez_h % 1 else 0)
    return f"chacun, près d’un arrêt possible, a alors {enough} d’accès par semaine ou plus"


def tell_passages(plan: PlanTournee) -> list[str]:
    """A line a passage."""
    several = len({one.bus for one in plan.passages}) > 1
    return [
        typeset(f"{f'bus {one.bus}, ' if several else ''}{dire(one.horaires)} : {one.nom}, {_tell_near(one)}")
        for one in plan.passages
    ]


def _tell_near(one: Passage) -> str:
    return f"{accord(round(one.habitants), 'habitant')} à portée"


def to_mapping(plan: PlanTournee) -> dict[str, Any]:
    """The plan as plain values."""
    tour = plan.tournee
    return {
        "statut": tour.statut,
        "valeur": tour.valeur,
        "borne": tour.borne,
        "ecart": tour.ecart,
        "unite": "habitants × heures d’accès par semaine",
        "phrases": tell(plan),
        "gagnants": plan.gagnants,
        "gagnants_plus_65": plan.plus_65,
        "sans_acces_avant": plan.sans_acces,
        "creneaux_libres": plan.libres,
        "heures_par_gagnant": plan.heures_par_gagnant,
        "km_semaine": plan.km,
        "fiabilite": "simule",
        "temps": plan.fiabilite,
        "passages": [asdict(one) | {"horaires": one.horaires} for one in plan.passages],
    }


def clock(minute: int) -> str:
    """Minutes after midnight as a time.

    >>> clock(545)
    '09:05'
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"
