"""Fit the estimated travel times on a matrix of real ones; :mod:`bench.estimate_page` writes what it found.

Half of the communes of flat land fit, the other half judges, on flat land and everywhere. The data are read
from MAILLAGE_DATA (default ../shared/data).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from pyproj import Transformer
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

from maillage.catalogue.temps_estimes import Formule
from maillage.network.estimate.formula import Habitants, PlaceTerms, compute_density, estimate_minutes, to_xyz
from maillage.network.travel_times import Points

SEED = 2026
SPLITS = 20
DRAWS = 20
MAX_KM = 30.0
BANDS_KM = (0.0, 3.0, 5.0, 10.0, 20.0, 30.0)
BASKET = 21  # services of the everyday basket
SITE_SHARES = (0.05, 0.1, 0.2, 0.4)
FIXED = {
    "densite_unite_km2": 100.0,
    "rayon_local_km": 3.0,
    "rayon_regional_km": 20.0,
    "densite_regionale_max_km2": 200.0,
}
FITTED = ("constante", "locale", "locale_carre", "regionale", "exposant", "exposant_regional")
START = (1.0, 0.0, 0.0, 0.0, 0.9, 0.05)
DENSITY_CLASSES = (100, 200, 400, 800, 1600)

# Flat land, drawn from the map: north-west of the Isère and of the foot of the Chartreuse
# (Bas-Dauphiné, Bièvre, Rhône valley), and the dense towns, which stand on valley floors. lon, lat.
FLAT_EDGE = (
    (5.20, 45.06), (5.30, 45.11), (5.42, 45.19), (5.52, 45.28),
    (5.62, 45.31), (5.64, 45.40), (5.64, 45.45), (5.70, 45.55),
)  # fmt: skip
FLAT_DENSITY_KM2 = 1000.0


@dataclass(frozen=True)
class Yardstick:
    """The communes and the true minutes [from, to] between them."""

    points: Points
    habitants: Habitants
    minutes: np.ndarray
    km: np.ndarray
    flat: np.ndarray
    local: np.ndarray


def read_yardstick(folder: Path) -> Yardstick:
    """The matrix of Isère.

    It was written from the JSON of OSRM's table service, a list of one row of durations per source, by R's
    ``data.frame``, which makes a *column* of each: a column of the file is an origin, hence the transpose.
    """
    features = json.loads((folder / "communes_isere.geojson").read_text("utf-8"))["features"]
    places = {f["properties"]["id"]: f["properties"] for f in features}
    with (folder / "TimeDistCarIsere.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    ids = rows[0][1:]
    if [row[0] for row in rows[1:]] != ids:
        raise ValueError("rows and columns of the matrix do not name the same communes")
    minutes = np.array([[float(value) for value in row[1:]] for row in rows[1:]]).T / 60
    lon, lat, people = (
        np.array([places[i][key] for i in ids], float) for key in ("lon", "lat", "population")
    )
    points = Points(lon, lat)
    habitants = Habitants(points, people)
    local = compute_density(points, habitants, FIXED["rayon_local_km"])
    edge_lon, edge_lat = np.array(FLAT_EDGE).T
    flat = lon < np.interp(lat, edge_lat, edge_lon, left=-180.0, right=180.0)
    xyz = to_xyz(points)
    km = np.sqrt(((xyz[:, None] - xyz[None]) ** 2).sum(-1))
    return Yardstick(points, habitants, minutes, km, flat | (local > FLAT_DENSITY_KM2), local)


def list_pairs(yardstick: Yardstick, communes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(from, to), different, both in ``communes``, at most 30 km apart."""
    inside = communes[:, None] & communes[None] & (yardstick.km <= MAX_KM)
    np.fill_diagonal(inside, val=False)
    return np.nonzero(inside)


