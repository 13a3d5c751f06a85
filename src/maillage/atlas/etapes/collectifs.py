"""What public transport makes reachable from the carreaux of a lot: timetables, opened once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.effective import EffectiveAccess
from maillage.access.evaluation.fiabilite import FIABILITES, Grades
from maillage.access.evaluation.valeurs import Valeurs
from maillage.access.round_trip import DayOfTransport, read_budget_s
from maillage.atlas.construction.stages import Lot
from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.etapes.marche import find_walks
from maillage.atlas.transports.a_pied import PairesAPied
from maillage.atlas.transports.acces import (
    SEMAINE,
    as_walks,
    as_within,
    mark_near,
    open_week,
    reach_places,
    walk_directly,
    walk_to_stops,
)
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.entree import list_feeds, of_lot, tell_facts, write_vintage
from maillage.atlas.transports.journee import list_transfers
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.atlas.transports.trajets import read_longest_s, travel, walk_to_nearest
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Summary, Walks

MARDI: Final = SEMAINE[0]


@dataclass(frozen=True)
class HorairesEssayes:
    """Timetables asked instead of an atlas's own, on typical days that are given with them."""

    transports: Transports
    jours: dict[str, JourType]


@dataclass
class Collectifs:
    """Timetables asked from ``cells`` (``lon``, ``lat``), on the typical days of a département.

    ``jours``: those days, by id; chosen by rule where they are not given.
    """

    transports: Transports
    cells: pl.DataFrame
    departement: str
    jours: dict[str, JourType] | None = None
    _last: tuple[pl.DataFrame, PairesAPied] | None = None

    @cached_property
    def days(self) -> dict[str, JourType]:
        """The typical days, by id."""
        return choose_days(self.transports, self.departement) if self.jours is None else self.jours

    @cached_property
    def week(self) -> dict[str, DayOfTransport]:
        """The typical days of a week that have a date, opened."""
        return open_week(self.transports, self.days)

    @cached_property
    def homes(self) -> Walks:
        """The walks between the carreaux and stops."""
        return as_walks(self._near)

    def originate(self, ids: Iterable[str], grade: Grades) -> Valeurs:
        """A figure that says where timetables come from, of when they are, and how good walks are.

        ``ids``: the typical days that it stands on; ``grade``: uint8[cells].
        """
        facts = tell_facts(self.transports, self.days)
        feeds = Valeurs.observe(np.zeros(len(grade)), write_vintage(facts, ids), *list_feeds(self.transports))
        return replace(feeds, fiabilite=grade)

    def reach(self, sites: pl.DataFrame) -> tuple[EffectiveAccess, Valeurs]:
        """When one can be at one of the sites while it is open, and be home again; and from what."""
        near, direct = walk_to_stops(self.transports, sites), self._walk(sites)
        found = reach_places(self.homes, sites, as_walks(near), self.week, as_within(direct))
        grade = self.grade(sites, near, list(self.week), read_budget_s())
        return found, self.originate(SEMAINE, grade)

    def travel(self, sites: pl.DataFrame) -> tuple[Summary, Valeurs] | None:
        """What it takes to the nearest of the sites; null where the timetables have no Tuesday in term."""
        day = self.week.get(MARDI)
        if day is None:
            return None
        near = walk_to_stops(self.transports, sites)
        direct_s = walk_to_nearest(self.transports.a_pied, self.cells, sites)
        found = travel(self.homes, as_walks(near), day, direct_s)
        grade = self.grade(sites, near, [MARDI], read_longest_s())
        return found, self.originate([MARDI], grade)

    def grade(self, sites: pl.DataFrame, near: PairesAPied, days: Sequence[str], budget_s: int) -> Grades:
        """How far the walks of each carreau may be trusted, uint8[cells].

        As the streets, save where an estimated walk may count: from a carreau that no way serves, to a place,
        to a stop, or at a stop that one reaches within the budget, or comes from, at the end of an estimated
        change or walk to a place.
        """
        best, estime = FIABILITES.index(self.transports.a_pied.fiabilite), FIABILITES.index("estime")
        grade = np.full(self.cells.height, best, np.uint8)
        if best >= estime:
            return grade
        some = np.union1d(self._estimated_changes, near.site[~near.rue].astype(np.int64))
        unsure = ~self.transports.a_pied.find(self.cells).on_street
        unsure |= self._walk(sites).mark_estimated() | self._near.mark_estimated()
        if len(some):
            for key in days:
                held = mark_near(self.week[key], some, budget_s)[self.homes.stop]
                unsure[self._near.origin[held]] = True
        grade[unsure] = estime
        return grade

    def _walk(self, sites: pl.DataFrame) -> PairesAPied:
        """The walks from the carreaux to the sites; the last ones are kept."""
        if self._last is None or self._last[0] is not sites:
            found = walk_directly(self.transports.a_pied, self.cells, sites, read_budget_s())
            self._last = sites, found
        return self._last[1]

    @cached_property
    def _near(self) -> PairesAPied:
        return walk_to_stops(self.transports, self.cells)

    @cached_property
    def _estimated_changes(self) -> NDArray[np.int64]:
        """The stops at an end of an estimated change."""
        change_min = read_toml("horaires.toml")["acces"]["transports"]["changement_max_min"]
        return list_transfers(self.transports, change_min)[0].list_estimated()


def open_collectifs(
    lots: Mapping[str, Lot],
    cells: pl.DataFrame,
    parametres: Mapping[str, Any],
    essai: HorairesEssayes | None = None,
) -> Collectifs | None:
    """The timetables of the lot ``horaires``, or those tried, walked to as the lots say; null without any."""
    walks = find_walks(lots)
    if essai is not None:
        tried = replace(essai.transports, a_pied=walks)
        return Collectifs(tried, cells, parametres["departement"], essai.jours)
    transports = of_lot(lots.get("horaires", {}), walks)
    return None if transports is None else Collectifs(transports, cells, parametres["departement"])


def list_trip_types(places: pl.DataFrame) -> list[str]:
    """The types that travel times by public transport go to: the catalogue's that have a fixed place."""
    wanted = read_toml("horaires.toml")["trajets"]["types"]
    return sorted(set(wanted) & set(fixed(places)["type"]))
