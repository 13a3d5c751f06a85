"""How near the published figures one could come at best, given how times err and doctors are counted.

Two experiments, neither of which reads what the DREES publishes:

* in the Isère, where real times are known: the same supply shared by real and by estimated times;
* in the Nord: our own figure against itself when times err as they do in the Isère on pairs that did not
  serve to fit, when doctors differ in activity, when some have left and others come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import ndtr
from scipy.stats import spearmanr

from bench import estimate_fit as base
from bench.axes_fit import Roads, list_values, load_coefficients, load_gain, load_pair_error
from bench.conformite_apl import STRATES_KM, Donnees, Float, Variante, chosen
from bench.conformite_causes import Acces
from maillage.access.apl import load_professions
from maillage.access.catchment import build_weights, e2sfca
from maillage.access.decay import DS_PER_MIN, ErreurTemps, expected_step_weights, step_weights
from maillage.catalogue.temps_estimes import load_formule
from maillage.network.travel_times import Within

TIRAGES = 20
ACTIVITE_CV = 0.5  # a hypothesis: standard deviation of the acts of a doctor, over their mean
DEPARTS = 0.1  # a hypothesis: share of doctors gone between the year of acts and the head count, as many come


@dataclass(frozen=True)
class Plafond:
    """Spearman by distance to the border (one value in the Isère): mean over draws, lowest, highest."""

    nom: str
    moyenne: tuple[float, ...]
    bas: float
    haut: float


def measure_isere(folder: Path, data: Donnees) -> list[Plafond]:
    """Real times against estimated ones, on flat communes that did not serve to fit."""
    yardstick = base.read_yardstick(folder / "osrm_isere")
    roads, n = Roads(yardstick), len(yardstick.flat)
    i, j = (index.ravel() for index in np.indices((n, n)))
    by_formula = base.Model(yardstick).minutes(np.array(formula_values()), i, j).reshape(n, n)
    by_axes = roads.minutes(list_values(load_coefficients()), i, j).reshape(n, n)
    found: dict[str, list[float]] = {"formule": [], "axes": []}
    generator = np.random.default_rng(0)
    people, judged = yardstick.habitants.population, yardstick.flat & ~base.split(n, base.SEED)
    true = share_by(yardstick.minutes, people, None)
    estimated = {
        "formule": share_by(by_formula, people, load_pair_error("formule")),
        "axes": share_by(by_axes, people, load_pair_error("axes")),
    }
    for _ in range(TIRAGES):
        supply = draw_supply(data, people, generator)
        for name, access in estimated.items():
            found[name].append(float(spearmanr(access(supply)[judged], true(supply)[judged]).statistic))
    labels = {"formule": "Isère, formule seule", "axes": "Isère, formule et axes routiers"}
    return [summarise(labels[name], [(rho,) for rho in draws]) for name, draws in found.items()]


def formula_values() -> tuple[float, ...]:
    """The coefficients the product ships."""
    formule = load_formule()
    return tuple(getattr(formule, name) for name in base.FITTED)


def share_by(minutes: Float, people: Float, erreur: ErreurTemps | None) -> Callable[[Float], Float]:
    """Supply per head at each commune, for any supply, by these times; ``erreur`` when they are estimates."""
    n, steps = len(minutes), load_professions()["medecin"].steps
    time_ds = np.rint(minutes.ravel() * DS_PER_MIN).astype(np.uint32)
    weight = expected_step_weights(time_ds, steps, erreur) if erreur else step_weights(time_ds, steps)
    weight[:: n + 1] = steps.weight[0]
    within = Within(np.arange(n + 1) * n, np.tile(np.arange(n, dtype=np.int32), n), time_ds)
    weights = build_weights(within, weight, n)
    return lambda supply: e2sfca(weights, supply, people)


def draw_supply(data: Donnees, people: Float, generator: np.random.Generator) -> Float:
    """Doctors of each commune: those of a commune of the Nord among the eleven of the nearest population."""
    v = chosen(data, "medecin")
    order = np.argsort(v.demande)
    rank = np.searchsorted(v.demande[order], people) + generator.integers(-5, 6, len(people))
    return v.offre[order[np.clip(rank, 0, len(order) - 1)]]


def measure_nord(data: Donnees) -> list[Plafond]:
    """Our figure against itself under each cause, then all."""
    v = chosen(data, "medecin")
    plain = replace(v, durees="formule")
    steady = Acces(data, v)
    ours, by_formula = steady(v.offre), Acces(data, plain)(v.offre)
    generator = np.random.default_rng(0)
    cases: dict[str, Callable[[], Float]] = {
        "durées de la formule seule, fausses comme en Isère": lambda: shaken(data, plain, generator)(v.offre),
        "durées avec les axes, fausses comme en Isère": lambda: shaken(data, v, generator)(v.offre),
        f"activité inégale des médecins (écart-type {100 * ACTIVITE_CV:.0f} %)": lambda: steady(
            draw_activity(v.offre, generator)
        ),
        f"{100 * DEPARTS:.0f} % des médecins partis, autant d'arrivés": lambda: steady(
            draw_moves(v.offre, generator)
        ),
        "durées (avec les axes), activité et départs ensemble": lambda: shaken(data, v, generator)(
            draw_moves(draw_activity(v.offre, generator), generator)
        ),
    }
    found = []
    for name, case in cases.items():
        mine = by_formula if "formule" in name else ours
        found.append(summarise(name, [compare_strata(data, mine, case()) for _ in range(TIRAGES)]))
    return found


def compare_strata(data: Donnees, one: Float, other: Float) -> tuple[float, ...]:
    """Spearman beyond each distance to the border."""
    beyond = (data.border_km > low for low in STRATES_KM)
    return tuple(float(spearmanr(one[kept], other[kept]).statistic) for kept in beyond)


def shaken(data: Donnees, v: Variante, generator: np.random.Generator) -> Acces:
    """The same with true times drawn around the estimates, read at their steps."""
    within = data.within[v.durees]
    n = len(within.indptr) - 1
    row = np.repeat(np.arange(n), np.diff(within.indptr))
    share = load_gain()[v.durees]["part_lieux"]
    place = generator.normal(size=n)
    pair = draw_pairs(row, within.site, n, generator)
    z = np.sqrt(share / 2) * (place[row] + place[within.site]) + np.sqrt(1 - share) * pair
    erreur = load_pair_error(v.durees)
    band = np.searchsorted(erreur.upper_ds, within.time_ds, side="right")
    level = np.minimum((ndtr(z) * erreur.ratio.shape[1]).astype(int), erreur.ratio.shape[1] - 1)
    time_ds = np.rint(within.time_ds * erreur.ratio[band, level]).astype(np.uint32)
    other = replace(data, within={v.durees: Within(within.indptr, within.site, time_ds)})
    return Acces(other, replace(v, lecture="seche"))


def draw_pairs(row: Float, site: Float, n: int, generator: np.random.Generator) -> Float:
    """A normal draw per pair of places, the same both ways."""
    first, second = np.minimum(row, site).astype(np.int64), np.maximum(row, site).astype(np.int64)
    back = np.unique(first * n + second, return_inverse=True)[1]
    return np.asarray(generator.normal(size=back.max() + 1)[back])


def draw_activity(doctors: Float, generator: np.random.Generator) -> Float:
    """Acts of the doctors of each commune, one being the mean: gamma of the hypothesised spread."""
    shape = 1 / ACTIVITE_CV**2
    return np.asarray(generator.gamma(np.maximum(shape * doctors, 1e-9)) / shape)


def draw_moves(supply: Float, generator: np.random.Generator) -> Float:
    """Some have left, as many have come elsewhere, where doctors are."""
    gone = generator.binomial(np.rint(supply).astype(int), DEPARTS)
    come = generator.multinomial(gone.sum(), supply / supply.sum())
    return np.asarray(np.maximum(supply - gone, 0.0) + come)


def summarise(name: str, draws: list[tuple[float, ...]]) -> Plafond:
    """Mean by column; range of the first."""
    table = np.array(draws)
    return Plafond(name, tuple(table.mean(axis=0)), float(table[:, 0].min()), float(table[:, 0].max()))
