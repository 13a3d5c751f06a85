"""Going in a wheelchair: the stops, vehicles and ways in stations that feeds say one can take, or do not say.

What is not said is never a yes: two answers are given, apart. ``SUR`` takes only what is said accessible,
``POSSIBLE`` what is not said too. Neither takes what is said inaccessible, nor, where a station's ways are
described (pathways.txt), stairs and escalators: a stop that no entrance of its station reaches otherwise,
both ways, is out; so is a change between two of its stops that no such way joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.transports.a_pied import FAUTEUIL, APied
from maillage.atlas.transports.changements import Correspondances, Pair
from maillage.atlas.transports.dossier import Transports
from maillage.francais import nombre
from maillage.network.timetables.edits import keep_calls
from maillage.network.timetables.rules import ChangeRules
from maillage.network.timetables.timetable import NEVER_S, Changes, Timetable

SUR: Final = "sur"
POSSIBLE: Final = "possible"
INCONNU, OUI, NON = range(3)
A_MARCHES: Final = (2, 4)  # pathway_mode: stairs, escalator
ARRET, ENTREE = 0, 2  # location_type


@dataclass(frozen=True)
class CheminsDeGare:
    """The ways of the stations that describe theirs, stairs and escalators left out."""

    arrets: pl.DataFrame
    cheminements: pl.DataFrame

    @cached_property
    def station(self) -> NDArray[np.int64]:
        """The station of each stop; of a boarding area, that of its platform; itself for none."""
        rows = np.arange(self.arrets.height)
        parent = self.arrets["gare"].fill_null(-1).to_numpy().astype(np.int64)
        once = np.where(parent >= 0, parent, rows)
        return np.asarray(once[once], np.int64)

    @cached_property
    def described(self) -> frozenset[int]:
        """The stations some of whose ways are told."""
        ends = pl.concat([self.cheminements["de"], self.cheminements["vers"]]).to_numpy()
        return frozenset(self.station[ends].tolist())

    @cached_property
    def reached(self) -> dict[int, frozenset[int]]:
        """What one reaches from each stop that a way without steps leaves."""
        onward: dict[int, set[int]] = {}
        flat = self.cheminements.filter(~pl.col("genre").is_in(A_MARCHES))
        for de, vers, both in flat.select("de", "vers", "deux_sens").iter_rows():
            onward.setdefault(de, set()).add(vers)
            if both:
                onward.setdefault(vers, set()).add(de)
        return {stop: follow(onward, stop) for stop in onward}

    def joins(self, de: int, vers: int) -> bool:
        """Whether one goes from a stop to another without steps, or nothing says that one does not."""
        if de == vers or self.station[de] != self.station[vers] or self.station[de] not in self.described:
            return True
        return vers in self.reached.get(de, frozenset())

    def mark_reachable(self) -> NDArray[np.bool_]:
        """The stops that one enters and leaves without steps, as far as their station's ways are told."""
        kinds = self.arrets["genre"].to_numpy()
        ends = set(pl.concat([self.cheminements["de"], self.cheminements["vers"]]).to_list())
        doors: dict[int, list[int]] = {}
        for stop in np.flatnonzero(kinds == ENTREE).tolist():
            if stop in ends:
                doors.setdefault(int(self.station[stop]), []).append(stop)
        marked = np.ones(self.arrets.height, bool)
        for stop in np.flatnonzero(kinds == ARRET).tolist():
            own = doors.get(int(self.station[stop]))
            if own:
                marked[stop] = any(self.joins(door, stop) for door in own) and any(
                    self.joins(stop, door) for door in own
                )
        return marked


def follow(onward: dict[int, set[int]], start: int) -> frozenset[int]:
    """Everything that one reaches.

    >>> sorted(follow({1: {2}, 2: {3}, 4: {1}}, 1))
    [1, 2, 3]
    """
    seen, stack = {start}, [start]
    while stack:
        more = onward.get(stack.pop(), set()) - seen
        seen |= more
        stack += more
    return frozenset(seen)


def in_wheelchair(transports: Transports, a_pied: APied, which: str) -> Transports:
    """The same timetables, of which one takes what a wheelchair can (``SUR``) or may (``POSSIBLE``).

    ``a_pied``: the streets open to it, or none.
    """
    return replace(transports, a_pied=APied(a_pied.reseau, mode=FAUTEUIL), fauteuil=which)


def keep_accessible(transports: Transports) -> Timetable:
    """The arrays of timetables, without the calls that cannot be made in a wheelchair."""
    if transports.fauteuil is None:
        return transports.horaires
    stops, trips = mark_stops(transports), mark(transports.table("courses")["fauteuil"], transports.fauteuil)
    return keep_calls(transports.horaires, stops, trips)


