"""A year of meetings in one action: who meets when, off public and school holidays, and what is missing.

Within the months of its period, the meetings of a comité are spread evenly over the days that suit, one a day
at most: who convenes them goes to each. Days are tried in three turns: a Tuesday or a Thursday in term, any
working day in term, any working day. A public holiday, a Saturday or a Sunday never suits.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from maillage.catalogue.calendrier import list_feries, list_vacances
from maillage.sdaasp.gouvernance.modele import Comite, Periode, Rendezvous, SeancePrevue

MARDI, JEUDI, SAMEDI = 1, 3, 5
HORS_JOURS: Final = "ni un mardi ni un jeudi : la période n’en a pas assez"
HORS_VACANCES: Final = "pendant les vacances scolaires : la période n’a pas assez d’autres jours"
VACANCES_INCONNUES: Final = "vacances scolaires inconnues de cette académie ou de cette année : vérifiez"


def list_expected(comites: Iterable[Comite], territoires: Sequence[str]) -> tuple[Rendezvous, ...]:
    """Every meeting that one year asks for; ``territoires``: codes of the arrondissements.

    >>> tenu = Comite(cle="cts", sigle="CTS", nom="C", niveau="arrondissement", periodes=((4, 5),))
    >>> [rendezvous.territoire for rendezvous in list_expected([tenu], ["591", "592"])]
    ['591', '592']
    """
    return tuple(
        Rendezvous(comite.cle, rank, place)
        for comite in comites
        for rank in range(len(comite.periodes))
        for place in (territoires if comite.niveau == "arrondissement" else (None,))
    )


def plan_year(
    comites: Sequence[Comite],
    territoires: Sequence[str],
    annee: int,
    departement: str,
    deja: Iterable[SeancePrevue] = (),
) -> tuple[SeancePrevue, ...]:
    """The meetings still to be set, each on a day; those of ``deja`` are kept and their days are taken.

    In order of days. A meeting that no working day of its period can hold is absent: see ``list_missing``.

    >>> copil = Comite(cle="copil", sigle="CoPil", nom="C", periodes=((12, 12),))
    >>> [seance.jour.isoformat() for seance in plan_year([copil], [], 2026, "59")]
    ['2026-12-10']
    """
    held = tuple(deja)
    taken = {seance.jour for seance in held}
    found: list[SeancePrevue] = []
    for comite in comites:
        for rank, periode in enumerate(comite.periodes):
            known = {seance.rendezvous for seance in held}
            asked = [r for r in list_expected([comite], territoires) if r.periode == rank and r not in known]
            days = _choose(len(asked), periode, annee, departement, taken)
            found += [SeancePrevue(r, day, notes) for r, (day, notes) in zip(asked, days, strict=False)]
            taken |= {day for day, _ in days}
    return tuple(sorted(found, key=lambda seance: (seance.jour, seance.rendezvous.comite)))


def list_missing(
    comites: Iterable[Comite], territoires: Sequence[str], seances: Iterable[SeancePrevue]
) -> tuple[Rendezvous, ...]:
    """The meetings that the year asks for and that have no day."""
    held = {seance.rendezvous for seance in seances}
    return tuple(rendezvous for rendezvous in list_expected(comites, territoires) if rendezvous not in held)


def list_late(
    comites: Sequence[Comite],
    territoires: Sequence[str],
    seances: Iterable[SeancePrevue],
    annee: int,
    jour: date,
) -> tuple[Rendezvous, ...]:
    """Those among the missing whose period is over on ``jour``."""
    ends = {(c.cle, rank): _end(annee, p) for c in comites for rank, p in enumerate(c.periodes)}
    missing = list_missing(comites, territoires, seances)
    return tuple(r for r in missing if ends[r.comite, r.periode] < jour)


def check_day(day: date, departement: str) -> tuple[str, ...]:
    """What stands against a meeting on a day that somebody chose; empty when nothing does.

    >>> check_day(date(2026, 7, 14), "59"), check_day(date(2026, 11, 28), "59")
    (('férié : Fête nationale', 'pendant les vacances scolaires'), ('un samedi',))
    """
    against = []
    if name := list_feries(day.year, departement).get(day):
        against.append(f"férié : {name}")
    if day.weekday() >= SAMEDI:
        against.append("un samedi" if day.weekday() == SAMEDI else "un dimanche")
    vacances = list_vacances(day.year, departement)
    if vacances is None:
        against.append(VACANCES_INCONNUES)
    elif day in vacances:
        against.append("pendant les vacances scolaires")
    return tuple(against)


def _choose(
    count: int, periode: Periode, annee: int, departement: str, taken: Collection[date]
) -> list[tuple[date, tuple[str, ...]]]:
    """``count`` days or fewer, spread evenly, with what each gives up; the first turn that has enough."""
    vacances = list_vacances(annee, departement)
    working = [day for day in _list_working(periode, annee, departement) if day not in taken]
    term = [day for day in working if day not in (vacances or {})]
    best = [day for day in term if day.weekday() in (MARDI, JEUDI)]
    days = next((turn for turn in (best, term) if len(turn) >= count), working)
    unknown = (VACANCES_INCONNUES,) if vacances is None else ()
    return [(day, unknown + _tell_given_up(day, best, term)) for day in _spread(days, count)]


def _tell_given_up(day: date, best: Collection[date], term: Collection[date]) -> tuple[str, ...]:
    if day in best:
        return ()
    return (HORS_JOURS,) if day in term else (HORS_VACANCES,)


def _spread(days: Sequence[date], count: int) -> list[date]:
    """``count`` of the days, each in the middle of its share; all of them when they are fewer.

    >>> [day.day for day in _spread([date(2026, 1, d) for d in range(1, 10)], 3)]
    [2, 5, 8]
    """
    if len(days) <= count:
        return list(days)
    return [days[(2 * rank + 1) * len(days) // (2 * count)] for rank in range(count)]


def _list_working(periode: Periode, annee: int, departement: str) -> Iterator[date]:
    off = list_feries(annee, departement)
    day, end = date(annee, periode[0], 1), _end(annee, periode)
    while day <= end:
        if day.weekday() < SAMEDI and day not in off:
            yield day
        day += timedelta(days=1)


def _end(annee: int, periode: Periode) -> date:
    return date(annee, periode[1], monthrange(annee, periode[1])[1])
