"""What a text of opening hours says of one exact day: the same rules as the typical week, on a real calendar.

The typical week (:mod:`~maillage.horaires.semaine`) has no holidays and a February sun; here each selector
of days is asked of the day itself. ``opening-hours-py`` answers what is arithmetic of the calendar (years,
months, weeks of ISO 8601, ranks, easter); it is not asked whether a place is open, for it has no "perhaps"
for a condition told in words or an end unsaid, and does not know the holidays of Alsace-Moselle (ADR 0152).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from maillage.catalogue.calendrier import list_feries, list_vacances
from maillage.horaires.heures import DAY_MIN, Instant, read_spans
from maillage.horaires.jours import FETE, JOUR, MOIS, MOIS_PUIS_RANG
from maillage.horaires.regles import (
    ASTRE,
    FERME,
    OUVERT,
    PEUT_ETRE,
    HoraireIllisible,
    RegleHoraire,
    read_rules,
)
from maillage.horaires.semaine import doubt

Changements = tuple[tuple[int, int], ...]
"""(minute of the day, state from then on), the first at minute 0, minutes growing."""

JourDuSoleil = tuple[tuple[str, Instant], ...]
"""The sun's events of a day: (name, when)."""

FETES: Final = re.compile(rf"{FETE}(?:\s*,\s*{FETE})*", re.IGNORECASE)
UNE_FETE: Final = re.compile(r"\b(PH|SH)\b(?:\s*([+-])\s*(\d+)\s*days?)?", re.IGNORECASE)
JOUR_EN_FIN: Final = re.compile(rf"(?:{JOUR})(?:\[[^\]]*\])?$", re.IGNORECASE)
JOUR_NOMME: Final = re.compile(rf"(?:\d{{4}} )?(?:{MOIS}) \d{{1,2}}(?!\d|-|:)(?!\s*-)|easter", re.IGNORECASE)
PLAGE_DE_DATES: Final = re.compile(rf"\d\s*-\s*(?:\d|{MOIS}|easter)", re.IGNORECASE)
# Ouessant, Lauterbourg, Bray-Dunes, Bonifacio: where the sun of metropolitan France is first and last.
COINS: Final = ((48.4, -5.1), (48.6, 8.2), (51.1, 2.5), (41.4, 9.2))

NON: Final = 0
OUI: Final = 1
INCERTAIN: Final = 2
"""Whether a rule selects a day: no, yes, or nobody knows (school holidays of no known calendar)."""
TU: Final = 3
"""It does, on a public holiday of which the text says nothing: what it opens is only perhaps open."""


@dataclass(frozen=True)
class JourParticulier:
    """What a day is besides its date.

    ``ferie``: the public holiday's name, null when it is none. ``vacances``: null when nobody knows.
    """

    ferie: str | None
    vacances: bool | None


@lru_cache(maxsize=200_000)
def read_day(departement: str, day: date) -> JourParticulier:
    """A day of a département's calendar.

    >>> read_day("67", date(2026, 12, 26)).ferie, read_day("59", date(2026, 12, 26))
    ('Saint-Étienne', JourParticulier(ferie=None, vacances=True))
    """
    school = list_vacances(day.year, departement)
    return JourParticulier(
        list_feries(day.year, departement).get(day), None if school is None else day in school
    )


@dataclass(frozen=True)
class SelecteurJours:
    """The days of a rule: ``(seul if it is no holiday) or (large and the day is one of fetes)``.

    ``seul``: the selector without its holidays, null when only holidays are meant ("PH", "PH Mo-Fr").
    ``large``: on which days a holiday counts. ``fetes``: (PH or SH, days after). ``nomme``: it names a date.
    """

    seul: str | None
    large: str
    fetes: tuple[tuple[str, int], ...]
    nomme: bool

    def holds(self, departement: str, day: date) -> int:
        """Whether it selects a day: NON, OUI or INCERTAIN.

        >>> one = read_selector("PH,Su")
        >>> [one.holds("59", date(2026, 7, n)) for n in (12, 13, 14)]
        [1, 0, 1]
        """
        if self.seul is not None and is_selected(self.seul, day):
            return OUI
        if not self.fetes or not is_selected(self.large, day):
            return NON
        found = [self.is_holiday(kind, departement, day - timedelta(days=n)) for kind, n in self.fetes]
        return OUI if True in found else INCERTAIN if None in found else NON

    @staticmethod
    def is_holiday(kind: str, departement: str, day: date) -> bool | None:
        """Whether a day is a public (PH) or school (SH) holiday; null when unknown."""
        known = read_day(departement, day)
        return known.ferie is not None if kind == "PH" else known.vacances

    def names(self, departement: str, day: date) -> bool:
        """Whether it speaks of this very day as a public holiday, or by its date."""
        if self.nomme:
            return True
        return ("PH", 0) in self.fetes and read_day(departement, day).ferie is not None


