"""Random but reproducible catchments: people, sites, times."""

from dataclasses import dataclass

import numpy as np
import pytest

from maillage.access.catchment import build_weights
from maillage.access.decay import Steps, step_weights
from maillage.network.travel_times import Within

STEPS = Steps((5, 10, 15), (1.0, 0.3, 0.1))


@dataclass
class Case:
    time_ds: np.ndarray  # dense [origins, sites]
    people: np.ndarray
    supply: np.ndarray

    def within(self, budget_ds=STEPS.budget_ds):
        reached = self.time_ds <= budget_ds
        indptr = np.concatenate([[0], reached.sum(axis=1).cumsum()])
        return Within(indptr, np.nonzero(reached)[1].astype(np.int32), self.time_ds[reached])

    def weights(self, steps=STEPS):
        within = self.within(steps.budget_ds)
        return build_weights(within, step_weights(within.time_ds, steps), len(self.supply))


def make_case(seed, origins=40, sites=9):
    rng = np.random.default_rng(seed)
    return Case(
        rng.integers(0, 14_000, (origins, sites)).astype(np.uint32),
        rng.integers(0, 500, origins).astype(float),
        rng.integers(1, 12, sites).astype(float),
    )


@pytest.fixture(params=range(5))
def case(request):
    return make_case(request.param)
