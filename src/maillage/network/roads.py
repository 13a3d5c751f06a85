"""Travel times on real roads: the engine behind the ``TravelTimes`` interface."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from maillage.network.routes.factor import Factor
from maillage.network.routes.graph import Attach, Attachment, Graph, Legs, split
from maillage.network.routes.k_best import k_nearest_by_batch
from maillage.network.routes.local import Network, network
from maillage.network.routes.solve import nearest_by_batch, starting
from maillage.network.routes.what_if import RoadWhatIf
from maillage.network.routes.within import pairs_within
from maillage.network.travel_times import Fiabilite, Nearest, Points, Sites, Within


class RoadTimes:
    """Times from people (``origins``) to services over a factorised network; exact, in deciseconds.

    ``attach`` puts a point on the road; a point too far from any reaches nothing, and nothing reaches it.
    """

    def __init__(
        self,
        graph: Graph,
        factor: Factor,
        attach: Attach,
        origins: Attachment,
        fiabilite: Fiabilite = "observe",
    ) -> None:
        self.graph = graph
        self.factor = factor
        self.origins = starting(factor, split(graph, origins))
        self._attach = attach
        self._fiabilite = fiabilite

    @property
    def fiabilite(self) -> Fiabilite:
        """``simule`` on an invented network, else ``observe``."""
        return self._fiabilite

    @property
    def n_origins(self) -> int:
        """Number of origins, the first axis of every answer."""
        return len(self.origins.legs)

    @cached_property
    def _network(self) -> Network:
        return network(self.graph, self.factor)

    def legs(self, points: Points) -> Legs:
        """Points put on the road."""
        return split(self.graph, self._attach(points))

    def nearest(self, sites: Sites) -> Nearest:
        """The nearest site of each type: [origin, type]."""
        legs = self.legs(sites.points)
        batches = nearest_by_batch(self.factor, self.origins, legs, sites.type_index, sites.n_types)
        return gather((self.n_origins, sites.n_types), batches)

    def k_nearest(self, sites: Sites, k: int) -> Nearest:
        """The ``k`` nearest sites of each type, ascending: [origin, type, k]."""
        legs = self.legs(sites.points)
        batches = k_nearest_by_batch(self.factor, self.origins, legs, sites.type_index, sites.n_types, k)
        return gather((self.n_origins, sites.n_types, k), batches)

    def within(self, sites: Sites, budget_ds: int) -> Within:
        """Every site within ``budget_ds`` deciseconds (≤) of each origin."""
        return pairs_within(self.factor, self.origins, self.legs(sites.points), budget_ds)

    def what_if(self, sites: Sites) -> RoadWhatIf:
        """Start a session of edits on ``sites``."""
        return RoadWhatIf(self._network, self.legs, self.origins, sites, self.nearest(sites))


def gather(shape: tuple[int, ...], batches: Iterator[tuple[int, Nearest]]) -> Nearest:
    """Batches of types side by side."""
    whole = Nearest(np.empty(shape, np.uint32), np.empty(shape, np.int32))
    for first, some in batches:
        lanes = slice(first, first + some.site.shape[1])
        whole.time_ds[:, lanes], whole.site[:, lanes] = some.time_ds, some.site
    return whole
