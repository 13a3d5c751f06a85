"""Expected shares beyond a threshold, against a simulation of the same errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.temps_estimes import Residus, load_residus
from maillage.network.estimate.residuals import share_beyond

TABLES = [(zone, kind) for zone in ("plaine", "tout") for kind in ("plus_proche", "panier")]


def simulate(time_s, weight, threshold_s, residus, draws=4000):
    """Shares of many worlds: one common level per world, one own level per place."""
    rng = np.random.default_rng(7)
    band = np.digitize(time_s, residus.borne_haute_s[:-1])
    levels = np.array(residus.quantiles)
    rows = np.array(residus.ln_rapport)
    own = np.array([[np.interp(u, levels, rows[b]) for b in band] for u in rng.uniform(size=draws)])
    alone = np.column_stack([np.interp(rng.uniform(size=draws), levels, rows[b]) for b in band])
    together = (time_s * np.exp(own) > threshold_s) @ weight / weight.sum()
    apart = (time_s * np.exp(alone) > threshold_s) @ weight / weight.sum()
    return together, apart


@pytest.mark.parametrize(("zone", "kind"), TABLES)
def test_expectation_is_that_of_a_simulation(zone, kind):
    residus = load_residus(zone, kind)
    rng = np.random.default_rng(1)
    time_s, weight = rng.uniform(120, 1500, 12), rng.uniform(1, 100, 12)
    together, apart = simulate(time_s, weight, 420.0, residus)
    share = share_beyond(time_s, weight, 420.0, residus)
    assert share.expected == pytest.approx(apart.mean(), abs=0.01)
    assert share.expected == pytest.approx(together.mean(), abs=0.02)


def test_interval_of_wholly_common_errors_is_that_of_a_simulation():
    residus = load_residus("plaine", "panier")
    common = Residus(residus.borne_haute_s, residus.quantiles, residus.ln_rapport, correlation=1.0)
    time_s, weight = np.linspace(250, 700, 60), np.ones(60)
    together, _ = simulate(time_s, weight, 420.0, common, draws=2000)
    share = share_beyond(time_s, weight, 420.0, common)
    assert (share.low, share.high) == pytest.approx(np.quantile(together, [0.05, 0.95]), abs=0.05)


@given(
    times=st.lists(st.floats(1, 5000), min_size=1, max_size=30),
    threshold=st.floats(60, 3600),
    table=st.sampled_from(TABLES),
)
def test_share_is_a_share_and_falls_with_the_threshold(times, threshold, table):
    residus = load_residus(*table)
    time_s, weight = np.array(times), np.ones(len(times))
    share = share_beyond(time_s, weight, threshold, residus)
    assert 0 <= share.low <= share.expected <= share.high <= 1
    assert share_beyond(time_s, weight, threshold * 1.1, residus).expected <= share.expected + 1e-9


def test_unreachable_is_beyond_and_missing_is_refused():
    residus = load_residus("plaine", "plus_proche")
    assert share_beyond(np.array([np.inf]), np.ones(1), 420.0, residus) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="missing time"):
        share_beyond(np.array([np.nan]), np.ones(1), 420.0, residus)
    with pytest.raises(ValueError, match="weights"):
        share_beyond(np.array([1.0]), np.zeros(1), 420.0, residus)
