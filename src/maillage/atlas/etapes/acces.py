"""The stage ``acces``: capacity shared between people, and hours of effective access, at every carreau.

Catchments are closed at the département's border: neither people nor supply outside count, which is neutral
where supply outside is unknown (docs/conformite.md bounds what that costs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.accueil import load_accueils
from maillage.access.apl import Profession, compute_demand, load_professions
from maillage.access.catchment import Weights, balanced, build_weights, e2sfca
from maillage.access.decay import DS_PER_MIN, ErreurTemps, expected_step_weights
from maillage.access.effective import effective_access, within_straight
from maillage.access.erreur_temps import load_time_error
from maillage.access.evaluation.registre import Variable
from maillage.access.evaluation.valeurs import Valeurs
from maillage.access.hours import SATURDAY, evening, mask, parse_schedules
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import inventaires as offre
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.acces_capacite import find_choices, find_full, read_seuil, share_places
from maillage.atlas.projection import project
from maillage.atlas.reseau.lot import make_times, of_lot
from maillage.catalogue.constantes import AGES
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.types_service import list_types
from maillage.network.travel_times import Sites, TravelTimes, Within

Floats = NDArray[np.float64]
ENDS: Final = (1, -2)
"""Levels of error taken for the ends of an interval: 10 % and 90 %, the same for all times."""
MODES: Final = {"voiture": "en voiture", "velo": "à vélo", "marche": "à pied"}
LENTS: Final = ("velo", "marche")
GROUPES: Final = {"plus_65": "65 ans ou plus", "moins_15": "moins de 15 ans"}
ORIGINE: Final = {"nom": pl.String, "source": pl.String, "millesime": pl.String, "fiabilite": pl.String}


@dataclass(frozen=True)
class Offre:
    """The supply of one profession: places (lon, lat), heads at each, and where the count comes from."""

    places: pl.DataFrame
    effectif: Floats
    source: str
    millesime: str


def make_acces(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """``acces``, a row per carreau of the département and a column per figure; ``origine`` of each column."""
    cells = frame_of(lots["lieux"], "carreaux").filter("dans_departement")
    times = make_times(cells, frame_of(lots["lieux"], "carreaux"), of_lot(lots["reseau"]))
    columns: dict[str, Floats] = {}
    origins: list[dict[str, str]] = []

    def keep(figures: Mapping[str, Floats], source: str, millesime: str, fiabilite: str) -> None:
        columns.update(figures)
        origins.extend(
            {"nom": name, "source": source, "millesime": millesime, "fiabilite": fiabilite}
            for name in figures
            if not name.endswith(("_bas", "_haut"))
        )

    for profession, supply in list_supplies(lots, parametres):
        found = share_capacity(profession, supply, times, cells, parametres["relief"])
        keep(found, supply.source, supply.millesime, times.fiabilite)
    error = find_error(times, parametres["relief"])
    for apport in chain(
        share_places(lots, parametres, times, cells, error),
        find_full(lots, times),
        find_choices(lots, parametres, times),
    ):
        keep(apport.figures, apport.source, apport.millesime, times.fiabilite)
    for kind, sites in list_schedules(frame_of(lots["offre"], "implantations")):
        source, millesime = sites["source"][0], sites["millesime"][0]
        keep(measure_hours(kind, sites, times, error), str(source), str(millesime), times.fiabilite)
        for mode in LENTS:
            roads = of_lot(lots["reseau"], mode)
            slow = roads.times(temps.to_points(cells)) if roads else None
            grade = slow.fiabilite if slow else "estime"
            keep(measure_slow_hours(kind, mode, sites, slow, cells), str(source), str(millesime), grade)
    return {
        "acces": pl.DataFrame({name: pl.Series(v, nan_to_null=True) for name, v in columns.items()}),
        "origine": pl.DataFrame(origins, schema=ORIGINE),
    }


def list_supplies(
    lots: Mapping[str, Lot], parametres: Mapping[str, Any]
) -> Iterator[tuple[Profession, Offre]]:
    """The professions that this atlas knows a supply of: a head count by commune, else facilities."""
    implantations = frame_of(lots["offre"], "implantations")
    for profession in load_professions().values():
        supply = None
        if profession.statistique:
            supply = place_heads(profession.statistique, lots, parametres)
        if supply is None and profession.type:
            found = implantations.filter(pl.col("type") == profession.type)
            if found.height:
                effectif = found["effectif"].cast(pl.Float64).to_numpy()
                supply = Offre(found, effectif, found["source"][0], found["millesime"][0])
        if supply is not None:
            yield profession, supply


def place_heads(statistique: str, lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Offre | None:
    """A head count by commune, at places as any count (parameter ``convention``); null when absent or nil."""
    known = frame_of(lots["entrees"], "statistiques")
    if statistique not in known.columns or not known[statistique].fill_null(0).sum():
        return None
    lieux = lots["lieux"]
    source, millesime = parametres["colonnes"][statistique]
    counts = known.select("code_insee", nombre=pl.col(statistique).cast(pl.Int64)).drop_nulls()
    places = offre.list_places(frame_of(lieux, "fragments"), frame_of(lieux, "carreaux"))
    spots = offre.place_counts(counts, parametres["convention"], frame_of(lieux, "communes"), places)
    return Offre(spots, spots["effectif"].cast(pl.Float64).to_numpy(), source, millesime)


def share_capacity(
    profession: Profession, supply: Offre, times: TravelTimes, cells: pl.DataFrame, relief: str
) -> dict[str, Floats]:
    """The APL with its interval, the balanced level over its mean, and the supply within 15 minutes."""
    points = temps.to_points(supply.places)
    within = times.within(Sites(points, np.zeros(len(points), np.int32), 1), profession.steps.budget_ds)
    people = cells["population"].fill_null(0).cast(pl.Float64).to_numpy()
    ages = cells.select(AGES).fill_null(0).cast(pl.Float64).to_numpy()
    error = find_error(times, relief)
    weights = build_weights(
        within, expected_step_weights(within.time_ds, profession.steps, error), len(points)
    )
    demand = compute_demand(ages, profession)
    central = profession.factor * e2sfca(weights, supply.effectif, demand)
    level = share_evenly(weights, supply, people)
    laws = [ErreurTemps(error.upper_ds, error.ratio[:, [level]]) for level in ENDS]
    shifted = [shift(within, profession, law, len(points)) for law in laws]
    ends = [profession.factor * e2sfca(moved, supply.effectif, demand) for moved in shifted]
    levels = [level, *(share_evenly(moved, supply, people) for moved in shifted)]
    near = within.time_ds < read_seuil("choix_min") * DS_PER_MIN
    choice = build_weights(within, near.astype(np.float64), len(points)) @ supply.effectif
    name = profession.id
    return {
        f"apl_{name}": central,
        f"apl_{name}_bas": np.minimum.reduce([central, *ends]),
        f"apl_{name}_haut": np.maximum.reduce([central, *ends]),
        f"equilibre_{name}": level,
        f"equilibre_{name}_bas": np.minimum.reduce(levels),
        f"equilibre_{name}_haut": np.maximum.reduce(levels),
        f"choix_{name}": np.asarray(choice, np.float64),
    }


def find_error(times: TravelTimes, relief: str) -> ErreurTemps:
    """How these times err: as fitted where they are estimated, not at all on a network."""
    fitted = load_time_error("plaine" if relief == "plaine" else "tout")
    if times.fiabilite == "estime":
        return fitted
    return ErreurTemps(fitted.upper_ds, np.ones_like(fitted.ratio))


def shift(within: Within, profession: Profession, error: ErreurTemps, n_sites: int) -> Weights:
    """The weights when every time errs in the same way: ``error`` has one level."""
    return build_weights(within, expected_step_weights(within.time_ds, profession.steps, error), n_sites)


def share_evenly(weights: Weights, supply: Offre, people: Floats) -> Floats:
    """Supply per head of the balanced model over the département's mean, at each carreau."""
    mean = supply.effectif.sum() / people.sum()
    return np.asarray(balanced(weights, supply.effectif, people).per_head / mean, np.float64)


