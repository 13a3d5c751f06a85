"""The main roads of an atlas that holds its network, as lines to draw: two ranks, no street."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from maillage.atlas.reseau.lot import MODE
from maillage.atlas.reseau.osm import FOLDER, open_reseau
from maillage.catalogue.lecture import read_toml
from maillage.network.routes.graph import Ways
from maillage.network.shapes import Shapes


def read_grandes_routes(dossier: Path) -> dict[str, bytes]:
    """Rank (``catalogue/carte.toml``) → its roads as WKB lines (longitude, latitude), joined end to end.

    Empty for an atlas whose times are estimated, and for a network that does not keep its ways.
    """
    if not (dossier / FOLDER).is_dir():
        return {}
    reseau = open_reseau(dossier)
    saved = reseau.load(MODE) if MODE in reseau.modes else None
    if saved is None or saved.graphe.ways is None:
        return {}
    ranks: Mapping[str, Sequence[str]] = read_toml("carte.toml")["routes"]
    of_road = _longest_way(saved.graphe.ways, saved.formes.n_roads)
    drawn = {rank: _draw(saved.formes, _find(reseau.voies, of_road, held)) for rank, held in ranks.items()}
    return {rank: wkb for rank, wkb in drawn.items() if wkb}


def _longest_way(ways: Ways, n_roads: int) -> NDArray[np.int64]:
    """The way (int64[roads]) that makes most of each road's length; -1 for a road of none."""
    count = np.diff(ways.indptr[: n_roads + 1])
    road = np.repeat(np.arange(n_roads), count)
    order = np.lexsort((ways.length_m[: len(road)], road))
    last = np.cumsum(count) - 1
    found = ways.way[order[np.maximum(last, 0)]] if len(order) else np.full(n_roads, -1)
    return np.where(count > 0, found, -1)


def _find(voies: pl.DataFrame, of_road: NDArray[np.int64], classes: Sequence[str]) -> NDArray[np.int64]:
    """The roads whose way is of one of these classes."""
    wanted = voies.filter(pl.col("classe").is_in(list(classes)))["voie"].to_numpy()
    return np.flatnonzero(np.isin(of_road, wanted))


def _draw(formes: Shapes, roads: NDArray[np.int64]) -> bytes:
    """These roads as one shape; empty for none. A road told in both directions is drawn once."""
    lines = [
        shapely.LineString(np.column_stack((formes.lon[part], formes.lat[part])))
        for road in roads.tolist()
        if (part := slice(formes.indptr[road], formes.indptr[road + 1])).stop - part.start > 1
    ]
    if not lines:
        return b""
    whole = shapely.line_merge(shapely.union_all(lines))
    return bytes(shapely.to_wkb(whole))