def mark(said: pl.Series, which: str) -> NDArray[np.bool_]:
    """Whether each is taken: said so, or not said not to be.

    >>> mark(pl.Series([0, 1, 2]), SUR).tolist(), mark(pl.Series([0, 1, 2]), POSSIBLE).tolist()
    ([False, True, False], [True, True, False])
    """
    known = said.fill_null(INCONNU).to_numpy()
    return np.asarray(known == OUI if which == SUR else known != NON)


def mark_stops(transports: Transports) -> NDArray[np.bool_]:
    """The stops where one boards and gets off: bool[stops]."""
    flat = CheminsDeGare(transports.arrets, transports.cheminements).mark_reachable()
    return mark(transports.arrets["fauteuil"], transports.fauteuil or POSSIBLE) & flat


def leave_steps(transports: Transports, known: Correspondances) -> Correspondances:
    """The changes without those that take steps in a station."""
    ways = CheminsDeGare(transports.arrets, transports.cheminements)
    if not ways.described:
        return known
    kept = {pair: found for pair, found in known.marches.items() if ways.joins(*pair)}
    return Correspondances(keep_walks(known.changements, kept), kept)


def forbid_steps(transports: Transports, rules: ChangeRules) -> ChangeRules:
    """The rules of some lines or trips, which give no way where there are steps."""
    ways = CheminsDeGare(transports.arrets, transports.cheminements)
    ends = zip(rules.tail.tolist(), rules.head.tolist(), strict=True)
    flat = np.array([ways.joins(*pair) for pair in ends], bool)
    return replace(rules, walk_s=np.where(flat, rules.walk_s, NEVER_S).astype(np.int32))


def keep_walks(changes: Changes, kept: Iterable[Pair]) -> Changes:
    """The changes of some pairs of stops, and those at the same stop."""
    held = set(kept)
    pairs = zip(changes.tail.tolist(), changes.head.tolist(), strict=True)
    rows = np.array([pair in held for pair in pairs], bool)
    return Changes.of(changes.wait_s, changes.tail[rows], changes.head[rows], changes.walk_s[rows])


@dataclass(frozen=True)
class ComptesFauteuil:
    """How many stops served, or trips, are said accessible, said not to be, or nothing is said of."""

    oui: int
    non: int
    inconnu: int

    @classmethod
    def of(cls, said: pl.Series) -> ComptesFauteuil:
        """Counts of a column of 0 (unknown), 1 (yes), 2 (no)."""
        count = np.bincount(said.fill_null(INCONNU).to_numpy(), minlength=3)
        return cls(int(count[OUI]), int(count[NON]), int(count[INCONNU]))


def count_known(transports: Transports) -> tuple[ComptesFauteuil, ComptesFauteuil]:
    """Of the stops served, and of the trips."""
    served = np.unique(transports.horaires.stop_times.stop)
    stops = transports.arrets["fauteuil"].gather(served)
    return ComptesFauteuil.of(stops), ComptesFauteuil.of(transports.table("courses")["fauteuil"])


def tell_unknown(transports: Transports, de: int, vers: int, course: int) -> str | None:
    """What a feed does not say of a ride, in words; null when it says all."""
    stops, trips = transports.arrets["fauteuil"], transports.table("courses")["fauteuil"]
    asked = ((stops[de], "la montée"), (trips[course], "le véhicule"), (stops[vers], "la descente"))
    lacking = [words for said, words in asked if (said or INCONNU) == INCONNU]
    return " et ".join(filter(None, (", ".join(lacking[:-1]), *lacking[-1:]))) or None


def say_counts(stops: ComptesFauteuil, trips: ComptesFauteuil) -> Iterator[str]:
    """What a feed says of wheelchairs, in two sentences.

    >>> for line in say_counts(ComptesFauteuil(12, 3, 25), ComptesFauteuil(0, 0, 4)):
    ...     print(line.replace(chr(0xa0), " "))
    Arrêts desservis : 12 dits accessibles, 3 dits non accessibles, 25 dont rien n’est dit.
    Courses : 0 dites accessibles, 0 dites non accessibles, 4 dont rien n’est dit.
    """
    for name, found, end in (("Arrêts desservis", stops, ""), ("Courses", trips, "e")):
        known = f"{nombre(found.oui)} dit{end}s accessibles, {nombre(found.non)} dit{end}s non accessibles"
        yield f"{name} : {known}, {nombre(found.inconnu)} dont rien n’est dit."
