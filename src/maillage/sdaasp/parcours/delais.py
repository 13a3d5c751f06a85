"""The delay within which a body that is asked gives its avis: calendar months, moved by nothing.

Decree n° 2016-402, article 3: an avis not given within three months is deemed given, not favourable. The
delay ends on the same day of the month, or on the month's last where there is no such day; a Sunday or a
public holiday does not move it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from maillage.catalogue.lecture import read_toml

MOIS_AVIS: Final[int] = read_toml("parcours.toml")["delai_avis"]["mois"]


def find_echeance(saisine: date, mois: int = MOIS_AVIS) -> date:
    """The last day of the delay that a referral opens: an avis of that day is still in time.

    >>> [find_echeance(date(year, 11, 30)).isoformat() for year in (2025, 2027)]
    ['2026-02-28', '2028-02-29']
    >>> find_echeance(date(2026, 2, 28)).isoformat()
    '2026-05-28'
    """
    return saisine + relativedelta(months=mois)


def list_rappels(saisine: date) -> tuple[date, ...]:
    """The days on which an avis still awaited is recalled: before the delay ends, after the referral.

    >>> [day.isoformat() for day in list_rappels(date(2025, 11, 30))]
    ['2026-01-14', '2026-02-13', '2026-02-23']
    """
    days = read_toml("parcours.toml")["rappels"]["jours"]
    end = find_echeance(saisine)
    return tuple(sorted(day for before in days if (day := end - timedelta(days=before)) > saisine))
