"""Lines on trial as plain values and as sentences: who gains which hours, where, when in the week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from maillage.atlas.lecture.transports import say_walks
from maillage.atlas.transports.entree import describe_walks
from maillage.catalogue.types_service import list_types
from maillage.francais import accord, avec_unite, majuscule, typeset
from maillage.scenarios.lignes.impact import SEMAINE, CommuneHeures, ImpactLignes, PartHeures, ServiceHeures

Values = dict[str, Any]
NameCommune = Callable[[str], str]
NOMMEES: Final = 3
PARTS_DITES: Final = 3
PART_DITE: Final = 0.1
"""Parts of the week that hold less of the hours are left to the table."""


def describe_lines(impact: ImpactLignes, name_commune: NameCommune) -> Values:
    """Everything that lines on trial change, as plain values; figures are simulated.

    ``marches``: how far walks may be trusted; ``marche``: how one walks, in words.
    """
    return {
        "fiabilite": "simule",
        "marches": impact.base.a_pied.fiabilite,
        "marche": say_walks(describe_walks(impact.essai)),
        "jours": [str(impact.days[key]) for key in dict.fromkeys(SEMAINE)],
        "services": [describe_hours(impact, service, name_commune) for service in impact.services],
    }


def describe_hours(impact: ImpactLignes, service: ServiceHeures, name_commune: NameCommune) -> Values:
    """One type of service: who gains and who loses, when, by commune."""
    known = list_types().get(service.type)
    communes = impact.by_commune(service.net)
    return {
        "type": service.type,
        "libelle": known.libelle if known else service.type,
        "lieu": name_place(impact, service.lieu, name_commune),
        "horaires_inconnus": service.horaires_inconnus,
        "gagnants": describe_side(communes, "gagnants", service.periodes_gagnees, name_commune),
        "perdants": describe_side(communes, "perdants", service.periodes_perdues, name_commune),
        "communes": [
            {"code": code, "nom": name_commune(code), **asdict(found)}
            for code, found in sorted(communes.items(), key=lambda pair: (-weigh(pair[1]), pair[0]))
        ],
    }


def weigh(found: CommuneHeures) -> float:
    """People's hours that move."""
    return sum(side.habitants * (side.heures or 0) for side in (found.gagnants, found.perdants))


def describe_side(
    communes: Mapping[str, CommuneHeures],
    side: str,
    periods: Mapping[str, float],
    name_commune: NameCommune,
) -> Values:
    """Those who gain, or those who lose: people, mean hours, parts of the week, communes."""
    found: dict[str, PartHeures] = {code: getattr(one, side) for code, one in communes.items()}
    some = {code: one for code, one in found.items() if one.habitants > 0 and one.heures is not None}
    people = sum(one.habitants for one in some.values())
    hours = {code: one.habitants * (one.heures or 0) for code, one in some.items()}
    first = sorted(hours, key=lambda code: (-hours[code], code))[:NOMMEES]
    return {
        "habitants": people,
        "heures": sum(hours.values()) / people if people else None,
        "communes": len(some),
        "d_abord": [name_commune(code) for code in first],
        "periodes": [{"periode": name, "part": part} for name, part in periods.items()],
    }


def name_place(impact: ImpactLignes, place: str | None, name_commune: NameCommune) -> Values | None:
    """The place that gives nearly all that is gained."""
    if place is None:
        return None
    row = impact.apres.row(by_predicate=pl.col("id") == place, named=True)
    return {"id": place, "nom": row["nom"], "commune": name_commune(row["code_insee"])}


def tell_lines(told: Values) -> Iterator[str]:
    """The same in sentences; hours that a transport on demand gives are said to be a bound."""
    still = []
    for service in told["services"]:
        sides = [text for side in ("gagnants", "perdants") if (text := tell_side(service, side))]
        yield from sides
        if not sides:
            still.append(service["libelle"])
    if still:
        yield typeset(f"Sans voiture, aucune heure ne change pour : {', '.join(still)}.")
    if told.get("a_la_demande"):
        yield typeset(
            "Le transport à la demande est compté comme s'il prenait tout le monde, à heures régulières "
            "et sans réservation : ces heures sont un maximum."
        )
    days = " ; ".join(told["jours"])
    yield typeset(
        "Heures par semaine où l'on peut être dans un lieu ouvert et en rentrer, à pied et en transports "
        f"collectifs, comptées sur ces jours types : {days}. {majuscule(told['marche'])}."
    )


def tell_side(service: Values, side: str) -> str:
    """« France services : 1 240 habitants de 7 communes gagnent en moyenne 2,5 h par semaine… »."""
    found = service[side]
    if round(found["habitants"]) < 1:
        return ""
    count, towns = round(found["habitants"]), found["communes"]
    verb = {"gagnants": ("gagne", "gagnent"), "perdants": ("perd", "perdent")}[side][count > 1]
    where = f" à « {tell_place(service['lieu'])} »" if side == "gagnants" and service["lieu"] else ""
    who = f"{accord(count, 'habitant')} de {accord(towns, 'commune')}"
    first = f" D'abord à {', '.join(found['d_abord'])}." if towns > 1 else f" À {found['d_abord'][0]}."
    week = f"{tell_mean(found['heures'])} par semaine sans voiture{where}{tell_periods(found['periodes'])}"
    return typeset(f"{service['libelle']} : {who} {verb} en moyenne {week}.{first}")


def tell_mean(hours: float) -> str:
    """Hours with a decimal, minutes below one.

    >>> tell_mean(2.5), tell_mean(0.25)
    ('2,5\\xa0h', '15\\xa0min')
    """
    return avec_unite(hours, "h", 1) if hours >= 1 else avec_unite(hours * 60, "min")


def tell_place(place: Values) -> str:
    """A place and its commune, unless its name says it."""
    name = str(place["nom"] or place["id"])
    return name if place["commune"] in name else f"{name}, {place['commune']}"


def tell_periods(periods: list[Values]) -> str:
    """The parts of the week where hours are, the chief ones.

    >>> shares = {"le samedi matin": 0.95, "le samedi soir": 0.05}
    >>> tell_periods([{"periode": name, "part": part} for name, part in shares.items()])
    ', le samedi matin'
    """
    chief = [one["periode"] for one in periods if one["part"] >= PART_DITE][:PARTS_DITES]
    if not chief:
        return ""
    *others, last = chief
    return f", {', '.join(others)} et {last}" if others else f", {last}"
