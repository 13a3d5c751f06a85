"""Fit the times by the drawn roads (:mod:`bench.axes`) on the real ones of the Isère, and judge them.

    python -m bench.axes_fit     rewrites bench/axes.toml, from MAILLAGE_DATA (default ../shared/data)

As for the formula alone (:mod:`bench.estimate_fit`): half of the communes of flat land fit, the other half
judges. The same splits judge both, so that the gain is of the roads only.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from bench import estimate_fit as base
from bench.axes import Axes, Coefficients, Float, Ints, compute_minutes, prepare, read_axes
from maillage.access.decay import ErreurTemps
from maillage.catalogue.temps_estimes import Formule

RESULTS = Path(__file__).with_name("axes.toml")
ROADS = ("autoroute", "route", "densite", "bretelle", "entree", "acces", "acces_densite")
ROADS_START = (0.60, 0.95, 0.10, 1.5, 0.3, 1.3, 0.1)  # 100 and 63 km/h: where the search begins
START = (0.9, -0.13, 0.02, 0.2, 0.9, 0.03, *ROADS_START)
SPLITS = 4
BANDS_S = (300.0, 420.0, 600.0, 900.0, 1500.0)
LEVELS = 15


class Roads:
    """The communes of the Isère and their drawn roads."""

    def __init__(self, yardstick: base.Yardstick) -> None:
        self.yardstick = yardstick
        self.axes: Axes = read_axes("isere", yardstick.habitants)

    def minutes(self, values: Float, i: Ints, j: Ints) -> Float:
        """Minutes of these pairs."""
        c = read_values(values)
        lieux = prepare(self.yardstick.points, self.yardstick.habitants, self.axes, c.formule)
        origins = np.unique(i)
        return compute_minutes(lieux, self.axes, c, origins)[np.searchsorted(origins, i), j]

    def fit(self, communes: np.ndarray) -> Float:
        """As the formula: soft absolute error, rare distances and densities weighted up."""
        i, j = base.list_pairs(self.yardstick, communes)
        truth, weight = self.yardstick.minutes[i, j], base.weigh_pairs(self.yardstick, i, j)
        return np.asarray(
            least_squares(
                lambda values: weight * (self.minutes(values, i, j) - truth),
                START,
                loss="soft_l1",
                x_scale=np.maximum(np.abs(START), 0.05),
                diff_step=2e-3,
                max_nfev=12,
            ).x
        )


def read_values(values: Float) -> Coefficients:
    """Six coefficients of the formula, then those of the roads."""
    formule = Formule(**dict(zip(base.FITTED, map(float, values[:6]), strict=True)), **base.FIXED)
    return Coefficients(formule, **dict(zip(ROADS, map(float, values[6:]), strict=True)))


def list_values(c: Coefficients) -> Float:
    """The other way round."""
    parts = [getattr(c.formule, name) for name in base.FITTED], [getattr(c, name) for name in ROADS]
    return np.array([*parts[0], *parts[1]])


def judge(roads: Roads, seed: int) -> tuple[Float, Float, Float, Float]:
    """Of the pairs that did not serve: where they start, true minutes, by the formula, by the roads."""
    model = base.Model(roads.yardstick)
    half, flat = base.split(len(roads.yardstick.flat), seed), roads.yardstick.flat
    i, j = base.list_pairs(roads.yardstick, ~half & flat)
    by_formula = model.minutes(model.fit(half & flat), i, j)
    by_roads = roads.minutes(roads.fit(half & flat), i, j)
    return i + 10_000.0 * seed, roads.yardstick.minutes[i, j], by_formula, by_roads


def describe(truth: Float, estimate: Float) -> dict[str, float]:
    """Median and 90th percentile of the absolute error, minutes; spread of ln(truth / estimate)."""
    error = np.abs(estimate - truth)
    spread = np.std(np.log(truth / estimate))
    found = {"mediane": np.median(error), "p90": np.quantile(error, 0.9), "ecart_type_ln": spread}
    return {name: round(float(value), 3) for name, value in found.items()}


def share_of_places(start: Float, truth: Float, estimate: Float) -> float:
    """Share of the variance of ln(truth / estimate) that comes from both ends, twice the correlation of the
    pairs that leave the same place: the rest is of the pair itself.
    """
    ratio = np.log(truth / estimate)
    z = (ratio - ratio.mean()) / ratio.std()
    place = np.unique(start, return_inverse=True)[1]
    n, total, square = (np.bincount(place, w) for w in (np.ones_like(z), z, z**2))
    return float(2 * (total**2 - square).sum() / (n * (n - 1)).sum())


def tabulate(truth: Float, estimate: Float) -> list[list[float]]:
    """ln(truth / estimate) at equally likely levels, by band of the estimate."""
    band = np.digitize(estimate * 60, BANDS_S)
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    ratio = np.log(truth / estimate)
    return [np.quantile(ratio[band == b], levels).round(4).tolist() for b in range(len(BANDS_S) + 1)]


def write(values: Float, start: Float, truth: Float, estimates: dict[str, Float]) -> str:
    """The file of results."""
    lines = ["# Written by bench/axes_fit.py, not by hand: fitted on the Isère, never on what it judges", ""]
    c = read_values(values)
    lines += ["[formule]", *(f"{name} = {value:.5g}" for name, value in asdict(c.formule).items()), ""]
    lines += ["[axes]", *(f"{name} = {getattr(c, name):.5g}" for name in ROADS), ""]
    for name, estimate in estimates.items():
        found = describe(truth, estimate)
        found["part_lieux"] = round(share_of_places(start, truth, estimate), 3)
        lines += [f"[erreur.{name}]", *(f"{key} = {value}" for key, value in found.items())]
        lines += [f"ln_rapport = {tabulate(truth, estimate)}", ""]
    return "\n".join(lines)


def load_coefficients() -> Coefficients:
    """As fitted."""
    entry = tomllib.loads(RESULTS.read_text("utf-8"))
    return Coefficients(Formule(**entry["formule"]), **entry["axes"])


def load_pair_error(name: str) -> ErreurTemps:
    """How the time of a pair errs, « formule » or « axes », on communes that did not serve."""
    rows = tomllib.loads(RESULTS.read_text("utf-8"))["erreur"][name]["ln_rapport"]
    return ErreurTemps(np.array([*BANDS_S, np.inf]) * 10, np.exp(np.array(rows)))


def load_gain() -> dict[str, dict[str, float]]:
    """The summaries of both, on communes that did not serve."""
    return dict(tomllib.loads(RESULTS.read_text("utf-8"))["erreur"])


def main() -> None:
    """Fit, judge on four splits, write."""
    folder = Path(os.environ.get("MAILLAGE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    roads = Roads(base.read_yardstick(folder / "osrm_isere"))
    judged = [judge(roads, base.SEED + k) for k in range(SPLITS)]
    start, truth, formula, by_roads = (np.concatenate(part) for part in zip(*judged, strict=True))
    half = base.split(len(roads.yardstick.flat), base.SEED)
    values = roads.fit(half & roads.yardstick.flat)
    text = write(values, start, truth, {"formule": formula, "axes": by_roads})
    RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
