"""Whether a record still holds: twice a year each structure is asked, and what was not confirmed says so.

Two things make a record fresh: its source changed it (``date_maj``), somebody confirmed it (``confirmee``).
Campaigns and delays are the catalogue's (``annuaire.toml``, ``fraicheur``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from maillage.catalogue.lecture import read_toml


class EtatFraicheur(StrEnum):
    """What is known of a record's age."""

    CONFIRMEE = "confirmee"
    A_CONFIRMER = "a_confirmer"
    NON_CONFIRMEE = "non_confirmee"
    PERIMEE = "perimee"


ETATS_FRAICHEUR: Final = {
    EtatFraicheur.CONFIRMEE: "Confirmée",
    EtatFraicheur.A_CONFIRMER: "À confirmer",
    EtatFraicheur.NON_CONFIRMEE: "Non confirmée",
    EtatFraicheur.PERIMEE: "Non confirmée depuis plus d’un an",
}


@dataclass(frozen=True, slots=True)
class CampagneFraicheur:
    """From the day on which structures begin to be asked to the last one, both included."""

    debut: date
    fin: date


def list_campagnes(annee: int) -> tuple[CampagneFraicheur, ...]:
    """The campaigns that begin in a year, in order.

    >>> [(one.debut.isoformat(), one.fin.isoformat()) for one in list_campagnes(2026)]
    [('2026-06-01', '2026-07-15'), ('2026-11-15', '2026-12-29')]
    """
    told = read_toml("annuaire.toml")["fraicheur"]
    starts = sorted(date.fromisoformat(f"{annee}-{day}") for day in told["campagnes"])
    return tuple(CampagneFraicheur(day, day + timedelta(days=told["duree_jours"] - 1)) for day in starts)


def find_campagne(at: date) -> CampagneFraicheur:
    """The campaign of a day: the last one that had begun.

    >>> find_campagne(date(2026, 5, 31)).debut.isoformat(), find_campagne(date(2026, 6, 1)).debut.isoformat()
    ('2025-11-15', '2026-06-01')
    """
    begun = [one for year in (at.year - 1, at.year) for one in list_campagnes(year) if one.debut <= at]
    return begun[-1]


def is_open(campagne: CampagneFraicheur, at: date) -> bool:
    """Whether structures are being asked on a day."""
    return campagne.debut <= at <= campagne.fin


def last_word(date_maj: date, confirmee: date | None) -> date:
    """The last day on which somebody said that a record holds: its source, or who confirmed it."""
    return date_maj if confirmee is None else max(date_maj, confirmee)


def tell_fraicheur(date_maj: date, confirmee: date | None, at: date) -> EtatFraicheur:
    """The state of a record on a day, the first of these that holds.

    1. Confirmed: somebody said so since the last campaign began.
    2. Out of date: nobody has for as many months as the catalogue says, or more.
    3. To be confirmed: the campaign is open.
    4. Not confirmed: it closed without an answer.

    >>> [tell_fraicheur(date(2026, 3, 1), said, date(2026, 7, 15)).value for said in (None, date(2026, 6, 1))]
    ['a_confirmer', 'confirmee']
    >>> tell_fraicheur(date(2026, 3, 1), None, date(2026, 7, 16)).value
    'non_confirmee'
    >>> tell_fraicheur(date(2026, 3, 1), None, date(2027, 3, 1)).value
    'perimee'
    """
    last, campagne = last_word(date_maj, confirmee), find_campagne(at)
    if last >= campagne.debut:
        return EtatFraicheur.CONFIRMEE
    months = read_toml("annuaire.toml")["fraicheur"]["perime_mois"]
    if last + relativedelta(months=months) <= at:
        return EtatFraicheur.PERIMEE
    return EtatFraicheur.A_CONFIRMER if is_open(campagne, at) else EtatFraicheur.NON_CONFIRMEE


def must_ask(date_maj: date, confirmee: date | None, asked: date | None, at: date) -> bool:
    """Whether a structure is to be asked on a day: a campaign is open, it said nothing and was not asked.

    >>> [must_ask(date(2026, 3, 1), None, asked, date(2026, 6, 2)) for asked in (None, date(2026, 6, 1))]
    [True, False]
    """
    campagne = find_campagne(at)
    told = last_word(date_maj, confirmee) >= campagne.debut or (asked is not None and asked >= campagne.debut)
    return is_open(campagne, at) and not told
