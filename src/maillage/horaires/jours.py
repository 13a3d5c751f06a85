"""The days that a rule selects in the reference period: years, months, dates, weeks, weekdays, holidays."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from maillage.catalogue.lecture import read_toml
from maillage.horaires.regles import HoraireIllisible

DAYS: Final = 28
FETE: Final = r"\b(?:PH|SH)\b(?:\s*[+-]\s*\d+\s*days?)?"
MOIS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
JOUR: Final = "Mo|Tu|We|Th|Fr|Sa|Su"
# "Feb,Mar Sa[1]": Saturdays of both months; the library takes the whole of the first.
MOIS_PUIS_RANG: Final = re.compile(rf"([^\[]*,(?:{MOIS})) ((?:{JOUR})\[.*)", re.IGNORECASE)


def reference_start() -> datetime:
    """The Monday on which the reference period starts (catalogue ``horaires.toml``)."""
    return datetime.fromisoformat(read_toml("horaires.toml")["periode_de_reference"]["debut"])


@lru_cache(maxsize=4096)
def read_days(text: str) -> NDArray[np.bool_]:
    """Whether each day is selected, bool[DAYS + 1] from the eve of the reference period; read-only.

    The period has neither public nor school holidays: "PH,Mo-Fr" (or) selects Monday to Friday, "PH Mo-Fr"
    (and) selects nothing.

    >>> int(read_days("PH,Mo-Fr")[1:].sum()), int(read_days("SH Mo-Fr").sum())
    (20, 0)

    Raises:
        HoraireIllisible: no selector of days.
    """
    listed = re.sub(rf"(?:{FETE},)+(?=\w)|(?:,{FETE})+", "", text, flags=re.IGNORECASE)
    plain = re.sub(FETE, "", listed, flags=re.IGNORECASE)
    days = select(re.sub(r"\s*:\s*|\s+", " ", plain).strip())
    if plain != listed:
        days = np.zeros_like(days)
    days.flags.writeable = False
    return days


def select(text: str) -> NDArray[np.bool_]:
    """The days of a selector without holidays; all of them without a selector."""
    if not text:
        return np.ones(DAYS + 1, np.bool_)
    if both := MOIS_PUIS_RANG.fullmatch(text):
        return select(both[1]) & select(both[2])
    eve = reference_start() - timedelta(days=1)
    days = np.zeros(DAYS + 1, np.bool_)
    try:
        for begin, end, state, _ in OpeningHours(text).intervals(eve, eve + timedelta(days=DAYS + 1)):
            days[(begin - eve).days : (end - eve).days] = state == State.OPEN
    except ParserError:
        raise HoraireIllisible(text) from None
    return days
