"""Public holidays and school holidays of a département: when a meeting may be called, or a bus runs in term.

Both come from the library ``holidays``, in French. ``calendrier.toml`` adds what it does not know: the zone
of each département. Corsica and overseas set their own school calendar, which is unknown here, and said so.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

import holidays

from maillage.catalogue.lecture import read_toml

# Where other days than the country's are off: the library's own names.
SUBDIVISIONS: Final = {"57": "57", "67": "6AE", "68": "6AE"} | {
    code: code for code in ("971", "972", "973", "974", "976")
}
PREMIERE_ANNEE_SCOLAIRE: Final[int] = read_toml("calendrier.toml")["vacances"]["premiere_annee"]


@cache
def list_feries(annee: int, departement: str) -> dict[date, str]:
    """The public holidays of a year in a département, by day, in order.

    >>> {f"{day:%d/%m}": name for day, name in list_feries(2026, "59").items()}["25/05"]
    'Lundi de Pentecôte'
    >>> [len(list_feries(2026, code)) for code in ("59", "67")]
    [11, 13]
    """
    subdivision = SUBDIVISIONS.get(departement)
    found = holidays.country_holidays("FR", subdiv=subdivision, years=annee, language="fr")
    return dict(sorted(found.items()))


def read_zone(departement: str) -> str | None:
    """The zone of school holidays of a département: A, B or C; ``None`` where it sets its own calendar.

    >>> read_zone("59"), read_zone("38"), read_zone("2A")
    ('B', 'A', None)
    """
    zones = read_toml("calendrier.toml")["zones_scolaires"]
    return next((zone for zone in ("A", "B", "C") if departement in zones[zone]), None)


@cache
def list_vacances(annee: int, departement: str) -> dict[date, str] | None:
    """The days of school holidays of a calendar year, by day, in order; ``None`` where unknown.

    A day is a school holiday from the Saturday after the last lesson to the eve of the first one.

    >>> days = list_vacances(2026, "59")
    >>> [date(2026, 4, day) in days for day in (10, 11, 26, 27)]
    [False, True, True, False]
    >>> list_vacances(2026, "2A") is None, list_vacances(2013, "59") is None
    (True, True)
    """
    zone = read_zone(departement)
    if zone is None or annee < PREMIERE_ANNEE_SCOLAIRE:
        return None
    found = holidays.country_holidays(
        "FR", subdiv=f"Zone {zone}", years=annee, categories="school", language="fr"
    )
    return dict(sorted(found.items())) or None
