"""What public transport makes reachable from the carreaux of a lot: timetables, opened once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl

from maillage.access.effective import EffectiveAccess
from maillage.access.evaluation.valeurs import Valeurs
from maillage.access.round_trip import DayOfTransport
from maillage.atlas.construction.stages import Lot
from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.transports.acces import SEMAINE, join_stops, open_week, reach_places
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.entree import describe_transports, list_feeds, of_lot, write_vintage
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.atlas.transports.trajets import travel
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Summary, Walks

MARDI: Final = SEMAINE[0]


@dataclass
class Collectifs:
    """Timetables asked from ``cells`` (``lon``, ``lat``), on the typical days of a département."""

    transports: Transports
    cells: pl.DataFrame
    departement: str

    @cached_property
    def days(self) -> dict[str, JourType]:
        """The typical days, by id."""
        return choose_days(self.transports, self.departement)

    @cached_property
    def week(self) -> dict[str, DayOfTransport]:
        """The typical days of a week that have a date, opened."""
        return open_week(self.transports, self.days)

    @cached_property
    def homes(self) -> Walks:
        """The walks between the carreaux and stops."""
        return join_stops(self.transports, self.cells)

    def originate(self, ids: Iterable[str]) -> Valeurs:
        """A figure that says where timetables come from and of when they are; estimated, as walks are.

        ``ids``: the typical days that it stands on.
        """
        vintage = write_vintage(describe_transports(self.transports, self.departement), ids)
        return Valeurs.observe(np.zeros(1), vintage, *list_feeds(self.transports), fiabilite="estime")

    def reach(self, sites: pl.DataFrame) -> EffectiveAccess:
        """When one can be at one of the sites while it is open, and be home again."""
        return reach_places(self.cells, self.homes, sites, join_stops(self.transports, sites), self.week)

    def travel(self, sites: pl.DataFrame) -> Summary | None:
        """What it takes to the nearest of the sites; null where the timetables have no Tuesday in term."""
        day = self.week.get(MARDI)
        if day is None:
            return None
        return travel(self.cells, self.homes, sites, join_stops(self.transports, sites), day)


def open_collectifs(horaires: Lot, cells: pl.DataFrame, parametres: Mapping[str, Any]) -> Collectifs | None:
    """The timetables of a lot; null where none were given."""
    transports = of_lot(horaires)
    return None if transports is None else Collectifs(transports, cells, parametres["departement"])


def list_trip_types(places: pl.DataFrame) -> list[str]:
    """The types that travel times by public transport go to: the catalogue's that have a fixed place."""
    wanted = read_toml("horaires.toml")["trajets"]["types"]
    return sorted(set(wanted) & set(fixed(places)["type"]))
