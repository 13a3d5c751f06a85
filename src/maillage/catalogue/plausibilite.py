"""How large a figure may be before it is a mistake: ``plausibilite.toml``, dated; loose on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.lecture import read_toml
from maillage.catalogue.types_service import list_types


@dataclass(frozen=True)
class Vraisemblable:
    """What a figure may be, bounds included; ``minimum`` is held by what is above 0 only (0 may be none)."""

    maximum: float
    minimum: float = 0
    unite: str = ""


@dataclass(frozen=True)
class ParHabitant:
    """What any commune may hold, whatever its people, and how much more by inhabitant."""

    plancher: float
    par_habitant: float


def read_section(name: str) -> dict[str, Any]:
    """One section of the file."""
    found: dict[str, Any] = read_toml("plausibilite.toml")[name]
    return found


@cache
def get_type_bound(name: str) -> Vraisemblable:
    """How many facilities of a type one commune may hold; of an unknown type, the default.

    >>> get_type_bound("pharmacie").maximum, get_type_bound("bpe_a999").maximum
    (3000, 50000)
    """
    section, known = read_section("equipements"), list_types().get(name)
    by_domain = section["domaines"].get(known.domaine, section["maximum"]) if known else section["maximum"]
    return Vraisemblable(section["types"].get(name, by_domain), unite=section["unite"])


@cache
def get_unit_bound(unite: str) -> Vraisemblable | None:
    """What a statistic of a commune may be, by its unit; null for a unit without bound.

    >>> get_unit_bound("%")
    Vraisemblable(maximum=100, minimum=0, unite='%')
    """
    found = read_section("statistiques")["unites"].get(unite)
    return Vraisemblable(**found, unite=unite) if found else None


@cache
def get_place_bound(name: str) -> Vraisemblable:
    """What one place may hold (``lits``, ``capacite``…)."""
    return Vraisemblable(**read_section("lieux")["colonnes"][name])


def read_facility_rate() -> ParHabitant:
    """How many facilities of one type a commune may hold, by its people.

    >>> read_facility_rate()
    ParHabitant(plancher=200, par_habitant=0.5)
    """
    section = read_section("equipements_par_habitant")
    return ParHabitant(section["plancher"], section["maximum"])


def list_rates() -> dict[str, ParHabitant]:
    """How many people or households a statistic of a commune may count, by its unit."""
    section = read_section("statistiques_par_habitant")
    return {unit: ParHabitant(section["plancher"], rate) for unit, rate in section["unites"].items()}


def limit_people(side_m: int) -> float:
    """People that a square of ``side_m`` metres may hold: the density of the nearest smaller size known.

    >>> limit_people(1000), limit_people(200)
    (60000.0, 10000.0)
    """
    by_side = {int(side): float(most) for side, most in read_section("carreaux")["densites"].items()}
    density = by_side[max((side for side in by_side if side <= side_m), default=min(by_side))]
    return density * (side_m / 1000) ** 2


def read_hall_bound() -> Vraisemblable:
    """How far from the outline of its commune a town hall may be.

    >>> read_hall_bound()
    Vraisemblable(maximum=20, minimum=0, unite='km')
    """
    section = read_section("chef_lieu")
    return Vraisemblable(section["maximum"], unite=section["unite"])