@cache
def read_selector(text: str) -> SelecteurJours:
    """A selector of days cut into holidays and the rest.

    "PH,Su" (or) is Sundays and holidays; "PH Mo-Fr" (and) is the holidays that fall from Monday to Friday.

    >>> read_selector("Jan-Mar PH,Mo-Fr")
    SelecteurJours(seul='Jan-Mar Mo-Fr', large='Jan-Mar Mo-Su,Mo-Fr', fetes=(('PH', 0),), nomme=False)
    >>> read_selector("PH Mo-Fr").seul is None, read_selector("Dec 25,PH").large
    (True, '')
    """
    found = FETES.search(text)
    named = bool(JOUR_NOMME.search(text)) and not PLAGE_DE_DATES.search(text)
    if found is None:
        return SelecteurJours(clean(text), "", (), named)
    told = tuple(
        (kind.upper(), int(f"{sign or '+'}{n or 0}")) for kind, sign, n in UNE_FETE.findall(found[0])
    )
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    if not before.endswith(",") and not after.startswith(","):
        return SelecteurJours(None, clean(f"{before} {after}"), told, nomme=False)
    kept = clean(f"{before.removesuffix(',')} {after.removeprefix(',')}")
    weekday = not before.endswith(",") or JOUR_EN_FIN.search(before.removesuffix(","))
    large = clean(f"{before}{'' if before.endswith(',') else ' '}Mo-Su{after}") if weekday else ""
    return SelecteurJours(kept, large, told, named)


def clean(text: str) -> str:
    """A selector as the library reads it: no colon, one space."""
    return re.sub(r"\s*:\s*|\s+", " ", text).strip()


def is_selected(text: str, day: date) -> bool:
    """Whether a selector without holidays selects a day.

    >>> is_selected("Tu[1]", date(2026, 9, 1)), is_selected("week 2-53/2 Mo", date(2026, 1, 12))
    (True, False)

    Raises:
        HoraireIllisible: no selector of days.
    """
    return not text or bool(select_year(text, day.year)[day.toordinal() - date(day.year, 1, 1).toordinal()])


@lru_cache(maxsize=20_000)
def select_year(text: str, year: int) -> bytes:
    """Whether each day of a year is selected, one byte a day."""
    if both := MOIS_PUIS_RANG.fullmatch(text):
        pairs = zip(select_year(both[1], year), select_year(both[2], year), strict=True)
        return bytes(one & other for one, other in pairs)
    first, next_first = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 - the clock on the wall
    days = bytearray((next_first - first).days)
    try:
        for begin, end, state, _ in OpeningHours(text).intervals(first, next_first):
            if state == State.OPEN:
                days[(begin - first).days : (end - first).days] = b"\1" * (end - begin).days
    except ParserError:
        raise HoraireIllisible(text) from None
    return bytes(days)


@dataclass(frozen=True)
class LieuDesHeures:
    """Where hours are read: the département's calendar ("" = the country's), the sun's place when known."""

    departement: str = ""
    latitude: float | None = None
    longitude: float | None = None


@lru_cache(maxsize=200_000)
def read_marks(text: str, departement: str, day: date, *, feries: bool | None) -> tuple[int, ...]:
    """Whether each rule of a text selects a day: NON, OUI, INCERTAIN or TU.

    ``feries``: whether the place opens on public holidays, where the text says nothing of them.
    """
    rules = read_rules(text)
    selectors = [read_selector(rule.jours) for rule in rules]
    marks = tuple(one.holds(departement, day) for one in selectors)
    if feries or read_day(departement, day).ferie is None:
        return marks
    told = any(
        mark and (one.names(departement, day) or is_always(rule))
        for mark, one, rule in zip(marks, selectors, rules, strict=True)
    )
    if told:
        return marks
    return tuple(NON if feries is False else TU if mark == OUI else mark for mark in marks)


def is_always(rule: RegleHoraire) -> bool:
    """Whether a rule says "24/7": every day of the year, public holidays among them."""
    return not rule.jours and not rule.heures and rule.etat == OUVERT and rule.condition is None


def list_changes(
    text: str, lieu: LieuDesHeures, day: date, *, feries: bool | None = None, nuit: bool = True
) -> Changements:
    """When the state changes in a day, by the clock on the wall: closed, perhaps open, open.

    ``nuit``: whether what started on the eve may last into the day.

    A public holiday of which the text says nothing: ``feries`` true, it opens as on another day; false, it is
    closed; null, what it would open is perhaps open. "24/7" and a rule that names the date say something.

    >>> here = LieuDesHeures("59")
    >>> list_changes("Mo-Fr 09:00-12:30; PH off", here, date(2026, 7, 13))
    ((0, 0), (540, 2), (750, 0))
    >>> list_changes("Mo-Fr 09:00-12:30; PH off", here, date(2026, 7, 14))
    ((0, 0),)
    >>> list_changes("Mo-Fr 09:00-12:30", here, date(2026, 7, 14))
    ((0, 0), (540, 1), (750, 0))

    Raises:
        HoraireIllisible: it is no text of this syntax.
    """
    eve = day - timedelta(days=1)
    today = read_marks(text, lieu.departement, day, feries=feries)
    before = read_marks(text, lieu.departement, eve, feries=feries)
    sun = read_sun_of(day, lieu.latitude, lieu.longitude) if is_sunny(text) else None
    shut = feries is False and read_day(lieu.departement, day).ferie is not None and not any(today)
    if shut or not nuit:
        before = (NON,) * len(before)  # closed from midnight to midnight, the end of the eve's night too
    return put_rules(text, today, before, sun)


