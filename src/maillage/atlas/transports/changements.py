"""Changes between vehicles: walks, and what the feeds themselves say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.atlas.transports.a_pied import APied, duration, on_sphere, read_walk
from maillage.network.timetables.timetable import NEVER_S, Changes

DUREE_DITE, INTERDIT = 2, 3  # transfer_type
Pair = tuple[int, int]
Marche = tuple[int, int]
MANIERES: Final = ("rues", "estimee", "dite")
"""How a walk is known: along streets, by a straight line, by the feed's own word."""
RUES, ESTIMEE, DITE = range(3)
SANS_DUREE: Final = -1  # a transfer to which no time is given, until it is measured


@dataclass(frozen=True)
class Correspondances:
    """The changes that hold for all, and their walks: (stop, stop) → seconds, row of :data:`MANIERES`.

    ``marches`` holds besides the walks that some lines or trips alone take.
    """

    changements: Changes
    marches: dict[Pair, Marche]

    @classmethod
    def none(cls, n_stops: int) -> Correspondances:
        """Changes at the same stop only, in no time."""
        return cls(Changes.none(n_stops), {})

    def tell(self, tail: int, head: int, duree_s: int) -> str:
        """How a walk of so long from a stop to another is known; what no walk takes, the feed has said."""
        took_s, how = self.marches.get((tail, head), (duree_s, DITE))
        return MANIERES[how if took_s == duree_s else DITE]

    def list_estimated(self) -> NDArray[np.int64]:
        """The stops at an end of an estimated walk."""
        ends = [stop for pair, (_, how) in self.marches.items() if how == ESTIMEE for stop in pair]
        return np.unique(np.array(ends, np.int64))


def list_changes(
    arrets: pl.DataFrame, correspondances: pl.DataFrame, walk_s: float, a_pied: APied
) -> Correspondances:
    """Walks of at most ``walk_s`` (≤) between stops, then the feeds' transfers put on them.

    A transfer of a station is one of each of its stops. A stated time (2) replaces the walk, a forbidden
    change (3) takes it away; one without a time (0, 1) takes the walk, however long.
    """
    walks = list_walks(arrets, walk_s, a_pied)
    wait_s = np.zeros(arrets.height, np.int32)
    for de, vers, genre, duree_s in spread(arrets, correspondances).iter_rows():
        if de == vers:
            wait_s[de] = NEVER_S if genre == INTERDIT else duree_s or 0
        elif genre == INTERDIT:
            walks.pop((de, vers), None)
        elif genre == DUREE_DITE and duree_s is not None:
            walks[de, vers] = duree_s, DITE
        else:
            walks[de, vers] = SANS_DUREE, ESTIMEE
    walks |= measure_untimed(arrets, [pair for pair, (s, _) in walks.items() if s == SANS_DUREE], a_pied)
    pairs = np.array(list(walks), np.int32).reshape(-1, 2)
    took_s = np.array([s for s, _ in walks.values()], np.int32)
    return Correspondances(Changes.of(wait_s, pairs[:, 0], pairs[:, 1], took_s), walks)


def list_walks(arrets: pl.DataFrame, walk_s: float, a_pied: APied) -> dict[Pair, Marche]:
    """Seconds and manner of each walk between two stops."""
    if a_pied.plain:
        tail, head, distance_m = near_pairs(arrets, walk_s)
        took = duration(distance_m).tolist()
        return {
            (de, vers): (s, ESTIMEE) for de, vers, s in zip(tail.tolist(), head.tolist(), took, strict=True)
        }
    rows = a_pied.between(arrets, walk_s).select("de", "vers", "duree_s", "rue").iter_rows()
    return {(de, vers): (s, RUES if rue else ESTIMEE) for de, vers, s, rue in rows}


def measure_untimed(arrets: pl.DataFrame, pairs: Sequence[Pair], a_pied: APied) -> dict[Pair, Marche]:
    """The walks of transfers to which the feed gives no time."""
    if not pairs:
        return {}
    de, vers = np.array(pairs, np.int64).T
    took_s, rue = a_pied.measure(arrets, de, vers)
    how = np.where(rue, RUES, ESTIMEE).tolist()
    return dict(zip(pairs, zip(took_s.tolist(), how, strict=True), strict=True))


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
