"""A session of edits on the sites of a road network: open, close, move, undo; exact at every step.

The labels of a type at every node are computed by one sweep when it is first edited, then kept up to date
locally (:mod:`~maillage.network.local`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.network import local
from maillage.network.factor import INFINITE
from maillage.network.graph import Legs
from maillage.network.index import Index
from maillage.network.local import Network
from maillage.network.solve import Ends, leaving, meet, reaching, read, solve, unpack
from maillage.network.sweep import SITE_BITS
from maillage.network.travel_times import Nearest, Points, Sites

Journal = tuple[NDArray[np.int32], NDArray[np.int64]]


@dataclass(frozen=True)
class _Offer:
    """Sites as they stand: where, of which type, and which of them are open."""

    legs: Legs
    type_index: NDArray[np.int32]
    is_open: NDArray[np.bool_]

    def of_type(self, type_index: int) -> NDArray[np.intp]:
        """Open sites of a type."""
        return np.flatnonzero(self.is_open & (self.type_index == type_index))


@dataclass(frozen=True)
class _Edit:
    """What an edit changed, and what stood there before."""

    offer: _Offer
    type_index: int
    journals: list[Journal]
    origins: NDArray[np.int32]
    nearest: Nearest


class RoadWhatIf:
    """See :class:`~maillage.network.travel_times.WhatIf`."""

    def __init__(
        self,
        network: Network,
        attach: Callable[[Points], Legs],
        origins: Legs,
        sites: Sites,
        nearest: Nearest,
    ) -> None:
        self._network = network
        self._attach = attach
        self._origins = origins
        self._leave = leaving(network.factor, origins)
        self._at_row = Index(self._leave.row.ravel())
        self._on_road = Index(origins.road)
        self._offer = _Offer(attach(sites.points), sites.type_index.copy(), np.ones(len(sites), bool))
        self._nearest = nearest
        self._labels: dict[int, NDArray[np.int64]] = {}
        self._edits: list[_Edit] = []

    @property
    def nearest(self) -> Nearest:
        """Nearest of each type after the edits so far: [origin, type]."""
        return self._nearest

    def open(self, lon: float, lat: float, type_index: int) -> tuple[int, NDArray[np.int32]]:
        """Add a site; its new row number, and the changed origins (int32, ascending)."""
        if not 0 <= type_index < self._nearest.site.shape[1]:
            raise IndexError(f"no type {type_index}")
        now, site = self._offer, len(self._offer.is_open)
        types = np.append(now.type_index, np.int32(type_index))
        after = _Offer(now.legs.join(self._legs(lon, lat)), types, np.append(now.is_open, np.True_))
        return site, self._edit(type_index, after, opened=site)

    def close(self, site: int) -> NDArray[np.int32]:
        """Remove a site; its row number is not given again."""
        now, type_index = self._offer, self._type_of(site)
        is_open = now.is_open.copy()
        is_open[site] = False
        return self._edit(type_index, _Offer(now.legs, now.type_index, is_open), closed=site)

    def move(self, site: int, lon: float, lat: float) -> NDArray[np.int32]:
        """Move a site, keeping its row number."""
        now, type_index = self._offer, self._type_of(site)
        place = np.arange(len(now.is_open))
        place[site] = len(place)
        after = _Offer(now.legs.join(self._legs(lon, lat)).take(place), now.type_index, now.is_open)
        return self._edit(type_index, after, closed=site, opened=site)

    def undo(self) -> NDArray[np.int32]:
        """Take back the last edit; ``IndexError`` when there is none."""
        edit = self._edits.pop()
        for rows, before in reversed(edit.journals):
            local.undo(rows, before, self._labels[edit.type_index])
        self._write(edit.origins, edit.type_index, edit.nearest)
        self._offer = edit.offer
        return edit.origins

    def _legs(self, lon: float, lat: float) -> Legs:
        return self._attach(Points(np.array([lon]), np.array([lat])))

    def _type_of(self, site: int) -> int:
        if not (0 <= site < len(self._offer.is_open) and self._offer.is_open[site]):
            raise IndexError(f"no open site {site}")
        return int(self._offer.type_index[site])

    def _edit(
        self, type_index: int, after: _Offer, *, closed: int | None = None, opened: int | None = None
    ) -> NDArray[np.int32]:
        """Update labels, then origins; remember what to put back."""
        before, label = self._offer, self._label(type_index)
        journals, places = [], []
        if closed is not None:
            others = before.of_type(type_index)
            others = others[others != closed]
            journals.append(self._close(before, closed, others, label))
            places.append(before.legs.road[closed])
        if opened is not None:
            journals.append(self._open(after, opened, label))
            places.append(after.legs.road[opened])
        self._offer = after
        touched = self._touched(journals, np.array(places, np.int32))
        now = self._read(touched, type_index, label)
        old = Nearest(self._nearest.time_ds[touched, type_index], self._nearest.site[touched, type_index])
        changed = (now.time_ds != old.time_ds) | (now.site != old.site)
        origins: NDArray[np.int32] = touched[changed].astype(np.int32)
        self._edits.append(
            _Edit(before, type_index, journals, origins, Nearest(old.time_ds[changed], old.site[changed]))
        )
        self._write(origins, type_index, Nearest(now.time_ds[changed], now.site[changed]))
        return origins

    def _label(self, type_index: int) -> NDArray[np.int64]:
        """Labels of a type at every row, as the sites stand."""
        if type_index not in self._labels:
            label = np.empty((len(self._network.factor.rank), 1), np.int64)
            sites = self._offer.of_type(type_index)
            reach = reaching(self._network.factor, self._offer.legs)
            solve(self._network.factor, reach, sites, np.zeros_like(sites), label)
            self._labels[type_index] = label[:, 0]
        return self._labels[type_index]

    def _own(self, offer: _Offer, sites: NDArray[np.intp]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows the sites are reached from, and the labels they offer there."""
        reach = reaching(self._network.factor, offer.legs.take(sites))
        label = reach.time_ds.astype(np.int64) << SITE_BITS | sites[:, None]
        possible = reach.time_ds < INFINITE
        return reach.row[possible], label[possible]

    def _open(self, offer: _Offer, site: int, label: NDArray[np.int64]) -> Journal:
        journal: Journal = local.open_site(self._network.entering, *self._own(offer, np.array([site])), label)
        return journal

    def _close(self, offer: _Offer, site: int, others: NDArray[np.intp], label: NDArray[np.int64]) -> Journal:
        row, _ = self._own(offer, np.array([site]))
        left_row, left = self._own(offer, others)
        journal: Journal = local.close_site(
            self._network.entering, self._network.leaving, site, row, left_row, left, label
        )
        return journal

    def _touched(self, journals: list[Journal], roads: NDArray[np.int32]) -> NDArray[np.intp]:
        """Origins whose road's ends have new labels, or on the road of an edited site; ascending."""
        rows = np.concatenate([rows for rows, _ in journals])
        at_row = self._at_row.find(rows)[1] // 2
        return np.unique(np.concatenate([at_row, self._on_road.find(roads)[1]]))

    def _read(self, origins: NDArray[np.intp], type_index: int, label: NDArray[np.int64]) -> Nearest:
        ends = Ends(self._leave.row[origins], self._leave.time_ds[origins])
        best = read(label[:, None], ends)[:, 0]
        sites = self._offer.of_type(type_index)
        met = meet(self._origins.take(origins), self._offer.legs.take(sites))
        np.minimum.at(best, met.origin, met.time_ds << SITE_BITS | sites[met.site])
        return unpack(best)

    def _write(self, origins: NDArray[np.int32], type_index: int, nearest: Nearest) -> None:
        self._nearest.time_ds[origins, type_index] = nearest.time_ds
        self._nearest.site[origins, type_index] = nearest.site
