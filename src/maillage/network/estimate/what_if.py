"""Edits of a set of sites under estimated times, exact at every step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from maillage.network.estimate.formula import PlaceTerms
from maillage.network.travel_times import Nearest, Points, Sites


class Times(Protocol):
    """What a session asks of the estimate that it edits the sites of."""

    def prepare(self, points: Points) -> PlaceTerms:
        """Places ready for the formula."""
        ...

    def nearest(self, sites: Sites) -> Nearest:
        """The nearest site of each type."""
        ...

    def times_to(self, end: PlaceTerms) -> NDArray[np.uint32]:
        """Deciseconds from every origin to one place."""
        ...

    def find(
        self,
        ends: PlaceTerms,
        rows: NDArray[np.int32],
        types: tuple[NDArray[np.int32], int],
        k: int,
        which: NDArray[np.intp],
    ) -> Nearest:
        """The k nearest for the origins ``which``, among prepared sites numbered ``rows``."""
        ...


@dataclass(frozen=True)
class Standing:
    """The sites as they now stand; arrays are never changed in place, so that undo is a reference."""

    ends: PlaceTerms
    type_index: NDArray[np.int32]
    is_open: NDArray[np.bool_]
    nearest: Nearest


class EstimateSession:
    """A session of edits: an implementation of ``WhatIf``."""

    def __init__(self, estimate: Times, sites: Sites) -> None:
        self._estimate = estimate
        self._n_types = sites.n_types
        self._now = Standing(
            estimate.prepare(sites.points),
            sites.type_index,
            np.ones(len(sites), bool),
            estimate.nearest(sites),
        )
        self._before: list[Standing] = []

    @property
    def nearest(self) -> Nearest:
        """Nearest of each type after the edits so far: [origin, type]."""
        return self._now.nearest

    def open(self, lon: float, lat: float, type_index: int) -> tuple[int, NDArray[np.int32]]:
        """Add a site; its new row number, and the changed origins (int32, ascending)."""
        if not 0 <= type_index < self._n_types:
            raise IndexError(f"no type {type_index}: there are {self._n_types}")
        row = len(self._now.is_open)
        now = self._now
        grown = replace(
            now,
            ends=self._place_end(now.ends, row, lon, lat),
            type_index=np.append(now.type_index, np.int32(type_index)),
            is_open=np.append(now.is_open, False),
        )
        return row, self._edit(self._with_site(grown, row))

    def close(self, site: int) -> NDArray[np.int32]:
        """Remove a site; ``IndexError`` when it does not stand."""
        self._check_open(site)
        return self._edit(self._without_site(self._now, site))

    def move(self, site: int, lon: float, lat: float) -> NDArray[np.int32]:
        """Move a site, keeping its row number; ``IndexError`` when it does not stand."""
        self._check_open(site)
        gone = self._without_site(self._now, site)
        there = replace(gone, ends=self._place_end(gone.ends, site, lon, lat))
        return self._edit(self._with_site(there, site))

    def undo(self) -> NDArray[np.int32]:
        """Take back the last edit; ``IndexError`` when there is none."""
        if not self._before:
            raise IndexError("there is no edit to take back")
        left, self._now = self._now, self._before.pop()
        return list_changed(left.nearest, self._now.nearest)

    def _edit(self, after: Standing) -> NDArray[np.int32]:
        self._before.append(self._now)
        self._now = after
        return list_changed(self._before[-1].nearest, after.nearest)

    def _check_open(self, site: int) -> None:
        if not (0 <= site < len(self._now.is_open) and self._now.is_open[site]):
            raise IndexError(f"no open site {site}")

    def _place_end(self, ends: PlaceTerms, row: int, lon: float, lat: float) -> PlaceTerms:
        """``ends`` with row ``row`` (existing, or one past the last) at this place."""
        end = self._estimate.prepare(Points(np.array([lon]), np.array([lat])))
        return type(ends)(
            np.vstack([ends.xyz[:row], end.xyz, ends.xyz[row + 1 :]]),
            np.concatenate([ends.effect[:row], end.effect, ends.effect[row + 1 :]]),
            np.concatenate([ends.regional[:row], end.regional, ends.regional[row + 1 :]]),
        )

    def _with_site(self, standing: Standing, row: int) -> Standing:
        """``row`` opens: it takes the origins it reaches sooner, or as soon with a smaller row."""
        t = standing.type_index[row]
        time_ds = self._estimate.times_to(standing.ends.take(np.array([row])))
        old_time, old_site = standing.nearest.time_ds[:, t], standing.nearest.site[:, t]
        gained = (time_ds < old_time) | ((time_ds == old_time) & (row < old_site))
        column = np.where(gained, time_ds, old_time), np.where(gained, np.int32(row), old_site)
        return self._set_open(standing, row, is_open=True, column=column)

    def _without_site(self, standing: Standing, row: int) -> Standing:
        """``row`` closes: the origins it served look again among what stands."""
        t = standing.type_index[row]
        left = standing.is_open & (standing.type_index == t)
        left[row] = False
        rows = np.flatnonzero(left)
        served = np.flatnonzero(standing.nearest.site[:, t] == row)
        time_ds, site = standing.nearest.time_ds[:, t].copy(), standing.nearest.site[:, t].copy()
        found = self._estimate.find(
            standing.ends.take(rows), rows.astype(np.int32), (np.zeros(len(rows), np.int32), 1), 1, served
        )
        time_ds[served], site[served] = found.time_ds[:, 0, 0], found.site[:, 0, 0]
        return self._set_open(standing, row, is_open=False, column=(time_ds, site))

    def _set_open(
        self,
        standing: Standing,
        row: int,
        *,
        is_open: bool,
        column: tuple[NDArray[np.uint32], NDArray[np.int32]],
    ) -> Standing:
        """``standing`` with this state of ``row`` and this column of nearest times and sites."""
        t = standing.type_index[row]
        states = standing.is_open.copy()
        states[row] = is_open
        nearest = Nearest(standing.nearest.time_ds.copy(), standing.nearest.site.copy())
        nearest.time_ds[:, t], nearest.site[:, t] = column
        return replace(standing, is_open=states, nearest=nearest)


def list_changed(before: Nearest, after: Nearest) -> NDArray[np.int32]:
    """Origins whose nearest time or site differs: int32, ascending.

    >>> one = Nearest(np.array([[5], [7]], np.uint32), np.array([[0], [0]], np.int32))
    >>> two = Nearest(np.array([[5], [9]], np.uint32), np.array([[0], [1]], np.int32))
    >>> list_changed(one, two)
    array([1], dtype=int32)
    """
    differs = (before.time_ds != after.time_ds) | (before.site != after.site)
    return np.flatnonzero(differs.any(axis=1)).astype(np.int32)