def list_schedules(implantations: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Types some of whose fixed sites publish their hours, with all their fixed sites."""
    fixed = implantations.filter(~pl.col("itinerant").fill_null(value=False))
    for kind in fixed.drop_nulls("horaires")["type"].unique().sort():
        yield str(kind), fixed.filter(pl.col("type") == kind)


def measure_hours(
    kind: str, sites: pl.DataFrame, times: TravelTimes, error: ErreurTemps
) -> dict[str, Floats]:
    """Hours a week of effective access by car, those of the evening and of Saturday.

    The interval holds the error on times and, at its upper end, the hours that are only possible.
    """
    schedules, budget_ds = parse_schedules(sites["horaires"].to_list()), read_budget()
    found = effective_access(reach(times, sites, budget_ds), schedules)
    reached = [
        effective_access(reach(times, sites, round(budget_ds / ratio)), schedules)
        for ratio in ratios_at(error, budget_ds)
    ]
    return {
        f"heures_{kind}_voiture": found.hours,
        f"heures_{kind}_voiture_bas": np.fmin.reduce([each.hours for each in (found, *reached)]),
        f"heures_{kind}_voiture_haut": np.fmax.reduce([each.possible_hours for each in (found, *reached)]),
        f"soir_{kind}": found.hours_within(evening()),
        f"samedi_{kind}": found.hours_within(mask([SATURDAY])),
    }


def measure_slow_hours(
    kind: str, mode: str, sites: pl.DataFrame, times: TravelTimes | None, cells: pl.DataFrame
) -> dict[str, Floats]:
    """Hours a week of effective access by bicycle or on foot: on the roads, else by straight distance.

    With an interval when some hours are only possible.
    """
    if times:
        near = reach(times, sites, read_budget())
    else:
        slow = read_toml("horaires.toml")["acces"]["lent"]
        distance_m = measure_distances(cells, sites)
        near = within_straight(distance_m, read_budget(), slow[f"{mode}_km_h"], slow["detour"])
    found, name = (
        effective_access(near, parse_schedules(sites["horaires"].to_list())),
        f"heures_{kind}_{mode}",
    )
    figures = {name: found.hours}
    if np.any(found.possible_hours > found.hours):
        figures |= {f"{name}_bas": found.hours, f"{name}_haut": found.possible_hours}
    return figures


def reach(times: TravelTimes, sites: pl.DataFrame, budget_ds: int) -> Within:
    """The sites within a budget."""
    points = temps.to_points(sites)
    return times.within(Sites(points, np.zeros(len(points), np.int32), 1), budget_ds)


def read_budget() -> int:
    """Deciseconds within which a site is reachable."""
    return int(read_toml("horaires.toml")["acces"]["budget_min"] * DS_PER_MIN)


def ratios_at(error: ErreurTemps, time_ds: int) -> tuple[float, float]:
    """True over estimated time at both ends of the interval, for an estimate of ``time_ds``."""
    band = min(int(np.searchsorted(error.upper_ds, time_ds, side="right")), len(error.ratio) - 1)
    return float(error.ratio[band, ENDS[0]]), float(error.ratio[band, ENDS[1]])


def measure_distances(cells: pl.DataFrame, sites: pl.DataFrame) -> Floats:
    """Straight-line metres, float64[cells, sites]."""
    here = project(cells["lon"].to_numpy(), cells["lat"].to_numpy())
    there = project(sites["lon"].to_numpy(), sites["lat"].to_numpy())
    gap = here[:, None, :] - there[None, :, :]
    return np.asarray(np.hypot(gap[..., 0], gap[..., 1]), np.float64)


def read_figures(lot: Lot, simulees: frozenset[str]) -> dict[str, Valeurs]:
    """The stage's figures as grandeurs: ``acces_<name>``, and their intervals."""
    table, origine = frame_of(lot, "acces"), frame_of(lot, "origine")
    figures = {}
    for row in origine.iter_rows(named=True):
        grade = "simule" if row["source"] in simulees else row["fiabilite"]
        for name in (row["nom"], f"{row['nom']}_bas", f"{row['nom']}_haut"):
            if name in table.columns:
                values = table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
                figures[f"acces_{name}"] = Valeurs.observe(
                    values, row["millesime"], row["source"], fiabilite=grade
                )
    return figures


def make_domains(lot: Lot) -> dict[str, tuple[Variable, ...]]:
    """The professions, scheduled types, modes and groups that indicator names take."""
    names = frame_of(lot, "origine")["nom"].to_list()
    professions, types, accueils = load_professions(), list_types(), load_accueils()
    known = [name.removeprefix("apl_") for name in names if name.startswith("apl_")]
    kinds = [name.removeprefix("soir_") for name in names if name.startswith("soir_")]
    return {
        "profession": tuple(
            Variable(name, professions[name].nom, name) for name in known if name in professions
        ),
        "soin": tuple(
            Variable(name, professions[name].nom, name, professions[name].unite)
            for name in known
            if name in professions
        ),
        "accueil": tuple(
            Variable(name, accueil.nom, name)
            for name, accueil in accueils.items()
            if f"places_{name}" in names
        ),
        "plein": tuple(
            Variable(name, types[name].libelle, name)
            for name in (x.removeprefix("sans_place_") for x in names if x.startswith("sans_place_"))
        ),
        "horaire": tuple(Variable(name, types[name].libelle, name) for name in kinds if name in types),
        "mode": tuple(Variable(name, texte, name) for name, texte in MODES.items()),
        "groupe": tuple(Variable(name, texte, name) for name, texte in GROUPES.items()),
    }
