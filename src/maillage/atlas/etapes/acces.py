"""Capacity and effective access: the places of a lot, as arrays, to ``access/evaluation`` and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.accueil import Accueil, load_accueils
from maillage.access.apl import load_professions
from maillage.access.decay import ErreurTemps
from maillage.access.effective import effective_access
from maillage.access.evaluation.choix import find_choices
from maillage.access.evaluation.collectifs import tell_hours, tell_trips
from maillage.access.evaluation.heures import (
    find_full,
    measure_hours,
    measure_near,
    reach_slowly,
    reach_straight,
)
from maillage.access.evaluation.offre import Demande, Offre
from maillage.access.evaluation.partage import share_capacity, share_places
from maillage.access.evaluation.portee import find_error
from maillage.access.evaluation.registre import Variable
from maillage.access.evaluation.valeurs import Valeurs
from maillage.access.hours import parse_schedules
from maillage.access.saturation import saturation
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.collectifs import (
    Collectifs,
    HorairesEssayes,
    list_trip_types,
    open_collectifs,
)
from maillage.atlas.etapes.inventaires import PANIER, STATISTIQUE, fixed
from maillage.atlas.projection import project
from maillage.atlas.reseau.lot import of_lot
from maillage.catalogue.constantes import AGES
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.types_service import list_types
from maillage.network.travel_times import Sites, TravelTimes, Within
from maillage.sources.complements import SOURCE as COMPLEMENTS

Floats = NDArray[np.float64]
Figures = dict[str, Valeurs]
MODES: Final = {"voiture": "en voiture", "velo": "à vélo", "marche": "à pied"}
COLLECTIFS: Final = {"transports": "à pied et en transports collectifs", "sans_voiture": "sans voiture"}
GROUPES: Final = {"plus_65": "65 ans ou plus", "moins_15": "moins de 15 ans"}
PREFIXE: Final = "acces_"
HORAIRES: Final = "horaires:"
"""Stands for timetables among what a figure is made from."""
ENDS: Final = ("_bas", "_haut")


@dataclass
class Acces:
    """The figures ``acces_<name>`` of the département's carreaux, a family made when one of it is asked."""

    lots: Mapping[str, Lot]
    parametres: Mapping[str, Any]
    make_times: Callable[[], TravelTimes]
    essai: HorairesEssayes | None = None
    _kept: dict[str, Figures] = field(default_factory=dict)

    def find(self, name: str) -> Valeurs | None:
        """A figure, or an end of its interval (``<name>_bas``); null when this atlas cannot know it."""
        end = next((end for end in ENDS if name.endswith(end)), "")
        figure = self._make(name.removesuffix(end)).get(name.removesuffix(end))
        if figure is None or not end:
            return figure
        values = figure.bas if end == "_bas" else figure.haut
        return None if values is None else replace(figure, valeurs=values, bas=None, haut=None)

    def types(self, name: str) -> Iterable[str]:
        """The types of places that a figure is made from."""
        family, kind = self._split(name)
        if family == "panier":
            return self.basket_types
        if family == "apl" and kind in self.supplies:
            return (self.supplies[kind][0],)
        if family == "lent":
            return (kind.rpartition("_")[0],)
        if family in ("collectif", "trajet"):
            return (kind, HORAIRES)
        if family == "places":
            accueil = load_accueils().get(kind)
            return [key for key, _ in self._find_places(accueil)] if accueil else ()
        return (kind,)

    def _make(self, name: str) -> Figures:
        """The family of a figure, made once."""
        family, kind = self._split(name)
        key = f"{family} {kind}"
        if key not in self._kept:
            makers: dict[str, Callable[[str], Figures]] = {
                "panier": self._choose,
                "apl": self._share,
                "places": self._care,
                "sans_place": self._fill,
                "heures": self._open,
                "lent": self._open_slowly,
                "collectif": self._open_by_transport,
                "trajet": self._travel,
            }
            self._kept[key] = makers[family](kind) if family in makers else {}
        return self._kept[key]

    def _split(self, name: str) -> tuple[str, str]:
        """The family of a figure, and the profession, type or way that it is about."""
        stem = next((name.removesuffix(end) for end in ENDS if name.endswith(end)), name)
        if stem in ("choix_panier", "detour_panier"):
            return "panier", ""
        for prefix, family in FAMILLES.items():
            if stem.startswith(prefix):
                rest = stem.removeprefix(prefix)
                if family == "heures" and prefix == "heures_":
                    return split_hours(rest)
                return family, rest.removesuffix(HASARD) if family == "trajet" else rest
        return "", stem

    @cached_property
    def cells(self) -> pl.DataFrame:
        """The département's carreaux."""
        return frame_of(self.lots["lieux"], "carreaux").filter("dans_departement")

    @cached_property
    def places(self) -> pl.DataFrame:
        """The implantations."""
        return frame_of(self.lots["offre"], "implantations")

    @cached_property
    def times(self) -> TravelTimes:
        """Times by car."""
        return self.make_times()

    @cached_property
    def error(self) -> ErreurTemps:
        """How they err."""
        return find_error(self.times, self.parametres["relief"])

    @cached_property
    def demande(self) -> Demande:
        """The people of the carreaux."""
        ages = self.cells.select(pl.col(AGES).cast(pl.Float64).fill_null(float("nan"))).to_numpy()
        return Demande(numbers(self.cells["population"]), ages)

    @cached_property
    def supplies(self) -> dict[str, tuple[str, pl.DataFrame]]:
        """By profession that this atlas knows a supply of: the key of its places, and those places.

        A head count by commune, else facilities.
        """
        found = {}
        for name, profession in load_professions().items():
            seats = self._seats(profession.statistique)
            if seats.height:
                found[name] = f"{STATISTIQUE}:{profession.statistique}", seats
            elif profession.type in self.kinds:
                found[name] = profession.type, self.places.filter(pl.col("type") == profession.type)
        return found

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The types that have a place, or had a fixed one in the inventories."""
        known = frame_of(self.lots["offre"], "inventaires").filter("fixe")
        return frozenset(known["type"]) | frozenset(self.places["type"])

    @cached_property
    def scheduled(self) -> list[str]:
        """Types some of whose fixed sites publish their hours, or did in the inventories."""
        known = frame_of(self.lots["offre"], "inventaires").filter("horaires")["type"]
        return sorted({*known, *fixed(self.places).drop_nulls("horaires")["type"]})

    @cached_property
    def gauged(self) -> list[str]:
        """Types some of whose fixed sites state activity and capacity."""
        jauge = pl.col("activite").is_not_null() & (pl.col("capacite") > 0)
        return fixed(self.places).filter(jauge)["type"].unique().sort().to_list()

    @cached_property
    def basket_types(self) -> list[str]:
        """The keys of the places of the basket."""
        if "panier_offre" not in self.lots["offre"]:
            return []
        types = frame_of(self.lots["offre"], "panier_offre")["type"].unique().to_list()
        return [key for name in types for key in (name, f"{PANIER}:{name}")]

    def _seats(self, statistique: str | None) -> pl.DataFrame:
        """The seats of a count by commune; none when it is unknown."""
        seats = frame_of(self.lots["offre"], "sieges")
        return seats.filter((pl.col("usage") == STATISTIQUE) & (pl.col("type") == (statistique or "")))

    def _share(self, profession: str) -> Figures:
        if profession not in self.supplies:
            return {}
        _, places = self.supplies[profession]
        offre = to_offre(places, numbers(places["effectif"]))
        return share_capacity(load_professions()[profession], offre, self.times, self.demande, self.error)

    def _care(self, accueil: str) -> Figures:
        way = load_accueils().get(accueil)
        for _, places in self._find_places(way) if way else ():
            offre = to_offre(places, numbers(places["places"]))
            return share_places(load_accueils()[accueil], offre, self.times, self.demande, self.error)
        return {}

    def _find_places(self, accueil: Accueil) -> Iterable[tuple[str, pl.DataFrame]]:
        """Where the places are, best first, with their key: sites with a capacity, else seats by commune."""
        known = keep_said(self.places.filter(pl.col("type") == (accueil.type or "")))
        if known.height:
            yield (
                accueil.type or "",
                known.with_columns(
                    places="capacite", source="complement_source", millesime="complement_millesime"
                ),
            )
        for name in accueil.statistiques:
            seats = self._seats(name)
            if seats.height:
                yield f"{STATISTIQUE}:{name}", seats.with_columns(places="effectif")

    def _fill(self, kind: str) -> Figures:
        if kind not in self.gauged:
            return {}
        sites = fixed(self.places).filter(pl.col("type") == kind)
        full = saturation(numbers(sites["activite"]), numbers(sites["capacite"]))
        said = sites.filter(pl.col("activite").is_not_null() & (pl.col("capacite") > 0)).with_columns(
            source="complement_source", millesime="complement_millesime"
        )
        origin = to_offre(said, numbers(said["effectif"]))
        offre = replace(
            to_offre(sites, numbers(sites["effectif"])), source=origin.source, millesime=origin.millesime
        )
        return find_full(kind, offre, full, self.times, self.error)

    def _open(self, kind: str) -> Figures:
        if kind not in self.scheduled:
            return {}
        sites = fixed(self.places).filter(pl.col("type") == kind)
        offre = to_offre(sites, numbers(sites["effectif"]))
        schedules = parse_schedules(sites["horaires"].to_list())
        return measure_hours(kind, offre, schedules, self.times, self.error)

    def _open_slowly(self, name: str) -> Figures:
        """By bicycle or on foot: on the roads, else by straight distance."""
        kind, _, mode = name.rpartition("_")
        if kind not in self.scheduled or mode not in MODES:
            return {}
        sites = self._fixed_sites(kind)
        offre = to_offre(sites, numbers(sites["effectif"]))
        near, grade = self._reach_slowly(sites, offre, mode)
        return measure_near(
            f"heures_{name}", offre, parse_schedules(sites["horaires"].to_list()), near, grade
        )

    def _reach_slowly(self, sites: pl.DataFrame, offre: Offre, mode: str) -> tuple[Within, int]:
        roads = of_lot(self.lots["reseau"], mode)
        if roads:
            return reach_slowly(offre, roads.times(temps.to_points(self.cells)))
        return reach_straight(mode, measure_distances(self.cells, sites))

    def _fixed_sites(self, kind: str) -> pl.DataFrame:
        return fixed(self.places).filter(pl.col("type") == kind)

    @cached_property
    def collectifs(self) -> Collectifs | None:
        """Public transport from the carreaux; null where no timetable was given."""
        return open_collectifs(self.lots, self.cells, self.parametres, self.essai)

    def _open_by_transport(self, kind: str) -> Figures:
        """By public transport, and without a car: there while it is open, and home again."""
        if self.collectifs is None or kind not in self.scheduled:
            return {}
        sites = self._fixed_sites(kind)
        offre = to_offre(sites, numbers(sites["effectif"]))
        by_bicycle, grade = self._reach_slowly(sites, offre, "velo")
        cycling = effective_access(by_bicycle, parse_schedules(sites["horaires"].to_list()))
        return tell_hours(kind, offre, *self.collectifs.reach(sites), cycling, grade)

    def _travel(self, kind: str) -> Figures:
        """Time to the nearest by public transport."""
        sites = self._fixed_sites(kind)
        if self.collectifs is None or kind not in list_trip_types(self.places):
            return {}
        trips = self.collectifs.travel(sites)
        offre = to_offre(sites, numbers(sites["effectif"]))
        return {} if trips is None else tell_trips(kind, offre, *trips)

    def _choose(self, _: str) -> Figures:
        supply = self.lots["offre"]
        if "panier_offre" not in supply:
            return {}
        spots = frame_of(supply, f"panier_{self.parametres['convention']}")
        services = temps.list_services(
            list_baskets()[self.parametres["panier"]], frame_of(supply, "panier_inventaire")
        )
        places = temps.by_service(spots, services)
        origin = temps.origin_of(frame_of(supply, "panier_offre"))
        sites = Sites(temps.to_points(places), places["service"].to_numpy(), len(services))
        return find_choices(
            sites, places["effectif"].to_numpy(), temps.grades_of(places), self.times, self.error, origin
        )


FAMILLES: Final = {
    "apl_": "apl",
    "equilibre_": "apl",
    "choix_": "apl",
    "places_": "places",
    "sans_place_": "sans_place",
    "soir_": "heures",
    "samedi_": "heures",
    "heures_": "heures",
    "trajet_": "trajet",
}
HASARD: Final = "_hasard"


def split_hours(rest: str) -> tuple[str, str]:
    """The family of ``heures_<type>_<mode>``, and the type (with its mode for those that are slow).

    >>> split_hours("poste_voiture"), split_hours("poste_sans_voiture"), split_hours("poste_velo")
    (('heures', 'poste'), ('collectif', 'poste'), ('lent', 'poste_velo'))
    """
    mode = next((mode for mode in COLLECTIFS if rest.endswith(f"_{mode}")), "")
    if mode:
        return "collectif", rest.removesuffix(f"_{mode}")
    kind, _, mode = rest.rpartition("_")
    return ("heures", kind) if mode == "voiture" else ("lent", rest)


def to_offre(places: pl.DataFrame, effectif: Floats) -> Offre:
    """The places of one type; their source and vintage are those of most of them, then of the first."""
    most = (
        places.group_by("source", "millesime", maintain_order=True)
        .len()
        .sort("len", descending=True, maintain_order=True)
    )
    source, millesime = most.select("source", "millesime").row(0) if places.height else ("", "")
    return Offre(temps.to_points(places), effectif, temps.grades_of(places), source, millesime)


def keep_said(places: pl.DataFrame) -> pl.DataFrame:
    """The places that the département says the capacity of.

    None when only partners' lines say it, and not of all: a few capacities are no inventory (docs/adr/0167).
    """
    said = places.filter(pl.col("complement_source").is_not_null() & pl.col("capacite").is_not_null())
    partial = said.height < places.height and (said["complement_source"] == COMPLEMENTS).all()
    return said.clear() if partial else said


def numbers(column: pl.Series) -> Floats:
    """A column as float64, null as NaN."""
    values: Floats = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return values


def measure_distances(cells: pl.DataFrame, sites: pl.DataFrame) -> Floats:
    """Straight-line metres, float64[cells, sites]."""
    here = project(cells["lon"].to_numpy(), cells["lat"].to_numpy())
    there = project(sites["lon"].to_numpy(), sites["lat"].to_numpy())
    gap = here[:, None, :] - there[None, :, :]
    return np.asarray(np.hypot(gap[..., 0], gap[..., 1]), np.float64)


def make_domains(acces: Acces) -> dict[str, tuple[Variable, ...]]:
    """The professions, scheduled types, modes and groups that indicator names take."""
    professions, types = load_professions(), list_types()
    known = [professions[name] for name in acces.supplies]
    ways = [way for way in load_accueils().values() if list(acces.types(f"places_{way.id}"))]

    def name_types(kinds: Iterable[str]) -> tuple[Variable, ...]:
        return tuple(Variable(kind, types[kind].libelle, kind) for kind in kinds if kind in types)

    return {
        "profession": tuple(Variable(found.id, found.nom, found.id) for found in known),
        "soin": tuple(Variable(found.id, found.nom, found.id, found.unite) for found in known),
        "accueil": tuple(Variable(way.id, way.nom, way.id) for way in ways),
        "plein": name_types(acces.gauged),
        "horaire": name_types(acces.scheduled),
        "mode": tuple(Variable(name, texte, name) for name, texte in MODES.items()),
        "sans_auto": tuple(
            Variable(name, texte, name) for name, texte in COLLECTIFS.items() if acces.collectifs
        ),
        "desservi": name_types(list_trip_types(acces.places) if acces.collectifs else ()),
        "groupe": tuple(Variable(name, texte, name) for name, texte in GROUPES.items()),
    }
