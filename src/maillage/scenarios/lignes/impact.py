"""What lines on trial do to the hours of effective access of people without a car, on an atlas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.effective import EffectiveAccess
from maillage.access.hours import parse_schedules, weekly_hours
from maillage.access.round_trip import DayOfTransport, read_budget_s
from maillage.atlas.transports.a_pied import on_sphere
from maillage.atlas.transports.acces import (
    SEMAINE,
    as_within,
    join_stops,
    mark_near,
    open_week,
    reach_places,
    walk_directly,
)
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.scenarios.impact.gains import Floats
from maillage.scenarios.impact.heures import (
    GainsHeures,
    PartHeures,
    compare_hours,
    count_people,
    list_periods,
    share_periods,
)
from maillage.scenarios.lignes.essai import TransportsEssayes

Rows = NDArray[np.int64]
Shares = tuple[Rows, NDArray[Any], Floats]
__all__ = ["SEMAINE", "CommuneHeures", "ImpactLignes", "PartHeures", "ServiceHeures"]
LIEUX_ESSAYES: Final = 12
PRESQUE_TOUT: Final = 0.9


@dataclass(frozen=True)
class ImpactLignes:
    """Lines on trial against those of the atlas, asked type by type.

    ``cells``: the département's carreaux (``lon``, ``lat``); ``avant``, ``apres``: fixed places before and
    after; ``shares``: rows of carreaux, codes of communes and people of each piece.
    """

    base: Transports
    essai: TransportsEssayes
    cells: pl.DataFrame
    people: Floats
    shares: Shares
    avant: pl.DataFrame
    apres: pl.DataFrame
    departement: str

    @cached_property
    def days(self) -> dict[str, JourType]:
        """The typical days, the same on both sides."""
        return share_days(self.base, self.essai, self.departement)

    @property
    def types(self) -> list[str]:
        """The types with a fixed place of known hours."""
        both = pl.concat([self.avant, self.apres]).filter(pl.col("horaires").is_not_null())
        return sorted(both["type"].unique())

    @cached_property
    def _weeks(self) -> tuple[dict[str, DayOfTransport], dict[str, DayOfTransport]]:
        """The days made ready, before and after."""
        return open_week(self.base, self.days), open_week(self.essai, self.days)

    def reach(self, cells: pl.DataFrame, places: pl.DataFrame, *, tried: bool) -> EffectiveAccess:
        """Effective access of some carreaux to some places, on the lines tried or on the atlas's own."""
        transports: Transports = self.essai if tried else self.base
        homes, sites = (join_stops(transports, points) for points in (cells, places))
        on_foot = as_within(walk_directly(transports.a_pied, cells, places, read_budget_s()))
        return reach_places(homes, places, sites, self._weeks[tried], on_foot)

    @cached_property
    def rows(self) -> Rows:
        """The carreaux from which, or to which, an edited line takes somebody in the time of one way.

        For any other nothing can differ.
        """
        near = np.zeros(self.essai.arrets.height, bool)
        for week in self._weeks:
            for day in week.values():
                found = mark_near(day, self.touched, read_budget_s())
                near[: len(found)] |= found
        return self._beside(near)

    @property
    def touched(self) -> Rows:
        """The stops of edited lines."""
        return np.array(sorted(self.essai.touches), np.int64)

    def _beside(self, near: NDArray[np.bool_]) -> Rows:
        """The carreaux within a walk of some stops."""
        walks = [join_stops(transports, self.cells) for transports in (self.base, self.essai)]
        held = np.zeros(self.cells.height, bool)
        for walk in walks:
            cell = np.repeat(np.arange(self.cells.height), np.diff(walk.indptr))
            held[cell[near[walk.stop]]] = True
        return np.flatnonzero(held)

    @cached_property
    def services(self) -> list[ServiceHeures]:
        """Every type, measured once."""
        return [self.measure(kind) for kind in self.types]

    def measure(self, kind: str) -> ServiceHeures:
        """One type of service."""
        cells = self.cells[self.rows]
        before, after = (places.filter(type=kind) for places in (self.avant, self.apres))
        found = compare_hours(self.reach(cells, before, tried=False), self.reach(cells, after, tried=True))
        net = np.zeros(self.cells.height)
        net[self.rows] = found.net
        return ServiceHeures(
            kind,
            net,
            share_periods(found.gagnes, self.people[self.rows], list_periods()),
            share_periods(found.perdus, self.people[self.rows], list_periods()),
            self._find_place(found, after),
            int(after["horaires"].null_count()),
        )

    def _find_place(self, found: GainsHeures, places: pl.DataFrame) -> str | None:
        """The id of the place that alone gives nearly all that is gained; null when several do."""
        rows = np.flatnonzero(found.gagnes.any(axis=1) & (self.people[self.rows] > 0))
        if not len(rows):
            return None
        weight, cells = self.people[self.rows][rows], self.cells[self.rows][rows]
        total = float((weekly_hours(found.gagnes[rows]) * weight).sum())
        for place in self._list_near(found, places):
            alone = self.reach(cells, places[[place]], tried=True).bits & found.gagnes[rows]
            if (weekly_hours(alone) * weight).sum() >= PRESQUE_TOUT * total:
                return str(places["id"][place])
        return None

    def _list_near(self, found: GainsHeures, places: pl.DataFrame) -> list[int]:
        """The places open at some moment gained, those nearest to edited lines first, a few of them."""
        moments = np.bitwise_or.reduce(found.gagnes, axis=0)
        opened = (parse_schedules(places["horaires"].to_list()).bits & moments).any(axis=1)
        stops = self.essai.arrets[self.touched].drop_nulls("lon")
        gap = np.linalg.norm(on_sphere(places)[:, None] - on_sphere(stops)[None], axis=2).min(
            axis=1, initial=np.inf
        )
        order = np.argsort(np.where(opened, gap, np.inf), kind="stable")
        return [int(row) for row in order[:LIEUX_ESSAYES] if opened[row]]

    def by_commune(self, net: Floats) -> dict[str, CommuneHeures]:
        """Who gains and who loses, by commune where somebody does."""
        cells, codes, people = self.shares
        moved = (np.nan_to_num(net)[cells] != 0) & (people > 0)
        return {
            code: CommuneHeures.of(net[cells[codes == code]], people[codes == code])
            for code in sorted(set(codes[moved].tolist()))
        }


