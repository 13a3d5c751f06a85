"""The hours that a rule selects, from the midnight of its day to the second midnight after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.lecture import read_toml
from maillage.horaires.regles import ASTRE, HEURE, PLAGE, HoraireIllisible

SLOT_MIN: Final = 5
DAY_MIN: Final = 24 * 60
SLOTS_PER_DAY: Final = DAY_MIN // SLOT_MIN

Slots = NDArray[np.bool_]


@dataclass(frozen=True)
class Instant:
    """Minutes after midnight: earliest, usual and latest; the three are equal but for the sun's."""

    tot: int
    usuel: int
    tard: int

    def shift(self, minutes: int) -> Instant:
        """The same, later."""
        return Instant(self.tot + minutes, self.usuel + minutes, self.tard + minutes)


Soleil = Mapping[str, Instant]
"""When the sun's events are: ``dawn``, ``sunrise``, ``sunset``, ``dusk``."""


@dataclass(frozen=True)
class PlageHoraire:
    """From an instant to another; ``ouverte``: nobody says when it ends, perhaps at ``fin``."""

    debut: Instant
    fin: Instant
    ouverte: bool


@lru_cache(maxsize=4096)
def read_hours(text: str) -> tuple[Slots, Slots]:
    """Slots of five minutes surely and perhaps within the hours, each bool[2 × SLOTS_PER_DAY]; read-only.

    Nothing stated is the whole day. A slot counts when its first instant is in [start, end).

    >>> [int(slots.sum()) * SLOT_MIN / 60 for slots in read_hours("09:00-12:00,14:00+")]
    [3.0, 13.0]

    Raises:
        HoraireIllisible: an hour that does not exist.
    """
    sure, perhaps = np.zeros((2, 2 * SLOTS_PER_DAY), np.bool_)
    if not text:
        sure[:SLOTS_PER_DAY] = perhaps[:SLOTS_PER_DAY] = True
    for span in read_spans(text):
        if not span.ouverte:
            sure[slot(span.debut.tard) : slot(span.fin.tot)] = True
        perhaps[slot(span.debut.tot) : slot(span.fin.tard)] = True
    sure.flags.writeable = perhaps.flags.writeable = False
    return sure, perhaps


def slot(minutes: int) -> int:
    """The first slot that starts at or after an instant."""
    return -(-minutes // SLOT_MIN)


def read_spans(text: str, soleil: Soleil | None = None) -> list[PlageHoraire]:
    """Every span; "10:00-12:00+" is one that ends at noon and one that starts there, without an end.

    An end at or before its start is of the next day. An open end stops where the next span starts.
    ``soleil``: the sun of a date and a place; null, that of the reference period.
    """
    ends = [read_ends(span, soleil) for span in re.findall(PLAGE, text, re.IGNORECASE)]
    starts = [start for start, _, _ in ends]
    spans = [PlageHoraire(start, end, ouverte=False) for start, end, _ in ends if end]
    for start, end, open_ended in ends:
        if open_ended:
            since = end or start
            later = [other.tot for other in starts if other.tot > since.tard]
            until = min([guess_end(since.usuel), *later])
            spans.append(PlageHoraire(since, Instant(until, until, until), ouverte=True))
    return spans


def read_ends(span: str, soleil: Soleil | None = None) -> tuple[Instant, Instant | None, bool]:
    """Start, end (null when not said) and whether it may last beyond."""
    first, *second = (read_instant(found, soleil) for found in re.findall(HEURE, span, re.IGNORECASE))
    if first.usuel >= DAY_MIN or any(end.usuel > 2 * DAY_MIN for end in second):
        raise HoraireIllisible(span)
    last = second[0] if second else None
    if last and last.usuel <= first.usuel:
        last = last.shift(DAY_MIN)
    return first, last, span.rstrip().endswith("+")


def read_instant(text: str, soleil: Soleil | None = None) -> Instant:
    """An hour of the clock, or of the sun with or without a shift.

    >>> read_instant("(sunset-01:00)") == read_instant("sunset").shift(-60)
    True
    """
    event = re.search(r"[a-z]+", text.lower())
    clock = re.search(r"([+-]?)\s*(\d{1,2}):(\d\d)", text)
    if clock and int(clock[3]) > 59:
        raise HoraireIllisible(text)
    minutes = int(clock[2]) * 60 + int(clock[3]) if clock else 0
    if not event:
        return Instant(minutes, minutes, minutes)
    sun = (soleil or read_sun())[event[0]]
    return sun.shift(-minutes if clock and clock[1] == "-" else minutes)


@cache
def read_sun() -> Soleil:
    """The sun of the reference period, from one end of France to the other (catalogue ``horaires.toml``)."""
    told = read_toml("horaires.toml")["soleil"]
    names = ("plus_tot", "usuel", "plus_tard")
    return {
        event: Instant(*(read_instant(told[event][name]).usuel for name in names))
        for event in ASTRE.split("|")
    }


def guess_end(minutes: int) -> int:
    """When a place opened since then, that does not say when it closes, may close at the latest.

    >>> guess_end(10 * 60) / 60, guess_end(18 * 60) / 60, guess_end(22 * 60) / 60
    (24.0, 28.0, 30.0)
    """
    known = read_toml("horaires.toml")["fin_non_dite"]
    if minutes < known["soiree_des_heure"] * 60:
        return DAY_MIN
    night = minutes >= known["nuit_des_heure"] * 60
    return minutes + 60 * int(known["nuit_heures" if night else "soiree_heures"])
