"""The shipped coefficients judged on the communes that did not serve, apart from the fit."""

import csv
import json

import numpy as np
import pytest

from maillage.catalogue.lecture import read_toml
from maillage.catalogue.temps_estimes import FILE
from maillage.network.estimate.formula import Habitants
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import Points, Sites

SEED = 2026  # of the split, stated on the method page


@pytest.fixture(scope="module")
def isere(donnees):
    folder = donnees / "osrm_isere"
    features = json.loads((folder / "communes_isere.geojson").read_text("utf-8"))["features"]
    by_id = {f["properties"]["id"]: f["properties"] for f in features}
    rows = list(csv.reader((folder / "TimeDistCarIsere.csv").read_text("utf-8").splitlines()))
    truth_s = np.array([row[1:] for row in rows[1:]], float).T
    lon, lat, people = (
        np.array([by_id[i][k] for i in rows[0][1:]], float) for k in ("lon", "lat", "population")
    )
    held_out = np.random.default_rng(SEED).permutation(len(lon))[len(lon) // 2 :]
    points = Points(lon, lat)
    estimate = Estimate(points, Habitants(points, people))
    sites = Sites(points, np.zeros(len(lon), np.int32), 1)
    pairs = estimate.within(sites, 2**31)
    estimated_s = np.full(truth_s.shape, np.nan)
    estimated_s[np.repeat(np.arange(len(lon)), np.diff(pairs.indptr)), pairs.site] = pairs.time_ds / 10
    x, y = np.radians(lon) * np.cos(np.radians(45.4)) * 6371, np.radians(lat) * 6371
    km = np.hypot(x[:, None] - x, y[:, None] - y)
    flat_west = (lat > 45.32) & (lon < 5.6)  # well inside the flat zone of the fit
    return truth_s, estimated_s, km, np.sort(held_out), flat_west


def absolute_minutes(isere, communes):
    truth_s, estimated_s, km, _, _ = isere
    here = np.ix_(communes, communes)
    kept = (km[here] < 30) & ~np.eye(len(communes), dtype=bool)
    return np.abs(estimated_s[here] - truth_s[here])[kept] / 60


@pytest.mark.lent
def test_held_out_error_is_as_promised(isere):
    _, _, _, held_out, flat_west = isere
    assert np.median(absolute_minutes(isere, held_out)) < 3.5
    assert np.median(absolute_minutes(isere, held_out[flat_west[held_out]])) < 2.5


def test_published_error_is_the_one_found_here(isere):
    published = read_toml(FILE)["erreur"]["tout"]
    error = absolute_minutes(isere, isere[3])
    assert np.median(error) == pytest.approx(published["couples_mediane"], abs=0.03)
    assert np.quantile(error, 0.9) == pytest.approx(published["couples_p90"], abs=0.1)


def test_nearest_of_random_sites_on_flat_land(isere):
    truth_s, estimated_s, _, held_out, flat_west = isere
    communes = held_out[flat_west[held_out]]
    rng, errors = np.random.default_rng(99), []
    for _ in range(30):
        sites = rng.choice(communes, max(2, len(communes) // 10), replace=False)
        origins = np.setdiff1d(communes, sites)
        here = np.ix_(origins, sites)
        errors.append(estimated_s[here].min(axis=1) - truth_s[here].min(axis=1))
    assert np.median(np.abs(np.concatenate(errors))) / 60 < 1.8
