"""The joint between travel times and everything that asks for them.

Two implementations answer it: roads (a factorised graph) and an estimate (a closed formula). Times are
``uint32`` deciseconds from an origin to a site, access legs included; :data:`UNREACHABLE` exists in arrays
only and becomes null in every file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Fiabilite = Literal["observe", "estime", "impute", "simule"]

UNREACHABLE = np.uint32(2**32 - 1)
NO_SITE = np.int32(-1)


@dataclass(frozen=True)
class Points:
    """Places on the ground: ``lon`` and ``lat`` are float64[n], WGS 84 degrees."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True)
class Sites:
    """Locations to reach. A site is its row number; ``type_index`` is int32[n], from 0 to ``n_types - 1``."""

    points: Points
    type_index: NDArray[np.int32]
    n_types: int

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True)
class Nearest:
    """``time_ds`` uint32 and ``site`` int32, of one shape: [origin, type] or [origin, type, k].

    Nothing within reach is :data:`UNREACHABLE` and :data:`NO_SITE`. Ties go to the smallest row number.
    """

    time_ds: NDArray[np.uint32]
    site: NDArray[np.int32]


@dataclass(frozen=True)
class Within:
    """All (origin, site) pairs within a budget, as CSR rows by origin, sites ascending in a row.

    ``indptr`` int64[origins + 1], ``site`` int32[pairs], ``time_ds`` uint32[pairs] (≤ the budget).
    """

    indptr: NDArray[np.int64]
    site: NDArray[np.int32]
    time_ds: NDArray[np.uint32]


class WhatIf(Protocol):
    """Edits of one set of sites; each returns the origins whose nearest time or site changed.

    Exact at every step: ``nearest`` always equals a recomputation on the sites as they now stand.
    """

    @property
    def nearest(self) -> Nearest:
        """Nearest of each type after the edits so far: [origin, type]."""
        ...

    def open(self, lon: float, lat: float, type_index: int) -> tuple[int, NDArray[np.int32]]:
        """Add a site; its new row number, and the changed origins (int32, ascending)."""
        ...

    def close(self, site: int) -> NDArray[np.int32]:
        """Remove a site."""
        ...

    def move(self, site: int, lon: float, lat: float) -> NDArray[np.int32]:
        """Move a site, keeping its row number."""
        ...

    def undo(self) -> NDArray[np.int32]:
        """Take back the last edit; ``IndexError`` when there is none."""
        ...


class TravelTimes(Protocol):
    """Times from the origins it was made with (people) to sites (services)."""

    @property
    def fiabilite(self) -> Fiabilite:
        """``observe`` on real roads, ``estime`` on a formula, ``simule`` on an invented network."""
        ...

    @property
    def n_origins(self) -> int:
        """Number of origins, the first axis of every answer."""
        ...

    def nearest(self, sites: Sites) -> Nearest:
        """The nearest site of each type: [origin, type]."""
        ...

    def k_nearest(self, sites: Sites, k: int) -> Nearest:
        """The ``k`` nearest sites of each type, ascending: [origin, type, k]."""
        ...

    def within(self, sites: Sites, budget_ds: int) -> Within:
        """Every site within ``budget_ds`` deciseconds (≤) of each origin."""
        ...

    def what_if(self, sites: Sites) -> WhatIf:
        """Start a session of edits on ``sites``."""
        ...
