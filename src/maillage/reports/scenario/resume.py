"""One scenario in a few figures, summed over the services it touches: what a table or a chart compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

VOITURE: Final = "voiture"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class ResumeScenario:
    """Sums over the services touched, by car: somebody whom two services move counts twice; null unknown.

    ``gagnants``, ``perdants``: people nearer, farther, those who find or lose all access included.
    ``servis``: people more (or fewer) within the threshold. ``dixieme_min``: minutes that the tenth of
    people farthest today gain (below zero) or lose, mean of the services. ``euros``: of a year, users and
    places; ``lieux_chiffres``: whether the cost of places is known, else it counts users alone.
    ``heures_gagnees``, ``heures_perdues``: people times hours a week without a car that lines on trial give
    or take, over the services; null where no line is tried.
    """

    nom: str
    services: tuple[str, ...]
    gagnants: float
    perdants: float
    servis: float
    dixieme_min: float | None
    km: float
    co2_t: float
    euros_usagers: float
    euros_lieux: float | None
    refus: int
    heures_gagnees: float | None = None
    heures_perdues: float | None = None

    @property
    def euros(self) -> float:
        """Of a year: users, and places when their cost was said."""
        return self.euros_usagers + (self.euros_lieux or 0.0)

    @property
    def lieux_chiffres(self) -> bool:
        """Whether the cost of places is in."""
        return self.euros_lieux is not None


def by_car(impact: Values) -> list[Values]:
    """The services whose times move, by car; those that move most people first."""
    held = [service for service in impact["services"] if service["mode"] == VOITURE]
    return sorted(held, key=lambda service: (-count_moved(service["groupes"]["tous"]), service["type"]))


def count_moved(gains: Values) -> float:
    """People who come nearer or go farther."""
    return float(sum(gains[name] for name in ("gagnants", "perdants", "desservis", "perdus")))


def summarise(impact: Values) -> ResumeScenario:
    """The figures of one impact."""
    services = by_car(impact)
    everybody = [service["groupes"]["tous"] for service in services]
    years = [service["bilan_annuel"] for service in services]
    tenth = [gap for service in services if (gap := _measure_tenth(service)) is not None]
    places = [year["euros_lieux"] for year in years]
    return ResumeScenario(
        nom=impact["scenario"]["nom"],
        services=tuple(service["libelle"] for service in services),
        gagnants=_sum(group["gagnants"] + group["desservis"] for group in everybody),
        perdants=_sum(group["perdants"] + group["perdus"] for group in everybody),
        servis=_sum(group["sous_seuil_apres"] - group["sous_seuil_avant"] for group in everybody),
        dixieme_min=_sum(tenth) / len(tenth) if tenth else None,
        km=_sum(year["km"] for year in years),
        co2_t=_sum(year["co2_t"] for year in years),
        euros_usagers=_sum(year["euros_usagers"] for year in years),
        euros_lieux=None if not places or None in places else _sum(places),
        refus=len(impact["scenario"]["refus"]),
        heures_gagnees=_sum_hours(impact, "gagnants"),
        heures_perdues=_sum_hours(impact, "perdants"),
    )


def _sum_hours(impact: Values, side: str) -> float | None:
    told = impact.get("transports")
    if told is None:
        return None
    sides = [service[side] for service in told["services"]]
    return _sum(found["habitants"] * (found["heures"] or 0) for found in sides)


def _measure_tenth(service: Values) -> float | None:
    tenth = service["dixieme_le_plus_loin"]
    before, after = tenth["minutes_avant"], tenth["minutes_apres"]
    return None if before is None or after is None else after - before


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))
