"""A session of edits on the sites of a road network: open, close, move, undo; exact at every step.

The labels of a type at every node are computed by one sweep when it is first edited, then kept up to date
locally (:mod:`~maillage.network.routes.local`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.network.routes import local
from maillage.network.routes.factor import INFINITE, Factor
from maillage.network.routes.graph import Legs
from maillage.network.routes.index import Index
from maillage.network.routes.local import Network
from maillage.network.routes.solve import Origins, meet, reaching, unpack
from maillage.network.routes.sweep import FAR, SITE_BITS, sweep
from maillage.network.travel_times import Nearest, Points, Sites

Journal = tuple[NDArray[np.int32], NDArray[np.int64]]


@dataclass(frozen=True)
class _Offer:
    """The open sites of one type: ``site`` int64 row numbers, and where they stand."""

    site: NDArray[np.int64]
    legs: Legs

    def only(self, site: int) -> _Offer:
        """That site alone."""
        return self._take(self.site == site)

    def without(self, site: int) -> _Offer:
        """All the others."""
        return self._take(self.site != site)

    def plus(self, other: _Offer) -> _Offer:
        """These sites and the others."""
        return _Offer(np.concatenate([self.site, other.site]), self.legs.join(other.legs))

    def labels(self, factor: Factor) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows the sites are reached from, and the labels they offer there."""
        reach = reaching(factor, self.legs)
        label = reach.time_ds.astype(np.int64) << SITE_BITS | self.site[:, None]
        possible = reach.time_ds < INFINITE
        return reach.row[possible], label[possible]

    def _take(self, kept: NDArray[np.bool_]) -> _Offer:
        return _Offer(self.site[kept], self.legs.take(np.flatnonzero(kept)))


@dataclass(frozen=True)
class _Edit:
    """What an edit changed, and what stood there before."""

    type_index: int
    offer: _Offer
    n_sites: int
    journals: list[Journal]
    origins: NDArray[np.int32]
    nearest: Nearest


