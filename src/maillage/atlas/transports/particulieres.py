"""The transfers of a feed that hold for some lines or trips alone, as rules put on a timetable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import polars as pl

from maillage.atlas.transports.a_pied import APied
from maillage.atlas.transports.changements import (
    DUREE_DITE,
    INTERDIT,
    Correspondances,
    Marche,
    Pair,
    measure_untimed,
    spread,
)
from maillage.network.timetables.rules import ChangeRules, tell_usual
from maillage.network.timetables.timetable import NEVER_S, NONE

POUR_QUI = ("ligne_de", "ligne_vers", "course_de", "course_vers")


def split_particular(correspondances: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The transfers that hold for all, and the others; timetables of before have none of these."""
    if not set(POUR_QUI) <= set(correspondances.columns):
        return correspondances, correspondances.clear()
    some = pl.any_horizontal(pl.col(name).is_not_null() for name in POUR_QUI)
    return correspondances.filter(~some), correspondances.filter(some)


def make_rules(
    arrets: pl.DataFrame, particular: pl.DataFrame, general: Correspondances, a_pied: APied
) -> tuple[ChangeRules, dict[Pair, Marche]]:
    """The rules of some transfers, and the walks that they alone take; ``general``: what holds for all.

    As for all: a stated time (2) is what the change takes, one that is forbidden (3) never is, one without a
    time (0, 1) takes the walk, however long; at the same stop, what the feed says, or none.
    """
    usual = tell_usual(general.changements)
    table = spread(arrets, particular, *POUR_QUI)
    rows = list(table.select("a", "b", "genre", "duree_s").iter_rows())
    own = measure_untimed(arrets, list(dict.fromkeys(list_untimed(rows, usual))), a_pied)

    def take(de: int, vers: int, genre: int, duree_s: int | None) -> int:
        if genre == INTERDIT:
            return int(NEVER_S)
        if de == vers:
            return duree_s or 0
        if genre == DUREE_DITE and duree_s is not None:
            return duree_s
        walked = usual.get((de, vers))
        return own[de, vers][0] if walked is None else walked

    walk_s = [take(*row) for row in rows]
    names = ("a", "b", *POUR_QUI)
    one, other, *for_whom = (table[name].fill_null(NONE).to_numpy().astype(np.int32) for name in names)
    line_from, line_to, trip_from, trip_to = for_whom
    took_s = np.array(walk_s, np.int32)
    return ChangeRules(one, other, line_from, line_to, trip_from, trip_to, took_s), own


def list_untimed(
    rows: Iterable[tuple[int, int, int, int | None]], usual: Mapping[Pair, int]
) -> Iterator[Pair]:
    """The pairs of stops of transfers without a time, where no walk is known."""
    for de, vers, genre, duree_s in rows:
        stated = genre == INTERDIT or (genre == DUREE_DITE and duree_s is not None)
        if not stated and (de, vers) not in usual:
            yield de, vers
