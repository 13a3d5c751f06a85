"""The clock of a lot of times."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.horloge import Horloge
from maillage.atlas.etapes.temps import grades_of


def make_horloge(
    durees: Mapping[str, pl.DataFrame | NDArray[np.generic]],
    implantations: pl.DataFrame,
    sources: Mapping[str, tuple[str, str]],
    simulees: frozenset[str],
) -> Horloge:
    """The clock of a lot of times."""
    types = durees["types"]
    assert isinstance(types, pl.DataFrame)  # noqa: S101 - lots are made by the stages of this package
    arrays = {name: np.asarray(durees[name]) for name in ("time_ds", "site", "fiabilite")}
    return Horloge(
        arrays["time_ds"].astype(np.uint32, copy=False),
        arrays["site"].astype(np.int32, copy=False),
        tuple(types["type"]),
        int(arrays["fiabilite"][0]),
        grades_of(implantations),
        sources,
        simulees,
    )
