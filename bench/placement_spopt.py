"""The four models on the example that spopt publishes with its optima: tracts and stores of San Francisco.

    python -m bench.placement_spopt DIR

``DIR`` holds ``SF_network_distance_candidateStore_16_censusTract_205_new.csv`` and
``SF_demand_205_centroid_uniform_weight.csv``, of ``spopt/tests/test_locate/data``
(github.com/pysal/spopt, BSD-3); none is copied here. Prints what was found beside what is published, and
leaves with 1 when one differs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Placement, choose_number
from maillage.scenarios.placement.couverture import couverture_maximale
from maillage.scenarios.placement.p_centre import p_centre
from maillage.scenarios.placement.p_median import p_median
from maillage.scenarios.placement.tout_couvrir import tout_couvrir

DISTANCES = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
DEMAND = "SF_demand_205_centroid_uniform_weight.csv"
METRES, P = 5_000.0, 4
PUBLIES = {
    "tout_couvrir": 8.0,
    "couverture": 875_247.0,
    "p_median": 2_848_268_129.7145104,
    "p_center": 7403.06381085,
}
"""Notebook « Empirical examples of facility location problems » of spopt 0.6.2, 7 April 2025: LSCP, MCLP,
p-median, p-center; four stores, 5,000 m."""


def read(folder: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres float64[tracts, stores] and people float64[tracts], tracts by name as spopt sorts them."""
    rows = pl.read_csv(folder / DISTANCES)
    metres = rows.pivot("name", index="DestinationName", values="distance").sort("DestinationName")
    people = pl.read_csv(folder / DEMAND).sort("NAME")["POP2000"].cast(pl.Float64)
    return metres.drop("DestinationName").to_numpy(), people.to_numpy()


def solve(metres: NDArray[np.float64], people: NDArray[np.float64]) -> dict[str, Placement]:
    """Each model."""
    n = metres.shape[1]
    few = choose_number(n, P)
    return {
        "tout_couvrir": tout_couvrir(metres, np.ones(len(metres)), choose_number(n, n), METRES),
        "couverture": couverture_maximale(metres, people, few, METRES),
        "p_median": p_median(metres, people, few),
        "p_center": p_centre(metres, np.ones(len(metres)), few),
    }


def main() -> None:
    """Compare, one line a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    found = solve(*read(parser.parse_args().folder))
    same = True
    for name, one in found.items():
        equal = one.statut == "optimal" and np.isclose(one.valeur or np.nan, PUBLIES[name], rtol=1e-9)
        same &= bool(equal)
        proof = f"{one.statut}, {one.duree_s:.2f} s"
        print(f"{name}: {one.valeur} ({proof}); published {PUBLIES[name]}: {'=' if equal else '≠'}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
