"""The catchments of the whole Nord against PySAL: every pair of communes, real doctors, real people."""

import access.fca
import numpy as np
import pandas as pd
import polars as pl
import pytest

from maillage.access.apl import load_professions
from maillage.access.catchment import balanced, build_weights, e2sfca
from maillage.access.decay import Steps, step_weights
from maillage.network.estimate.formula import Habitants
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import Points, Sites
from maillage.sources import find_sources, read_all

pytestmark = pytest.mark.lent


@pytest.fixture(scope="module")
def nord(donnees):
    """Times of every pair of communes within half an hour, people, doctors."""
    tables = read_all(find_sources(donnees))
    communes = next(t.frame for t in tables if t.provenance.id == "cog").sort("code_insee")
    for table in tables:
        if table.nature == "statistiques" and "medecins_generalistes_liberaux" in table.frame.columns:
            heads = table.frame.select("code_insee", doctors="medecins_generalistes_liberaux")
    communes = communes.join(heads, on="code_insee", how="left", maintain_order="left")
    points = Points(communes["lon"].to_numpy(), communes["lat"].to_numpy())
    people = communes["population"].cast(pl.Float64).to_numpy()
    sites = Sites(points, np.zeros(len(points), np.int32), 1)
    within = Estimate(points, Habitants(points, people)).within(sites, 18_000)
    return within, people, communes["doctors"].cast(pl.Float64).to_numpy()


def to_frames(within, people, doctors):
    origin = np.repeat(np.arange(len(people)), np.diff(within.indptr))
    cost = pd.DataFrame({"origin": origin, "dest": within.site, "cost": within.time_ds / 600})
    demand = pd.DataFrame({"geoid": range(len(people)), "demand": people})
    return demand, pd.DataFrame({"geoid": range(len(people)), "supply": doctors}), cost


def test_e2sfca_of_the_nord_is_that_of_pysal(nord):
    within, people, doctors = nord
    steps = load_professions()["medecin"].steps

    def staircase(minutes):
        return np.select([minutes < 10, minutes < 15, minutes < 20], steps.weight, 0.0)

    expected = access.fca.two_stage_fca(*to_frames(*nord), 20, weight_fn=staircase)
    weights = build_weights(within, step_weights(within.time_ds, steps), len(people))
    ours = e2sfca(weights, doctors, people)
    assert len(ours) == 647
    np.testing.assert_allclose(ours, expected.reindex(range(647)).fillna(0).to_numpy(), rtol=1e-9, atol=1e-15)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pandas, inside the oracle
def test_the_balanced_catchment_of_the_nord_is_that_of_pysal(nord):
    """With weights of 0 or 1 it is the three-stage method."""
    within, people, doctors = nord
    steps = Steps((15,), (1.0,))
    expected = access.fca.three_stage_fca(
        *to_frames(*nord), 15, weight_fn=lambda minutes: float(minutes < 15)
    )
    weights = build_weights(within, step_weights(within.time_ds, steps), len(people))
    ours = balanced(weights, doctors, people).per_head
    np.testing.assert_allclose(ours, expected.reindex(range(647)).fillna(0).to_numpy(), rtol=1e-9, atol=1e-15)
