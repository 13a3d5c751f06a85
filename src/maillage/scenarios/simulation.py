"""A scenario tried on an atlas: the atlas evaluated again in memory, and what it does to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.construction.stages import Lot
from maillage.atlas.etapes.acces import numbers
from maillage.atlas.etapes.collectifs import HorairesEssayes
from maillage.atlas.etapes.inventaires import LIEU
from maillage.atlas.lecture.ouvert import Atlas, Durees
from maillage.atlas.lots import open_networks
from maillage.atlas.memoire import EnMemoire, evaluate
from maillage.atlas.projection import project
from maillage.catalogue.constantes import AGES
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Points, Sites
from maillage.scenarios.application import Application, Refus, Terrain, apply
from maillage.scenarios.impact.bilan import Bilan, load_hypotheses, weigh
from maillage.scenarios.impact.flux import Flux, count_users, follow
from maillage.scenarios.impact.gains import Dixieme, Floats, Gains, measure_gains, measure_tenth
from maillage.scenarios.lignes.application import apply_lines
from maillage.scenarios.lignes.essai import TransportsEssayes
from maillage.scenarios.lignes.impact import ImpactLignes, share_days
from maillage.scenarios.modifications import RESEAU, Itinerance, Scenario
from maillage.scenarios.routes import alter, explain_refusal

TOUS: Final = "tous"
GROUPES: Final = (TOUS, *AGES)
VOITURE: Final = "voiture"
LIEUX: Final = ("id", "nom", "type", "code_insee", "lon", "lat", "capacite", "activite", "fiabilite")
NIVEAUX: Final = ("commune", "epci", "arrondissement", "departement")
Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Proximite:
    """The nearest place of one type by one mode, before and after: uint32 deciseconds, rows of one list.

    ``lieux``: columns :data:`LIEUX` of the places of before and of after; one that moved is where it now is.
    """

    avant_ds: NDArray[np.uint32]
    apres_ds: NDArray[np.uint32]
    avant: Rows
    apres: Rows
    lieux: pl.DataFrame


@dataclass(frozen=True)
class Simulation:
    """A scenario on an atlas. Nothing is computed before it is asked; everything is kept.

    ``refus``: edits that this atlas does not bear, left out.
    """

    terrain: Terrain
    scenario: Scenario
    _proches: dict[tuple[str, str], Proximite] = field(default_factory=dict, repr=False, compare=False)
    _times: dict[str, Durees] = field(default_factory=dict, repr=False, compare=False)

    @property
    def atlas(self) -> Atlas:
        """The atlas."""
        return self.terrain.atlas

    @cached_property
    def application(self) -> Application:
        """The edited list of places."""
        done = apply(self.scenario, self.terrain)
        refused = [
            Refus(rank, edit, why)
            for rank, edit in enumerate(self.scenario.modifications, start=1)
            if isinstance(edit, RESEAU) and (why := explain_refusal(self._roads, edit))
        ]
        return done.refuse([*refused, *self._lines[1]])

    @property
    def transports(self) -> TransportsEssayes | None:
        """The timetables with the edited lines; null without timetables, or where no line is edited."""
        return self._lines[0]

    @cached_property
    def lignes(self) -> ImpactLignes | None:
        """What lines on trial do to hours without a car; null where :attr:`transports` is."""
        base, essai = self.terrain.transports, self.transports
        if base is None or essai is None:
            return None
        before, after = (
            table.filter(~pl.col("itinerant").fill_null(value=False))
            for table in (self.atlas.implantations(), self.evaluated.implantations)
        )
        asked = (self.carreaux, self.groupes[TOUS], self._shares("commune"))
        return ImpactLignes(base, essai, *asked, before, after, self.atlas.manifest.departement)

    @cached_property
    def _lines(self) -> tuple[TransportsEssayes | None, tuple[Refus, ...]]:
        return apply_lines(self.scenario, self.terrain)

    @property
    def refus(self) -> tuple[Refus, ...]:
        """The edits left out, with why."""
        return self.application.refus

    @cached_property
    def evaluated(self) -> EnMemoire:
        """The atlas on the edited list and the edited roads."""
        left_out = {refus.rang for refus in self.refus}
        edits = [
            edit
            for rank, edit in enumerate(self.scenario.modifications, start=1)
            if isinstance(edit, RESEAU) and rank not in left_out
        ]
        roads = alter(self._roads, edits) if edits else None
        return evaluate(self.atlas, self.application.offre, roads, self._timetables)

    @cached_property
    def _timetables(self) -> HorairesEssayes | None:
        """The edited timetables, on the days of the comparison; null where no line is edited."""
        base, essai = self.terrain.transports, self.transports
        if base is None or essai is None:
            return None
        return HorairesEssayes(essai, share_days(base, essai, self.atlas.manifest.departement))

    @cached_property
    def _roads(self) -> Lot:
        return open_networks(self.atlas)

    @cached_property
    def types(self) -> list[str]:
        """The types whose nearest place may have changed, sorted."""
        touched = self.evaluated.touched
        return [kind for kind in self.evaluated.durees.types if kind in touched]

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes with times, by car first."""
        return (VOITURE, *(mode for mode in self.atlas.modes if mode != VOITURE))

    def proche(self, kind: str, mode: str = VOITURE) -> Proximite:
        """The nearest place of a type, before and after, from the carreaux of the département."""
        if (kind, mode) not in self._proches:
            self._proches[kind, mode] = self._compare(kind, mode)
        return self._proches[kind, mode]

    def _compare(self, kind: str, mode: str) -> Proximite:
        old, new = self.atlas.implantations(), self.evaluated.implantations
        both = pl.concat([new.select(LIEUX), old.select(LIEUX)]).filter(pl.col("type") == kind)
        lieux = both.unique("id", keep="first", maintain_order=True)
        at = {name: row for row, name in enumerate(lieux["id"].to_list())}
        before = pick(self.atlas.durees(mode), kind, renumber(old["id"].to_list(), at))
        after = pick(self._durees(mode), kind, renumber(new["id"].to_list(), at))
        return Proximite(before[0], after[0], before[1], after[1], lieux)

    def _durees(self, mode: str) -> Durees:
        if mode not in self._times:
            by_car = mode == VOITURE
            self._times[mode] = (
                self.evaluated.durees if by_car else self.evaluated.durees_par(mode, self.types)
            )
        return self._times[mode]

    @cached_property
    def carreaux(self) -> pl.DataFrame:
        """The département's carreaux, in the order of the times."""
        return self.atlas.carreaux().filter("dans_departement")

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """The name of each territory, by niveau and code."""
        table = self.atlas.territoires().select("niveau", "code", "nom")
        return {(niveau, code): nom for niveau, code, nom in table.iter_rows()}

    @cached_property
    def groupes(self) -> dict[str, Floats]:
        """People by group, float64[carreaux]; NaN unknown."""
        cells = self.carreaux
        return {name: numbers(cells["population" if name == TOUS else name]) for name in GROUPES}

    def gains(self, kind: str, mode: str = VOITURE) -> dict[str, Gains]:
        """Gains and losses by group, over the département."""
        near, limit = self.proche(kind, mode), self.seuil_min
        return {
            name: measure_gains(near.avant_ds, near.apres_ds, people, limit)
            for name, people in self.groupes.items()
        }

    def gains_par(self, niveau: str, kind: str, mode: str = VOITURE) -> dict[str, Gains]:
        """Gains and losses by territory where something moves, by code."""
        near = self.proche(kind, mode)
        cells, codes, people = self._shares(niveau)
        moved = (near.avant_ds != near.apres_ds)[cells]
        return {
            code: measure_gains(
                near.avant_ds[cells[rows]], near.apres_ds[cells[rows]], people[rows], self.seuil_min
            )
            for code in sorted(set(codes[moved & (people > 0)].tolist()))
            if len(rows := np.flatnonzero(codes == code))
        }

    def dixieme(self, kind: str, mode: str = VOITURE) -> Dixieme:
        """The tenth of people who are farthest today."""
        near = self.proche(kind, mode)
        return measure_tenth(near.avant_ds, near.apres_ds, self.groupes[TOUS])

    def flux(self, kind: str, mode: str = VOITURE) -> list[Flux]:
        """Who leaves which place for which."""
        near = self.proche(kind, mode)
        return follow((near.avant, near.avant_ds), (near.apres, near.apres_ds), self.groupes[TOUS])

    def usagers(self, kind: str) -> tuple[Floats, Floats]:
        """People whose nearest place it is, before and after: float64[lieux of proche]."""
        near, people = self.proche(kind), self.groupes[TOUS]
        n = near.lieux.height
        return count_users(near.avant, people, n), count_users(near.apres, people, n)

    def bilan(self, kind: str) -> Bilan:
        """A year of one service, under the scenario's assumptions."""
        near = self.proche(kind)
        metres = self._metres(near, near.avant), self._metres(near, near.apres)
        return weigh(
            near.avant_ds,
            near.apres_ds,
            metres,
            self.groupes[TOUS],
            {**self.hypotheses, **self._places_cost(kind)},
        )

    @property
    def seuil_min(self) -> float:
        """The minutes under which a service is near, for sentences and counts."""
        return self.hypotheses["seuil_min"]

    @cached_property
    def hypotheses(self) -> dict[str, float]:
        """Every assumption, the scenario's own first."""
        known = {name: entry.valeur for name, entry in load_hypotheses().items()}
        unknown = sorted(set(self.scenario.hypotheses) - set(known))
        if unknown:
            faults = tuple(
                Faute(f"hypothèse « {name} » inconnue", que_faire=f"Possibles : {', '.join(known)}.")
                for name in unknown
            )
            raise EntreeInvalide("Le scénario suppose ce que le chiffrage ne connaît pas.", faults)
        return known | self.scenario.hypotheses

    def _places_cost(self, kind: str) -> dict[str, float | None]:
        """Euros a year of the places opened, less those closed; null when no cost was said."""
        each = {False: self.hypotheses["euros_par_lieu"], True: self.hypotheses["euros_par_arret"]}
        if not any(each.values()):
            return {"euros_lieux": None}
        counts = [
            table.filter(
                (pl.col("type") == kind) & (pl.col("itinerant").fill_null(value=False) == moving)
            ).height
            * sign
            * cost
            for table, sign in ((self.evaluated.implantations, 1), (self.atlas.implantations(), -1))
            for moving, cost in each.items()
        ]
        return {"euros_lieux": float(sum(counts))}

    def _metres(self, near: Proximite, site: Rows) -> Floats:
        """Metres as the crow flies to the nearest place; NaN without one."""
        here = project(self.carreaux["lon"].to_numpy(), self.carreaux["lat"].to_numpy())
        there = project(near.lieux["lon"].to_numpy(), near.lieux["lat"].to_numpy())
        if not len(there):
            return np.full(len(here), np.nan)
        gap = np.hypot(*(here - there[site]).T)
        return np.where(site == NO_SITE, np.nan, gap)

    def _shares(self, niveau: str) -> tuple[NDArray[np.int64], NDArray[Any], Floats]:
        """The people of each carreau by territory: rows of carreaux, codes, people."""
        return self._split[niveau]

    @cached_property
    def _split(self) -> dict[str, tuple[NDArray[np.int64], NDArray[Any], Floats]]:
        communes = self.atlas.table("entrees/communes")
        inside = self.atlas.carreaux()["dans_departement"].to_numpy()
        order = np.cumsum(inside) - 1
        pieces = self.atlas.fragments().join(
            communes, on="code_insee", how="inner", maintain_order="left", suffix="_commune"
        )
        pieces = pieces.filter(pl.Series(inside[pieces["carreau"].to_numpy()]))
        cells, people = order[pieces["carreau"].to_numpy()], numbers(pieces["population"])
        named = {"commune": "code_insee"} | {name: name for name in NIVEAUX[1:]}
        return {
            name: (cells, pieces[column].fill_null("").to_numpy(), people) for name, column in named.items()
        }

    def itinerants(self) -> Iterator[tuple[str, str, str, float]]:
        """The stops that the scenario makes: id, name, hours as written, people within the threshold."""
        stops = self.application.offre.filter(
            (pl.col("usage") == LIEU)
            & pl.col("itinerant").fill_null(value=False)
            & pl.col("id").is_in(list(self.application.changes))
        )
        made = {
            stop.id
            for edit in self.scenario.modifications
            if isinstance(edit, Itinerance)
            for stop in edit.arrets
        }
        for row in stops.filter(pl.col("id").is_in([name for name in made if name])).iter_rows(named=True):
            yield (
                row["id"],
                row["nom"] or row["id"],
                row["horaires"] or "",
                self._within(row["lon"], row["lat"]),
            )

    def _within(self, lon: float, lat: float) -> float:
        """People within the threshold of a point, by car."""
        sites = Sites(Points(np.array([lon]), np.array([lat])), np.zeros(1, np.int32), 1)
        near = self.evaluated.calcul.times.nearest(sites).time_ds[:, 0]
        people = np.nan_to_num(self.groupes[TOUS])
        return float(people[near <= self.seuil_min * 600].sum())


def try_on(atlas: Atlas, scenario: Scenario) -> Simulation:
    """A scenario tried on an atlas.

    Raises:
        EntreeInvalide: it was written for another département, or the atlas has nothing to evaluate from.
    """
    asked, here = scenario.departement, atlas.manifest.departement
    if asked is not None and asked != here:
        raise EntreeInvalide(
            f"Ce scénario est écrit pour le département {asked} ; cet atlas est celui du {here}."
        )
    return Simulation(Terrain(atlas), scenario)


def renumber(ids: list[str], at: Mapping[str, int]) -> Rows:
    """Rows of one list as rows of another, -1 where it has none; -1 again at the end, for no site."""
    return np.array([*(at.get(name, -1) for name in ids), -1], np.int32)


def pick(durees: Durees, kind: str, rows: Rows) -> tuple[NDArray[np.uint32], Rows]:
    """The times and sites of one type; out of reach when no place of it was ever known."""
    if kind not in durees.types:
        n = durees.time_ds.shape[0]
        return np.full(n, UNREACHABLE, np.uint32), np.full(n, NO_SITE, np.int32)
    column = durees.types.index(kind)
    return np.asarray(durees.time_ds[:, column]), rows[durees.site[:, column]]