@lru_cache(maxsize=100_000)
def put_rules(
    text: str, today: tuple[int, ...], eve: tuple[int, ...], sun: JourDuSoleil | None
) -> Changements:
    """The states of a day, its rules put one on the other as ``semaine`` does."""
    states = np.full(DAY_MIN, FERME, np.int8)
    for rule, on, on_eve in zip(read_rules(text), today, eve, strict=True):
        if on or on_eve:
            states = put_rule(states, rule, on, on_eve, sun)
    at = [0, *(np.flatnonzero(states[1:] != states[:-1]) + 1).tolist()]
    return tuple(zip(at, states[at].tolist(), strict=True))


def put_rule(
    states: NDArray[np.int8], rule: RegleHoraire, on: int, on_eve: int, sun: JourDuSoleil | None
) -> NDArray[np.int8]:
    """The states of a day once a rule is put on them."""
    after = states.copy()
    if on and rule.lien == ";" and rule.etat != FERME:
        after[:] = FERME
    sure, fringes = read_minutes(rule.heures, sun)
    for mark, part in ((on, slice(None, DAY_MIN)), (on_eve, slice(DAY_MIN, None))):
        if mark:
            state = min(rule.etat, PEUT_ETRE) if mark == TU else rule.etat
            after[sure[part]] = state
            if fringes is not None:
                fringe = fringes[part]
                after[fringe] = doubt(after[fringe], np.full_like(after[fringe], state))
    if rule.lien == "||":
        after = np.where(states == FERME, after, states)
    unsure = rule.condition is not None or INCERTAIN in {on, on_eve}
    return doubt(states, after) if unsure else after


@lru_cache(maxsize=8192)
def read_minutes(text: str, sun: JourDuSoleil | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_] | None]:
    """Minutes surely within hours, and those only perhaps (null: none), from the midnight of the rule's day.

    Each bool[2 × DAY_MIN], read-only.
    """
    soleil = None if sun is None else dict(sun)
    sure, perhaps = np.zeros((2, 2 * DAY_MIN), np.bool_)
    if not text:
        sure[:DAY_MIN] = perhaps[:DAY_MIN] = True
    for span in read_spans(text, soleil):
        if not span.ouverte:
            sure[max(span.debut.tard, 0) : max(span.fin.tot, 0)] = True
        perhaps[max(span.debut.tot, 0) : max(span.fin.tard, 0)] = True
    perhaps &= ~sure
    sure.flags.writeable = perhaps.flags.writeable = False
    return sure, perhaps if perhaps.any() else None


@lru_cache(maxsize=50_000)
def is_sunny(text: str) -> bool:
    """Whether a text tells hours by the sun.

    >>> is_sunny("Mo-Su sunrise-18:00"), is_sunny("Mo-Su 08:00-18:00")
    (True, False)
    """
    return re.search(ASTRE, text, re.IGNORECASE) is not None


@lru_cache(maxsize=20_000)
def read_sun_of(day: date, latitude: float | None, longitude: float | None) -> JourDuSoleil:
    """The sun of a day at a place, to the minute; anywhere in metropolitan France when the place is unknown.

    >>> dict(read_sun_of(date(2026, 6, 21), 50.6, 3.1))["sunset"]
    Instant(tot=1323, usuel=1323, tard=1323)
    """
    places = COINS if latitude is None or longitude is None else ((latitude, longitude),)
    seen: dict[str, list[int]] = {}
    for place in places:
        for first, last in (("dawn", "dusk"), ("sunrise", "sunset")):
            for name, at in zip((first, last), read_span_of(f"{first}-{last}", day, place), strict=True):
                seen.setdefault(name, []).append(at)
    return tuple(
        (name, Instant(min(at), sorted(at)[len(at) // 2], max(at))) for name, at in sorted(seen.items())
    )


def read_span_of(text: str, day: date, place: tuple[float, float]) -> tuple[int, int]:
    """The minutes at which a span of the sun starts and ends."""
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the clock on the wall
    for begin, end, state, _ in OpeningHours(text, coords=place).intervals(start, start + timedelta(days=1)):
        if state == State.OPEN:
            return begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    return 0, DAY_MIN
