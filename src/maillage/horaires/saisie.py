"""Opening hours as people type them, a line a weekday, into the syntax that is kept, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.horaires.heures import DAY_MIN, SLOT_MIN, SLOTS_PER_DAY
from maillage.horaires.jours import DAYS
from maillage.horaires.regles import HoraireIllisible
from maillage.horaires.semaine import read_week

JOURS_PLEINS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
JOURS_OSM: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HEURE: Final = r"(\d{1,2})\s*(?:[hH:.]\s*(\d{2})?)?"
PLAGE: Final = re.compile(rf"(?:de\s+)?{HEURE}\s*(?:-|–|—|à|a|/)\s*{HEURE}", re.IGNORECASE)
LIENS: Final = re.compile(r"(?:\s|,|;|\bet\b|\bpuis\b)*", re.IGNORECASE)
SIMPLE: Final = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|closed|\d?\d:\d[05]|[-,; ])+", re.IGNORECASE)
"""What a week of weekdays needs and no more: no month, no holidays of schools, no open end."""
FERME: Final = {"", "ferme", "fermé", "fermée", "-", "non"}


def write_hours(jours: Sequence[str], *, feries: bool | None = None) -> str:
    """Seven lines from Monday on, as typed, in the syntax of OpenStreetMap; days that are alike together.

    An empty line is a closed day. ``feries``: false writes that it is closed on public holidays.

    >>> write_hours(["9h-12h, 13h30-17h", "9 h à 12 h et 13 h 30 à 17 h", "", "fermé", "8:30-12", "", ""])
    'Mo-Tu 09:00-12:00,13:30-17:00; Fr 08:30-12:00'

    Raises:
        EntreeInvalide: a line that cannot be read, or nothing open at all; every such line is said.
    """
    faults, told = [], []
    for name, text in zip(JOURS_PLEINS, jours, strict=True):
        try:
            told.append(_write_day(text))
        except ValueError:
            faults.append(
                Faute(
                    f"{name} : « {text.strip()} » ne se lit pas", que_faire="Écrivez « 9h-12h, 14h-17h30 »."
                )
            )
    if faults:
        raise EntreeInvalide("Ces horaires ne se lisent pas.", tuple(faults))
    if not any(told):
        raise EntreeInvalide("Aucun jour n’a d’horaires : écrivez-en un, ou dites que le lieu n’existe plus.")
    rules = [f"{_name(days)} {told[days[0]]}" for days in _group(told) if told[days[0]]]
    return "; ".join([*rules, "PH off"] if feries is False else rules)


def _write_day(text: str) -> str:
    if text.strip().lower() in FERME:
        return ""
    found = list(PLAGE.finditer(text))
    if not found or not LIENS.fullmatch(PLAGE.sub("", text)):
        raise ValueError(text)
    ends = [(_minutes(one[1], one[2]), _minutes(one[3], one[4])) for one in found]
    flat = [minute for pair in ends for minute in pair]
    if flat != sorted(set(flat)) or flat[-1] > DAY_MIN:
        raise ValueError(text)
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in ends)


def _minutes(hours: str, minutes: str | None) -> int:
    if int(minutes or 0) > 59:
        raise ValueError(minutes)
    return int(hours) * 60 + int(minutes or 0)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _group(told: Sequence[str]) -> list[list[int]]:
    """Days that follow each other and say the same."""
    groups: list[list[int]] = []
    for day, hours in enumerate(told):
        if groups and told[groups[-1][-1]] == hours:
            groups[-1].append(day)
        else:
            groups.append([day])
    return groups


def _name(days: Sequence[int]) -> str:
    first, last = JOURS_OSM[days[0]], JOURS_OSM[days[-1]]
    return first if first == last else f"{first}-{last}"


def read_lines(text: str | None) -> tuple[str, ...] | None:
    """The seven lines that say the same as a text, to be changed; null when seven lines cannot say it.

    >>> read_lines("Mo-Fr 09:00-12:00,13:30-17:00; PH off")[4:6]
    ('9h-12h, 13h30-17h', '')
    >>> read_lines("Mo 09:00+"), read_lines("Mo 09:00-12:00; Aug off"), read_lines(None)
    (None, None, None)
    """
    if not SIMPLE.fullmatch(text or ""):
        return None
    try:
        week = read_week(text or "")
    except HoraireIllisible:
        return None
    sure = week.sur.reshape(DAYS // 7, 7, SLOTS_PER_DAY)
    if (week.sur != week.possible).any() or (sure != sure[0]).any() or not sure.any():
        return None
    return tuple(_read_day(slots) for slots in sure[0])


def _read_day(slots: NDArray[np.bool_]) -> str:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], slots, [False]]).astype(np.int8)))
    pairs = edges.reshape(-1, 2) * SLOT_MIN
    return ", ".join(f"{_say(int(start))}-{_say(int(end))}" for start, end in pairs)


def _say(minutes: int) -> str:
    hours, left = divmod(minutes, 60)
    return f"{hours}h{left:02}" if left else f"{hours}h"
