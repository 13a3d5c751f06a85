"""Nodes of OpenStreetMap extracts: places and signs of those of roads, each in its newest version."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.blocs import BlockTags, Things
from maillage.sources.osm.etiquettes import TagColumn, TagColumns
from maillage.sources.osm.fichier import NOWHERE
from maillage.sources.osm.lecture import Pieces, Reading, list_newest
from maillage.sources.osm.pbf import NODES
from maillage.sources.osm.voies import ACCESS_KEYS

SIGN_KEYS = ("railway", "crossing", "direction", "traffic_signals:direction")
SIGNALLING = ("barrier", "highway", "railway")  # without one of them, a node is of no interest
NODE_KEYS = frozenset(("barrier", "highway", "locked", *SIGN_KEYS, *ACCESS_KEYS))


@dataclass(frozen=True)
class Nodes:
    """The nodes asked for that the files hold, by ascending id: places in units of 1e-7 degrees, and tags."""

    id: NDArray[np.int64]
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    tags: dict[str, TagColumn]


def read_nodes(reading: Reading, asked: NDArray[np.int64]) -> Nodes:
    """Read the nodes ``asked`` (ascending ids): places, and who may pass them or must stop there."""
    tags = TagColumns(NODE_KEYS)
    found = Pieces(row=np.int32, version=np.int32, stamp=np.int64, x=np.int32, y=np.int32)
    for _, things in reading.read(NODES):
        mine, row = _match(things.id, asked)
        if len(mine):
            tags.add(_choose_signs(things, mine), found.height)
            columns = {name: getattr(things, name)[mine] for name in ("version", "stamp", "x", "y")}
            found.add(row=row, **columns)
    row, version, stamp, x, y = (found.take(name) for name in found.dtypes)
    newest = list_newest(row, version, stamp)
    newest = newest[x[newest] != NOWHERE]
    number = np.full(len(row), -1, np.int32)
    number[newest] = np.arange(len(newest), dtype=np.int32)
    return Nodes(asked[row[newest]], x[newest], y[newest], tags.freeze(number))


def _match(ids: NDArray[np.int64], asked: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the ids that are asked for, and their rows among those ``asked``; copies are all there."""
    if not len(ids):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    low, high = np.searchsorted(asked, ids.min()), np.searchsorted(asked, ids.max(), side="right")
    near = asked[low:high]
    place = np.searchsorted(near, ids)
    mine = np.flatnonzero(np.append(near, -1)[place] == ids) if len(near) else np.empty(0, np.int64)
    return mine, low + place[mine]


def _choose_signs(things: Things, mine: NDArray[np.int64]) -> BlockTags:
    """Tags of those of the rows ``mine`` that signal something, by their place in ``mine``."""
    number = np.full(len(things), -1)
    number[mine] = np.arange(len(mine))
    tags = things.tags.choose(number)
    signals = tags.texts.translate(tags.key, dict.fromkeys(SIGNALLING, 1))[tags.key] == 1
    kept = np.full(len(mine), -1)
    kept[tags.row[signals]] = tags.row[signals]
    return tags.choose(kept)