class Model:
    """The formula on the communes, quick to evaluate for any coefficients."""

    def __init__(self, yardstick: Yardstick) -> None:
        self.yardstick = yardstick
        unit = FIXED["densite_unite_km2"]
        wide = compute_density(yardstick.points, yardstick.habitants, FIXED["rayon_regional_km"])
        self.g = np.log1p(yardstick.local / unit)
        self.h = np.log1p(np.minimum(wide, FIXED["densite_regionale_max_km2"]) / unit)

    def formule(self, values: np.ndarray) -> Formule:
        return Formule(**dict(zip(FITTED, map(float, values), strict=True)), **FIXED)

    def minutes(self, values: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        formule = self.formule(values)
        effect = formule.locale * self.g + formule.locale_carre * self.g**2 + formule.regionale * self.h
        ends = PlaceTerms(np.zeros((len(effect), 3)), effect, self.h)
        return estimate_minutes(self.yardstick.km[i, j], ends.take(i), ends.take(j), formule)

    def fit(self, communes: np.ndarray) -> np.ndarray:
        """Least absolute-like error (soft L1, one minute), rare distances and densities weighted up."""
        return least_squares(
            self.residuals(communes), START, loss="soft_l1", x_scale="jac", xtol=1e-12, ftol=1e-12
        ).x

    def residuals(self, communes: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Weighted errors of every pair among these communes, minutes, for any coefficients."""
        i, j = list_pairs(self.yardstick, communes)
        truth, weight = self.yardstick.minutes[i, j], weigh_pairs(self.yardstick, i, j)
        return lambda values: weight * (self.minutes(values, i, j) - truth)


def weigh_pairs(yardstick: Yardstick, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Weights of pairs, so that rare distances and densities count."""
    density = np.sqrt(yardstick.local[i] * yardstick.local[j])
    band = np.digitize(yardstick.km[i, j], BANDS_KM[1:-1])
    cell = band * 6 + np.digitize(density, DENSITY_CLASSES)
    return (len(cell) / 30 / np.bincount(cell, minlength=30)[cell]) ** 0.25


def split(n: int, seed: int) -> np.ndarray:
    """True for the half that fits."""
    chosen = np.zeros(n, bool)
    chosen[np.random.default_rng(seed).permutation(n)[: n // 2]] = True
    return chosen


def nearest_pairs(
    model: Model, values: np.ndarray, communes: np.ndarray, share: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimated and true minutes to the nearest of random sites, and the origins; a site is no origin."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(communes)
    found = []
    for _ in range(DRAWS):
        sites = rng.choice(rows, max(2, round(len(rows) * share)), replace=False)
        origins = np.setdiff1d(rows, sites)
        i, j = (a.ravel() for a in np.meshgrid(origins, sites, indexing="ij"))
        shape = len(origins), len(sites)
        estimate = model.minutes(values, i, j).reshape(shape).min(axis=1)
        found.append((estimate, model.yardstick.minutes[i, j].reshape(shape).min(axis=1), origins))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def basket_pairs(
    model: Model, values: np.ndarray, communes: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As above for the mean over a basket, each service in 5 to 60 % of the communes; none is at home."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(communes)
    i, j = (a.ravel() for a in np.meshgrid(rows, rows, indexing="ij"))
    shape = len(rows), len(rows)
    estimate, truth = (
        model.minutes(values, i, j).reshape(shape),
        model.yardstick.minutes[i, j].reshape(shape).copy(),
    )
    for matrix in (estimate, truth):
        np.fill_diagonal(matrix, np.inf)
    found = []
    for _ in range(2 * DRAWS):
        common = np.exp(rng.uniform(np.log(0.05), np.log(0.8)))
        shares = np.clip(common * np.exp(rng.normal(0, 0.6, BASKET)), 0.02, 0.9)
        chosen = [rng.choice(len(rows), max(2, int(len(rows) * s)), replace=False) for s in shares]
        means = [np.mean([m[:, sites].min(axis=1) for sites in chosen], axis=0) for m in (estimate, truth)]
        found.append((*means, rows))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


# What the fit is worth, on the communes that did not serve.


def weigh_like_nord(folder: Path) -> dict[str, float]:
    """Share of (inhabitant, common service) by distance band in the Nord, services at the town hall.

    Common: the types of BPE 2013 present in at least 60 communes. The last band holds all beyond 30 km too.
    """
    grid = pl.read_parquet(folder / "carreaux_1km_2021.parquet").filter(pl.col("dans_le_nord"))
    to_wgs84 = Transformer.from_crs(3035, 4326, always_xy=True)
    lon, lat = to_wgs84.transform(grid["x_3035"].to_numpy() + 500, grid["y_3035"].to_numpy() + 500)
    communes = pl.read_csv(folder / "communes_59.csv", schema_overrides={"code": pl.String})
    halls = communes.select("code", "cheflieu_lon", "cheflieu_lat").rows_by_key("code", unique=True)
    offer = pl.read_csv(folder / "bpe2013_59.csv", schema_overrides={"depcom": pl.String})
    people, cells = grid["population"].to_numpy(), to_xyz(Points(lon, lat))
    total = np.zeros(len(BANDS_KM) - 1)
    for _, rows in offer.group_by("equipement", maintain_order=True):
        places = np.array([halls[code] for code in rows["depcom"] if code in halls], float)
        if len(places) >= 60:
            distance, _ = cKDTree(to_xyz(Points(places[:, 0], places[:, 1]))).query(cells)
            band = np.digitize(distance, BANDS_KM[1:-1])
            total += np.bincount(band, people, minlength=len(total))
    return dict(zip(band_names(), (total / total.sum()).tolist(), strict=True))


def band_names() -> list[str]:
    """« moins de 3 km », « 3 à 5 km »…"""
    steps = [f"{a:g} à {b:g} km" for a, b in pairwise(BANDS_KM[1:])]
    return [f"moins de {BANDS_KM[1]:g} km", *steps]


def describe(error: np.ndarray) -> dict[str, float]:
    """Median and 90th percentile of the absolute error, mean error (estimate − truth), minutes."""
    size = np.abs(error)
    return {
        "n": len(error),
        "mediane": float(np.median(size)),
        "p90": float(np.quantile(size, 0.9)),
        "biais": float(error.mean()),
    }


def judge(model: Model, values: np.ndarray, communes: np.ndarray) -> dict:
    """Errors of pairs by band, and of the nearest of random sites, among ``communes``."""
    i, j = list_pairs(model.yardstick, communes)
    error = model.minutes(values, i, j) - model.yardstick.minutes[i, j]
    band = np.digitize(model.yardstick.km[i, j], BANDS_KM[1:-1])
    by_band = {name: describe(error[band == b]) for b, name in enumerate(band_names())}
    nearest = {}
    for share in SITE_SHARES:
        estimate, truth, _ = nearest_pairs(model, values, communes, share, SEED)
        nearest[share] = describe(estimate - truth) | {"duree_moyenne": float(truth.mean())}
    return {"couples": describe(error), "bandes": by_band, "plus_proche": nearest, "errors": (error, band)}


def weighted_error(errors: tuple[np.ndarray, np.ndarray], shares: dict[str, float]) -> dict[str, float]:
    """The same summary when each band counts as in the Nord."""
    error, band = errors
    weight = np.array(list(shares.values()))[band] / np.bincount(band)[band]
    order = np.argsort(np.abs(error))
    up_to = np.cumsum(weight[order]) / weight.sum()
    quantile = lambda level: float(np.abs(error)[order][np.searchsorted(up_to, level)])  # noqa: E731
    return {"mediane": quantile(0.5), "p90": quantile(0.9), "biais": float(np.average(error, weights=weight))}


def repeat(model: Model, zone: np.ndarray) -> dict[str, list[float]]:
    """Medians over several splits: what luck there is in one of them."""
    pairs, nearest = [], []
    for seed in range(SPLITS):
        half = split(len(zone), seed)
        values = model.fit(half & model.yardstick.flat)
        result = judge(model, values, ~half & zone)
        pairs.append(result["couples"]["mediane"])
        nearest.append(result["plus_proche"][0.1]["mediane"])
    return {"couples": pairs, "plus_proche": nearest}


# Residuals, for shares beyond a threshold.

LEVELS = (0.0, 0.01, 0.05, *(round(0.1 * k, 1) for k in range(1, 10)), 0.95, 0.99, 1.0)
RESIDUAL_BANDS_S = (300.0, 420.0, 600.0, 900.0, 1500.0)
NEIGHBOUR_KM = 10.0
RESIDUAL_SPLITS = 4


def residual_table(yardstick: Yardstick, draws: list[tuple]) -> dict:
    """Quantiles of ln(truth / estimate) by band of the estimate, and the correlation between neighbours."""
    estimate, truth, origins, draw = (np.concatenate([d[k] for d in draws]) for k in range(4))
    residual = np.log(truth / estimate)
    band = np.digitize(estimate * 60, RESIDUAL_BANDS_S)
    rows = [
        np.quantile(residual[band == b], LEVELS).round(4).tolist() for b in range(len(RESIDUAL_BANDS_S) + 1)
    ]
    return {
        "borne_haute_s": [*RESIDUAL_BANDS_S, float("inf")],
        "quantiles": list(LEVELS),
        "ln_rapport": rows,
        "effectifs": np.bincount(band, minlength=len(rows)).tolist(),
        "correlation": round(neighbour_correlation(yardstick, residual, band, origins, draw), 3),
    }


def neighbour_correlation(
    yardstick: Yardstick, residual: np.ndarray, band: np.ndarray, origins: np.ndarray, draw: np.ndarray
) -> float:
    """Mean product of standardised residuals of two origins less than 10 km apart, in one draw of sites."""
    count = np.bincount(band)
    mean = np.bincount(band, residual) / np.maximum(count, 1)
    deviation = residual - mean[band]
    spread = np.sqrt(np.bincount(band, deviation**2) / np.maximum(count, 1))
    z = deviation / spread[band]
    total = pairs = 0.0
    for d in np.unique(draw):
        here = draw == d
        near = yardstick.km[np.ix_(origins[here], origins[here])] < NEIGHBOUR_KM
        np.fill_diagonal(near, val=False)
        total += z[here] @ near @ z[here]
        pairs += near.sum()
    return float(total / pairs)


def numbered(parts: tuple[np.ndarray, ...], per_draw: int, start: int) -> tuple[np.ndarray, ...]:
    """The same with the number of the draw each row belongs to."""
    return (*parts, start + np.arange(len(parts[0])) // per_draw)


def residuals(model: Model, zone: np.ndarray) -> dict:
    """Both tables for ``zone``, over several splits; each commune is judged by a formula it did not serve."""
    nearest, basket = [], []
    for seed in range(RESIDUAL_SPLITS):
        half = split(len(zone), SEED + seed)
        values, judged = model.fit(half & model.yardstick.flat), ~half & zone
        for k, share in enumerate(SITE_SHARES):
            parts = nearest_pairs(model, values, judged, share, seed)
            nearest.append(numbered(parts, len(parts[0]) // DRAWS, 1000 * (10 * seed + k)))
        parts = basket_pairs(model, values, judged, seed)
        basket.append(numbered(parts, int(judged.sum()), 1000 * seed))
    return {
        "plus_proche": residual_table(model.yardstick, nearest),
        "panier": residual_table(model.yardstick, basket),
    }