class RoadWhatIf:
    """See :class:`~maillage.network.travel_times.WhatIf`."""

    def __init__(
        self,
        network: Network,
        attach: Callable[[Points], Legs],
        origins: Origins,
        sites: Sites,
        nearest: Nearest,
    ) -> None:
        self._network = network
        self._attach = attach
        self._origins = origins
        self._at_row = Index(self._origins.leave.row.ravel())
        self._on_road = Index(origins.legs.road)
        self._initial = sites
        self._initial_legs = attach(sites.points)
        self._type_of = sites.type_index.tolist()
        self._offers: dict[int, _Offer] = {}
        self._labels: dict[int, NDArray[np.int64]] = {}
        self._nearest = nearest
        self._edits: list[_Edit] = []

    @property
    def nearest(self) -> Nearest:
        """Nearest of each type after the edits so far: [origin, type]."""
        return self._nearest

    def open(self, lon: float, lat: float, type_index: int) -> tuple[int, NDArray[np.int32]]:
        """Add a site; its new row number, and the changed origins (int32, ascending)."""
        if not 0 <= type_index < self._nearest.site.shape[1]:
            raise IndexError(f"no type {type_index}")
        site = len(self._type_of)
        opened = self._new(site, lon, lat)
        changed = self._edit(type_index, None, opened)
        self._type_of.append(type_index)
        return site, changed

    def close(self, site: int) -> NDArray[np.int32]:
        """Remove a site; its row number is not given again."""
        type_index, closed = self._find(site)
        return self._edit(type_index, closed, None)

    def move(self, site: int, lon: float, lat: float) -> NDArray[np.int32]:
        """Move a site, keeping its row number."""
        type_index, closed = self._find(site)
        return self._edit(type_index, closed, self._new(site, lon, lat))

    def undo(self) -> NDArray[np.int32]:
        """Take back the last edit; ``IndexError`` when there is none."""
        edit = self._edits.pop()
        for rows, before in reversed(edit.journals):
            local.undo(rows, before, self._labels[edit.type_index])
        self._write(edit.origins, edit.type_index, edit.nearest)
        self._offers[edit.type_index] = edit.offer
        del self._type_of[edit.n_sites :]
        return edit.origins

    def _new(self, site: int, lon: float, lat: float) -> _Offer:
        return _Offer(np.array([site]), self._attach(Points(np.array([lon]), np.array([lat]))))

    def _find(self, site: int) -> tuple[int, _Offer]:
        """The type of an open site, and where it stands."""
        if 0 <= site < len(self._type_of):
            found = self._offer(self._type_of[site]).only(site)
            if len(found.site):
                return self._type_of[site], found
        raise IndexError(f"no open site {site}")

    def _offer(self, type_index: int) -> _Offer:
        """Open sites of a type; its labels at every row are computed the first time it is asked for."""
        if type_index not in self._offers:
            sites = np.flatnonzero(self._initial.type_index == type_index)
            offer = _Offer(sites, self._initial_legs.take(sites))
            self._labels[type_index] = self._sweep(offer)
            self._offers[type_index] = offer
        return self._offers[type_index]

    def _sweep(self, offer: _Offer) -> NDArray[np.int64]:
        factor = self._network.factor
        row, own = offer.labels(factor)
        label = np.full((len(factor.rank), 1), FAR)
        live = np.zeros(len(factor.rank), bool)
        np.minimum.at(label[:, 0], row, own)
        live[row] = True
        sweep(factor, label, live)
        return label[:, 0]

    def _edit(self, type_index: int, closed: _Offer | None, opened: _Offer | None) -> NDArray[np.int32]:
        """Update labels, then origins; remember what to put back."""
        before = now = self._offer(type_index)
        label, journals, roads = self._labels[type_index], [], []
        if closed is not None:
            now = now.without(int(closed.site[0]))
            journals.append(self._close(closed, now, label))
            roads.append(closed.legs.road)
        if opened is not None:
            now = now.plus(opened)
            journals.append(self._open(opened, label))
            roads.append(opened.legs.road)
        self._offers[type_index] = now
        origins, old = self._update(type_index, self._touched(journals, np.concatenate(roads)))
        self._edits.append(_Edit(type_index, before, len(self._type_of), journals, origins, old))
        return origins

    def _open(self, opened: _Offer, label: NDArray[np.int64]) -> Journal:
        row, own = opened.labels(self._network.factor)
        journal: Journal = local.open_site(self._network.entering, row, own, label)
        return journal

    def _close(self, closed: _Offer, left: _Offer, label: NDArray[np.int64]) -> Journal:
        net, site = self._network, closed.site[0]
        row, _ = closed.labels(net.factor)
        offers = left.labels(net.factor)
        journal: Journal = local.close_site(net.entering, net.leaving, site, row, *offers, label)
        return journal

    def _touched(self, journals: list[Journal], roads: NDArray[np.int32]) -> NDArray[np.int64]:
        """Origins whose road's ends have new labels, or on the road of an edited site; ascending."""
        rows = np.concatenate([rows for rows, _ in journals])
        at_row = self._at_row.find(rows)[1] // 2
        return np.unique(np.concatenate([at_row, self._on_road.find(roads)[1]]))

    def _update(self, type_index: int, touched: NDArray[np.int64]) -> tuple[NDArray[np.int32], Nearest]:
        """Read the touched origins anew: those that changed, and what they had before."""
        now = self._read(type_index, touched)
        old = Nearest(self._nearest.time_ds[touched, type_index], self._nearest.site[touched, type_index])
        changed = (now.time_ds != old.time_ds) | (now.site != old.site)
        origins = touched[changed].astype(np.int32)
        self._write(origins, type_index, Nearest(now.time_ds[changed], now.site[changed]))
        return origins, Nearest(old.time_ds[changed], old.site[changed])

    def _read(self, type_index: int, origins: NDArray[np.int64]) -> Nearest:
        offer, label = self._offers[type_index], self._labels[type_index]
        time = self._origins.leave.time_ds[origins].astype(np.int64)
        by_end = label[self._origins.leave.row[origins]] + (time << SITE_BITS)
        best = np.where(time < INFINITE, by_end, FAR).min(axis=1)
        met = meet(self._origins.legs.take(origins), offer.legs)
        np.minimum.at(best, met.origin, met.time_ds << SITE_BITS | offer.site[met.site])
        return unpack(best)

    def _write(self, origins: NDArray[np.int32], type_index: int, nearest: Nearest) -> None:
        self._nearest.time_ds[origins, type_index] = nearest.time_ds
        self._nearest.site[origins, type_index] = nearest.site
