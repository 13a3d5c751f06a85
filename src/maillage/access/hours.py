"""Opening hours as bits: one bit per five minutes over a reference period of 28 days.

A schedule is a row of ``uint64[WORDS]``; the union of many schedules is a bitwise or, hours are a count of
bits. A bit is set when the implantation is open at the start of its five minutes. Monday comes first. Hours
that are sure and hours that are only possible (by appointment, open end, state unknown) are two arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml
from maillage.horaires.heures import SLOT_MIN, SLOTS_PER_DAY
from maillage.horaires.jours import DAYS
from maillage.horaires.regles import HoraireIllisible
from maillage.horaires.semaine import read_week

WEEKS = DAYS // 7
WORDS = DAYS * SLOTS_PER_DAY // 64
SATURDAY = 5

Bits = NDArray[np.uint64]


def pack(slots: NDArray[np.bool_]) -> Bits:
    """Booleans [..., DAYS * SLOTS_PER_DAY] to bits [..., WORDS]."""
    return np.packbits(slots, axis=-1, bitorder="little").view(np.uint64)


def parse_hours(text: str) -> Bits:
    """Bits of one schedule in OpenStreetMap ``opening_hours`` syntax: what is surely open.

    Public and school holidays are none of the reference period.

    >>> float(weekly_hours(parse_hours("Mo-Fr 09:00-12:00,13:30-17:00; Sa[1] 09:00-12:00")))
    33.25

    Raises:
        HoraireIllisible: it is no text of this syntax.
    """
    return pack(read_week(text).sur)


@dataclass(frozen=True)
class Schedules:
    """``bits`` of what is surely open, ``possible`` of what may be: uint64[sites, WORDS], zero where unknown.

    ``known`` bool[sites]: something is said for sure, some hours or that it never opens.
    """

    bits: Bits
    possible: Bits
    known: NDArray[np.bool_]


def parse_schedules(texts: Sequence[str | None]) -> Schedules:
    """Every schedule of a list, None where unknown; raises ``EntreeInvalide`` with all its faults.

    "Sur rendez-vous" alone says nothing for sure: unknown, neither closed nor always open.

    >>> parse_schedules(["Mo 09:00-12:00", '"sur rendez-vous"', "off", None]).known.tolist()
    [True, False, True, False]
    """
    bits, possible = np.zeros((2, len(texts), WORDS), np.uint64)
    known = np.zeros(len(texts), np.bool_)
    faults = []
    for row, text in enumerate(texts):
        try:
            if text is not None and (week := read_week(text)).connue:
                bits[row], possible[row], known[row] = pack(week.sur), pack(week.possible), True
        except HoraireIllisible:
            faults.append(explain_fault(row, text))
    if faults:
        raise EntreeInvalide("Des horaires sont illisibles.", tuple(faults))
    return Schedules(bits, possible, known)


def explain_fault(row: int, text: str | None) -> Faute:
    """What to say of a schedule that cannot be read."""
    return Faute(
        quoi=f"horaires illisibles : « {text} »",
        ligne=row + 2,
        colonne="horaires",
        que_faire="Écrivez-les comme « Mo-Fr 09:00-12:00 » (syntaxe opening_hours d'OpenStreetMap).",
    )


def mask(days: Sequence[int], from_hour: float = 0, to_hour: float = 24) -> Bits:
    """Bits of the hours [from, to) of some days of the week (0 = Monday), every week of the period."""
    hour = np.arange(SLOTS_PER_DAY) * SLOT_MIN / 60
    in_day = (hour >= from_hour) & (hour < to_hour)
    in_week = np.isin(np.arange(DAYS) % 7, list(days))
    return pack((in_week[:, None] & in_day[None, :]).ravel())


def weekly_hours(bits: Bits, within: Bits | None = None) -> NDArray[np.float64]:
    """Mean hours a week of each schedule (last axis), of those in the mask ``within`` if given.

    >>> bits = parse_hours("Mo-Fr 10:00-19:00; Sa 09:00-12:00")
    >>> [float(weekly_hours(bits, part)) for part in (None, evening(), mask([SATURDAY]))]
    [48.0, 5.0, 3.0]
    """
    kept = bits if within is None else bits & within
    slots = np.bitwise_count(kept).sum(axis=-1, dtype=np.int64)
    return np.asarray(slots * SLOT_MIN / 60 / WEEKS, np.float64)


def evening() -> Bits:
    """Monday to Friday from the hour the catalogue calls evening, to midnight."""
    return mask(range(5), from_hour=read_toml("horaires.toml")["soiree"]["debut_heure"])
