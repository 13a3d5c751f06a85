"""Hours a week that people gain or lose, and when: bits of access before and after. Arrays only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from maillage.access.effective import EffectiveAccess
from maillage.access.hours import Bits, mask, weekly_hours
from maillage.catalogue.lecture import read_toml
from maillage.scenarios.impact.gains import Floats, average

MIDI: Final = 12
JOURNEES: Final = {"en semaine": range(5), "le samedi": (5,), "le dimanche": (6,)}


def list_periods() -> dict[str, Bits]:
    """Parts of the week by what one calls them: a morning ends at noon (<), an evening is the catalogue's.

    >>> list(list_periods())[3:6]
    ['le samedi matin', 'le samedi après-midi', 'le samedi soir']
    """
    evening = read_toml("horaires.toml")["soiree"]["debut_heure"]
    bounds = {"matin": (0, MIDI), "après-midi": (MIDI, evening), "soir": (evening, 24)}
    named = {"en semaine": {"matin": "en semaine, le matin", "après-midi": "en semaine, l’après-midi"}}
    named["en semaine"]["soir"] = "en semaine, le soir"
    return {
        named.get(days, {}).get(part, f"{days} {part}"): mask(list(weekdays), *bound)
        for days, weekdays in JOURNEES.items()
        for part, bound in bounds.items()
    }


@dataclass(frozen=True)
class GainsHeures:
    """Hours a week, float64[origins], NaN where unknown before or after.

    ``net``: what sure hours become more (negative: fewer). ``gagnes``, ``perdus``: bits of the moments when
    something open is within reach only after, only before (uint64[origins, words]), none where unknown.
    """

    net: Floats
    gagnes: Bits
    perdus: Bits


def compare_hours(before: EffectiveAccess, after: EffectiveAccess) -> GainsHeures:
    """What differs between two accesses of the same origins.

    >>> from maillage.access.hours import parse_hours
    >>> bits = [parse_hours(text)[None] for text in ("Mo 09:00-10:00", "Mo 09:00-10:00; Sa 09:00-12:00")]
    >>> one, two = (EffectiveAccess(b, b, np.zeros(1, np.int64)) for b in bits)
    >>> found = compare_hours(one, two)
    >>> found.net.tolist(), weekly_hours(found.gagnes).tolist(), weekly_hours(found.perdus).tolist()
    ([3.0], [3.0], [0.0])
    """
    net = after.hours - before.hours
    known = ~np.isnan(net)[:, None]
    none = np.uint64(0)
    return GainsHeures(
        net,
        np.where(known, after.bits & ~before.bits, none),
        np.where(known, before.bits & ~after.bits, none),
    )


@dataclass(frozen=True)
class PartHeures:
    """People whose week gains, or loses: how many, and their mean hours (null when there is nobody)."""

    habitants: float
    heures: float | None


def count_people(net: Floats, people: Floats, *, lost: bool = False) -> PartHeures:
    """Those who gain hours, or lose some, origins at NaN left out.

    >>> count_people(np.array([2.0, 4.0, -1.0]), np.array([10.0, 30.0, 5.0]))
    PartHeures(habitants=40.0, heures=3.5)
    """
    signed = -net if lost else net
    some = (signed > 0) & (people > 0)
    return PartHeures(float(people[some].sum()), average(signed[some], people[some]))


def share_periods(bits: Bits, people: Floats, periods: Mapping[str, Bits]) -> dict[str, float]:
    """The share of people's hours that fall in each part of the week, the largest first, none left out.

    >>> from maillage.access.hours import parse_hours
    >>> share_periods(parse_hours("Sa 09:00-13:00")[None], np.ones(1), list_periods())
    {'le samedi matin': 0.75, 'le samedi après-midi': 0.25}
    """
    sums = {name: float((weekly_hours(bits, part) * people).sum()) for name, part in periods.items()}
    total = sum(sums.values())
    ordered = sorted((name for name in sums if sums[name] > 0), key=lambda name: -sums[name])
    return {name: sums[name] / total for name in ordered}
