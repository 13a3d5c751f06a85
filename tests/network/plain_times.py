"""``TravelTimes`` the plain way: roads really cut where places stand, and scipy's Dijkstra. Slow, exact."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from maillage.network.routes.graph import NO_ARC, Attach, Attachment, Graph
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Fiabilite, Nearest, Sites, Within

TIE = 2.0**-20  # per row of a site: parts ties without touching whole deciseconds (rows below a million)


class PlainTimes:
    """Times from ``origins``; each question cuts the network anew. It has no sessions of edits."""

    def __init__(
        self, graph: Graph, attach: Attach, origins: Attachment, fiabilite: Fiabilite = "observe"
    ) -> None:
        self.graph, self.attach, self.origins, self.fiabilite = graph, attach, origins, fiabilite

    @property
    def n_origins(self) -> int:
        return len(self.origins)

    def nearest(self, sites: Sites) -> Nearest:
        """One search per type, backwards from all its sites at once."""
        against = self._cut(sites)
        first = self.graph.n_nodes + self.n_origins
        columns = [
            dijkstra(against, indices=first + np.flatnonzero(sites.type_index == wanted), min_only=True)
            for wanted in range(sites.n_types)
        ]
        return self._read([column[self.graph.n_nodes : first] for column in columns])

    def k_nearest(self, sites: Sites, k: int) -> Nearest:
        """One search per site, then the best of each type."""
        every = self._search_each(sites)
        parts = []
        for wanted in range(sites.n_types):
            mine = np.sort(every[:, sites.type_index == wanted], axis=1)[:, :k]
            missing = np.full((self.n_origins, k - mine.shape[1]), np.inf)
            parts.append(self._read(list(np.concatenate([mine, missing], axis=1).T)))
        time, site = (np.stack([getattr(p, name) for p in parts], axis=1) for name in ("time_ds", "site"))
        return Nearest(time, site)

    def within(self, sites: Sites, budget_ds: int) -> Within:
        """One search per site, cut at the budget."""
        time = np.floor(self._search_each(sites))
        kept = time <= budget_ds
        indptr = np.concatenate(([0], np.cumsum(kept.sum(axis=1)))).astype(np.int64)
        return Within(indptr, np.nonzero(kept)[1].astype(np.int32), time[kept].astype(np.uint32))

    def what_if(self, sites: Sites) -> None:
        raise NotImplementedError

    def _search_each(self, sites: Sites) -> np.ndarray:
        first = self.graph.n_nodes + self.n_origins
        rows = dijkstra(self._cut(sites), indices=first + np.arange(len(sites)))
        return rows.reshape(len(sites), -1)[:, self.graph.n_nodes : first].T

    def _cut(self, sites: Sites) -> csr_array:
        """The network with its places, turned against the arrows; each site's leg holds its tie-breaker."""
        places = self.attach(sites.points)
        both = Attachment(
            *(np.r_[getattr(self.origins, n), getattr(places, n)] for n in ("arc", "fraction", "access_ds"))
        )
        first_site = self.graph.n_nodes + self.n_origins
        last = first_site + len(sites)
        least: dict[tuple[int, int], float] = {}
        for tail, head, ds in cut_roads(self.graph, both):
            weight = ds + (head - first_site) * TIE if first_site <= head < last else ds
            least[head, tail] = min(weight, least.get((head, tail), np.inf))
        rows, columns = np.array(list(least)).T
        size = max(int(rows.max()), int(columns.max()), last - 1) + 1
        return csr_array((np.array(list(least.values()), float), (rows, columns)), shape=(size, size))

    @staticmethod
    def _read(columns: list[np.ndarray]) -> Nearest:
        """Whole deciseconds and, from what is left, the site."""
        table = np.column_stack(columns)
        reached = np.isfinite(table)
        whole = np.floor(np.where(reached, table, 0))
        site = np.round((np.where(reached, table, 0) - whole) / TIE)
        return Nearest(
            np.where(reached, whole, float(UNREACHABLE)).astype(np.uint32),
            np.where(reached, site, NO_SITE).astype(np.int32),
        )


def cut_roads(graph: Graph, places: Attachment) -> Iterator[tuple[int, int, float]]:
    """Arcs of the network where place ``i`` is node ``n_nodes + i``, reached and left through its access leg.

    On each arc a place is a stop of its own, numbered from ``n_nodes + places`` on, in the road's order.
    """
    stops: dict[int, list[tuple[int, int]]] = {arc: [] for arc in range(graph.n_arcs)}
    number = graph.n_nodes + len(places)
    for i, (arc, fraction, access) in enumerate(
        zip(places.arc.tolist(), places.fraction.tolist(), places.access_ds.tolist(), strict=True)
    ):
        if arc == NO_ARC:
            continue
        back = int(graph.reverse[arc])
        low, share = (arc, fraction) if back < 0 or arc < back else (back, 1 - fraction)
        for on, part in ((low, share), (int(graph.reverse[low]), 1 - share)):
            if on >= 0:
                stops[on].append((int(np.floor(part * float(graph.weight_ds[on]) + 0.5)), number))
                yield graph.n_nodes + i, number, access
                yield number, graph.n_nodes + i, access
                number += 1
    for arc, found in stops.items():
        weight = int(graph.weight_ds[arc])
        chain = [(0, int(graph.tail[arc])), *sorted(found), (weight, int(graph.head[arc]))]
        for (start, tail), (end, head) in pairwise(chain):
            yield tail, head, end - start
        for (start, tail), (end, head) in pairwise(sorted(found)):
            if start == end:  # at one spot after rounding: either way
                yield head, tail, 0