@dataclass(frozen=True)
class ServiceHeures:
    """What changes for one type: ``net`` hours a week, float64[carreaux], NaN unknown.

    ``periodes_gagnees``, ``periodes_perdues``: the share of each part of the week; ``lieu``: the place that
    gives nearly all that is gained, null when several do; ``horaires_inconnus``: places not counted.
    """

    type: str
    net: Floats
    periodes_gagnees: Mapping[str, float]
    periodes_perdues: Mapping[str, float]
    lieu: str | None
    horaires_inconnus: int

    @property
    def moves(self) -> bool:
        """Whether some hour changes."""
        return bool(self.periodes_gagnees or self.periodes_perdues)


@dataclass(frozen=True)
class CommuneHeures:
    """A commune: who gains, who loses, and the mean change of an inhabitant of known hours."""

    gagnants: PartHeures
    perdants: PartHeures
    par_habitant: float

    @classmethod
    def of(cls, net: Floats, people: Floats) -> CommuneHeures:
        """From the pieces of a commune."""
        known = ~np.isnan(net)
        mean = float(np.average(net[known], weights=people[known]))
        return cls(count_people(net, people), count_people(net, people, lost=True), mean)


def share_days(base: Transports, essai: Transports, departement: str) -> dict[str, JourType]:
    """The typical days on which two timetables are compared: the first's, the other's where it has none."""
    own, tried = (choose_days(one, departement) for one in (base, essai))
    return {key: own[key] if own[key].jour is not None else tried[key] for key in own}
