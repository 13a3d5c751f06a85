"""Changes between vehicles: walks of a straight line lengthened, and what the feeds themselves say."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.catalogue.constantes import EARTH_RADIUS_M
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.timetable import NEVER_S, Changes

DUREE_DITE, INTERDIT = 2, 3  # transfer_type


def read_walk() -> tuple[float, float]:
    """Speed on foot without streets, metres a second, and the way's length over the straight line's.

    >>> read_walk()
    (1.25, 1.3)
    """
    slow = read_toml("horaires.toml")["acces"]["lent"]
    return slow["marche_km_h"] / 3.6, slow["detour"]


def list_changes(arrets: pl.DataFrame, correspondances: pl.DataFrame, walk_s: float) -> Changes:
    """Walks of at most ``walk_s`` (≤) between stops, estimated, then the feeds' transfers put on them.

    A transfer of a station is one of each of its stops. A stated time (2) replaces the estimate, a forbidden
    change (3) takes it away; one without a time (0, 1) takes the estimate, however long.
    """
    tail, head, distance_m = near_pairs(arrets, walk_s)
    walks = dict(
        zip(zip(tail.tolist(), head.tolist(), strict=True), duration(distance_m).tolist(), strict=True)
    )
    wait_s = np.zeros(arrets.height, np.int32)
    for de, vers, genre, duree_s in spread(arrets, correspondances).iter_rows():
        if de == vers:
            wait_s[de] = NEVER_S if genre == INTERDIT else duree_s or 0
        elif genre == INTERDIT:
            walks.pop((de, vers), None)
        else:
            stated = duree_s if genre == DUREE_DITE else None
            walks[de, vers] = stated if stated is not None else estimate(arrets, de, vers)
    pairs = np.array(list(walks), np.int32).reshape(-1, 2)
    return Changes.of(wait_s, pairs[:, 0], pairs[:, 1], np.array(list(walks.values()), np.int32))


def spread(arrets: pl.DataFrame, correspondances: pl.DataFrame, *others: str) -> pl.DataFrame:
    """The transfers between stops, those of stations told for each of their stops; ``others``: columns."""
    numbered = arrets.with_row_index("arret").select(pl.col("arret").cast(pl.Int32), "gare")
    members = pl.concat(
        [
            numbered.select(lieu="arret", arret="arret"),
            numbered.drop_nulls("gare").select(lieu="gare", arret="arret"),
        ]
    )
    return (
        correspondances.join(
            members.rename({"lieu": "de", "arret": "a"}), on="de", maintain_order="left_right"
        )
        .join(members.rename({"lieu": "vers", "arret": "b"}), on="vers", maintain_order="left_right")
        .select("a", "b", "genre", "duree_s", *others)
    )


def near_pairs(
    arrets: pl.DataFrame, walk_s: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Every (stop, other stop) within the walk, and the straight line between, in metres."""
    placed = np.flatnonzero(arrets.select(pl.col("lon").is_not_null() & (pl.col("genre") == 0)).to_series())
    points = on_sphere(arrets[placed])
    speed, detour = read_walk()
    tree = KDTree(points.reshape(-1, 3))
    found: NDArray[np.int64] = tree.query_pairs(walk_s * speed / detour, output_type="ndarray")
    one, other = found.T
    metres = np.linalg.norm(points[one] - points[other], axis=1)
    return (
        np.concatenate([placed[one], placed[other]]),
        np.concatenate([placed[other], placed[one]]),
        np.concatenate([metres, metres]),
    )


def on_sphere(arrets: pl.DataFrame) -> NDArray[np.float64]:
    """Stops in space, metres: the chord between two near ones is their distance."""
    lon, lat = (np.radians(arrets[name].to_numpy()) for name in ("lon", "lat"))
    flat = np.cos(lat)
    return EARTH_RADIUS_M * np.stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)], axis=1)


def duration(distance_m: NDArray[np.float64]) -> NDArray[np.int32]:
    """Seconds on foot along a straight line of so many metres, the way being longer; rounded up."""
    speed, detour = read_walk()
    return np.ceil(distance_m * detour / speed).astype(np.int32)


def estimate(arrets: pl.DataFrame, de: int, vers: int) -> int:
    """Seconds on foot between two stops, none where one stands nowhere known."""
    two = arrets[[de, vers]]
    if two["lon"].null_count():
        return 0
    points = on_sphere(two)
    return int(duration(np.linalg.norm(points[:1] - points[1:], axis=1))[0])
