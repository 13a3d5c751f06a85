"""Whether a structure is open at a date and minute, surely or perhaps, until when, and when next.

State of a minute, the first of these that speaks:

1. a temporary closure of the source: closed, from the midnight of its first day to that after its last;
2. the text's rules for the day, public holidays (PH) among them (:mod:`maillage.horaires.dates`);
3. on a public holiday of which the text says nothing, what the source says of them in general (``feries``):
   open as usual, closed, or, when it says nothing either, what would be open is to be checked.

Minutes are those of the clock on the wall where the structure is. An instant with a time zone is put on the
clock of Paris; durations are real ones, also in the night when the clock changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.fiche import Complement, FermetureTemporaire, Permanence, Prestation, Structure
from maillage.francais import FINE
from maillage.horaires.dates import Changements, LieuDesHeures, is_sunny, list_changes, read_day, read_marks
from maillage.horaires.heures import DAY_MIN
from maillage.horaires.regles import FERME, OUVERT, PEUT_ETRE, HoraireIllisible, read_rules

PARIS: Final = ZoneInfo("Europe/Paris")
DAYS_AHEAD: Final = 400
JOURS_GARDES: Final = 16
INCONNU: Final = -1
"""State of a place whose hours are not said, or cannot be read; beside FERME, PEUT_ETRE and OUVERT."""


class EtatOuverture(StrEnum):
    """What one may count on."""

    OUVERT = "ouvert"
    A_VERIFIER = "a_verifier"
    FERME = "ferme"
    INCONNU = "inconnu"


ETATS_OUVERTURE: Final = {
    EtatOuverture.OUVERT: "Ouvert",
    EtatOuverture.A_VERIFIER: "À vérifier",
    EtatOuverture.FERME: "Fermé",
    EtatOuverture.INCONNU: "Horaires inconnus",
}
DE_CODE: Final = {
    OUVERT: EtatOuverture.OUVERT,
    PEUT_ETRE: EtatOuverture.A_VERIFIER,
    FERME: EtatOuverture.FERME,
    INCONNU: EtatOuverture.INCONNU,
}


@dataclass(frozen=True, slots=True)
class HoraireLocal:
    """What opening depends on: a text (null: not said), where, holidays (null: not said), closures.

    ``departement``: its code, "" for the country's public holidays. ``latitude`` and ``longitude``: only for
    hours told by the sun.
    """

    texte: str | None
    departement: str = ""
    latitude: float | None = None
    longitude: float | None = None
    feries: bool | None = None
    fermetures: tuple[FermetureTemporaire, ...] = ()


@dataclass(frozen=True, slots=True)
class ReponseOuverture:
    """The answer at one instant.

    ``jusque``: when the state changes, null when it does not within ``DAYS_AHEAD`` days. ``reste_min``: real
    minutes until then. ``ouvre`` and ``ouvre_peut_etre``: when it next opens surely, or at least perhaps,
    null when not within as many days. ``motifs``: why, in French, for people.
    """

    etat: EtatOuverture
    jusque: datetime | None = None
    reste_min: int | None = None
    ouvre: datetime | None = None
    ouvre_peut_etre: datetime | None = None
    motifs: tuple[str, ...] = ()


def find_departement(code_insee: str | None, code_postal: str | None = None) -> str:
    """The département of a commune's code, else of a postcode (not in Corsica: two share one); "" unknown.

    >>> find_departement("2A004"), find_departement("97411"), find_departement(None, "59740")
    ('2A', '974', '59')
    """
    code = code_insee or (code_postal if code_postal and not code_postal.startswith("20") else None)
    return "" if not code else code[: 3 if code.startswith("97") else 2]


def make_horaire(
    structure: Structure | None, prestation: Prestation | None = None, complement: Complement | None = None
) -> HoraireLocal:
    """The hours of a prestation (its own, else its structure's, as the schema allows) or of a structure.

    ``complement``: what ``Annuaire.complete`` gives.

    >>> behind = Structure(source="x", id="s", nom="CCAS", date_maj=date(2026, 1, 1), code_insee="59350",
    ...     horaires_accueil="Mo-Fr 09:00-12:00")
    >>> one = Prestation(source="x", id="p", nom="Aide", date_maj=date(2026, 1, 1), structure_id="s")
    >>> make_horaire(behind, one).texte, make_horaire(behind, one).departement
    ('Mo-Fr 09:00-12:00', '59')
    """
    both = [one for one in (prestation, structure) if one is not None]
    first = next((one for one in both if one.latitude is not None and one.longitude is not None), None)
    coded = next((one for one in both if one.code_insee or one.code_postal), None)
    return HoraireLocal(
        texte=next((one.horaires_accueil for one in both if one.horaires_accueil), None),
        departement=find_departement(coded.code_insee, coded.code_postal) if coded else "",
        latitude=first.latitude if first else None,
        longitude=first.longitude if first else None,
        feries=complement.feries if complement else None,
        fermetures=complement.fermetures if complement else (),
    )


def list_states(horaire: HoraireLocal, day: date) -> Changements:
    """When the state changes in a day, INCONNU all day long when the text is missing or cannot be read.

    >>> list_states(HoraireLocal("Mo-Fr 09:00-12:00", "59"), date(2026, 11, 30))
    ((0, 0), (540, 2), (720, 0))
    >>> list_states(HoraireLocal("le matin"), date(2026, 11, 30))
    ((0, -1),)
    """
    if find_closure(horaire, day) is not None:
        return ((0, FERME),)
    # Nobody stays open through the night before a closure's end: what started on a closed day did not start.
    reopened = find_closure(horaire, day - timedelta(days=1)) is not None
    return list_text_states(strip(horaire), day, reopened)


@lru_cache(maxsize=100_000)
def strip(horaire: HoraireLocal) -> HoraireLocal:
    """The same without closures, and with a place only where the sun matters: what two texts may share."""
    if horaire.texte and is_sunny(horaire.texte):
        return replace(horaire, fermetures=())
    return HoraireLocal(horaire.texte, horaire.departement, feries=horaire.feries)


@lru_cache(maxsize=200_000)
def list_text_states(horaire: HoraireLocal, day: date, reopened: bool) -> Changements:  # noqa: FBT001 - cached
    """What the text says of a day; ``reopened``: the eve was closed, its night with it."""
    if not horaire.texte:
        return ((0, INCONNU),)
    lieu = LieuDesHeures(horaire.departement, horaire.latitude, horaire.longitude)
    try:
        return list_changes(horaire.texte, lieu, day, feries=horaire.feries, nuit=not reopened)
    except HoraireIllisible:
        return ((0, INCONNU),)


def find_closure(horaire: HoraireLocal, day: date) -> FermetureTemporaire | None:
    """The temporary closure that holds on a day, both ends included."""
    return next((one for one in horaire.fermetures if one.debut <= day <= one.fin), None)


def on_the_wall(at: datetime) -> datetime:
    """The same instant on the clock of Paris; one without a time zone is on the right clock already.

    >>> on_the_wall(datetime.fromisoformat("2026-07-14T23:30:00+00:00")).isoformat()
    '2026-07-15T01:30:00'
    """
    return at.astimezone(PARIS).replace(tzinfo=None) if at.tzinfo else at


def count_minutes(since: datetime, until: datetime) -> int:
    """Real minutes from an hour of the wall in Paris to another: an hour less in the last night of March.

    >>> night = datetime(2026, 3, 29, 1, 0), datetime(2026, 3, 29, 6, 0)
    >>> count_minutes(*night), count_minutes(datetime(2026, 10, 25, 1, 0), datetime(2026, 10, 25, 6, 0))
    (240, 360)
    """
    return int((until.replace(tzinfo=PARIS).timestamp() - since.replace(tzinfo=PARIS).timestamp()) // 60)


def tell(horaire: HoraireLocal, at: datetime) -> ReponseOuverture:
    """Whether a place is open at an instant, until when, when next, and why.

    >>> morning = HoraireLocal("Mo-Fr 09:00-12:00", "59")
    >>> found = tell(morning, datetime(2026, 11, 30, 11, 15))
    >>> found.etat.value, found.reste_min, found.ouvre.isoformat()
    ('ouvert', 45, '2026-12-01T09:00:00')
    >>> august = (FermetureTemporaire(date(2026, 8, 1), date(2026, 8, 31), "congés"),)
    >>> shut = tell(replace(morning, fermetures=august), datetime(2026, 8, 3, 10, 0))
    >>> shut.etat.value, shut.ouvre.isoformat()
    ('ferme', '2026-09-01T09:00:00')
    """
    wall = on_the_wall(at)
    now = state_at(horaire, wall)
    later = walk(horaire, wall)
    until = opens = perhaps = None
    before = now
    if now != INCONNU or horaire.fermetures:
        for moment, state in later:
            until = until or moment
            if opens is None and state == OUVERT and (before != OUVERT):
                opens = moment
            if perhaps is None and state >= PEUT_ETRE and before < PEUT_ETRE:
                perhaps = moment
            before = state
            if opens is not None:
                break
    return ReponseOuverture(
        DE_CODE[now],
        until,
        None if until is None else count_minutes(wall, until),
        opens,
        perhaps if perhaps is not None and (opens is None or perhaps <= opens) else opens,
        tuple(explain(horaire, wall.date(), now)),
    )


def state_at(horaire: HoraireLocal, wall: datetime) -> int:
    """The state of a minute: FERME, PEUT_ETRE, OUVERT or INCONNU.

    >>> state_at(HoraireLocal("Fr 22:00-02:00"), datetime(2026, 11, 28, 1, 59))
    2
    """
    minute = wall.hour * 60 + wall.minute
    return [state for at, state in list_states(horaire, wall.date()) if at <= minute][-1]


def walk(horaire: HoraireLocal, wall: datetime) -> Iterator[tuple[datetime, int]]:
    """Each change of state after an instant, within ``DAYS_AHEAD`` days: when, and the state from then on."""
    before, minute = state_at(horaire, wall), wall.hour * 60 + wall.minute
    for ahead in range(DAYS_AHEAD):
        day = wall.date() + timedelta(days=ahead)
        for at, state in list_states(horaire, day):
            if (ahead or at > minute) and state != before:
                yield datetime.combine(day, time(at // 60, at % 60)), state
                before = state


def explain(horaire: HoraireLocal, day: date, state: int) -> Iterator[str]:
    """What people should know of the day's answer, in French."""
    closure = find_closure(horaire, day)
    if closure is not None:
        why = f"{FINE}: {closure.motif}" if closure.motif else ""
        yield f"Fermeture annoncée du {closure.debut:%d/%m/%Y} au {closure.fin:%d/%m/%Y}{why}."
        return
    if state == INCONNU:
        yield "Les horaires ne sont pas dits." if not horaire.texte else "Les horaires n’ont pas pu être lus."
        return
    holiday = read_day(horaire.departement, day).ferie
    if holiday is not None:
        yield f"Jour férié{FINE}: {holiday}."
    marks = read_marks(str(horaire.texte), horaire.departement, day, feries=horaire.feries)
    yield from explain_marks(str(horaire.texte), marks, state)


def explain_marks(text: str, marks: tuple[int, ...], state: int) -> Iterator[str]:
    """What leaves a doubt among the rules of the day."""
    if state == PEUT_ETRE and 3 in marks:
        yield "La source ne dit pas si elle ouvre les jours fériés."
    if state == PEUT_ETRE and 2 in marks:
        yield "Les vacances scolaires de ce département ne sont pas connues."
    for rule, mark in zip(read_rules(text), marks, strict=True):
        if mark and state == PEUT_ETRE and "+" in rule.heures:
            yield "L’heure de fermeture n’est pas dite."
        for words in (rule.condition, rule.commentaire):
            if mark and words:
                yield f"La source précise{FINE}: «{FINE}{words}{FINE}»."


@dataclass(frozen=True, slots=True)
class PassagePermanence:
    """A stop of a visiting structure, and its opening."""

    permanence: Permanence
    ouverture: ReponseOuverture


def list_stops(complement: Complement, at: datetime) -> tuple[PassagePermanence, ...]:
    """The stops of a visiting structure, those open first, then by when they next open, then by name.

    >>> truck = Complement(id="s", permanences=(
    ...     Permanence(nom="Trélon", horaires="Tu[2] 14:00-16:00", code_insee="59601"),
    ...     Permanence(nom="Liessies", horaires="Th 09:00-12:00", code_insee="59347")))
    >>> found = list_stops(truck, datetime(2026, 11, 30, 8, 0))
    >>> [(stop.permanence.nom, stop.ouverture.ouvre.day) for stop in found]
    [('Liessies', 3), ('Trélon', 8)]
    """
    stops = [PassagePermanence(one, tell(make_stop(one, complement), at)) for one in complement.permanences]
    order = list(EtatOuverture)
    never = datetime.max  # noqa: DTZ901 - after every instant of the wall

    def rank(stop: PassagePermanence) -> tuple[int, datetime, str]:
        now = stop.ouverture.etat
        first = order.index(now) if now in {EtatOuverture.OUVERT, EtatOuverture.A_VERIFIER} else len(order)
        return first, stop.ouverture.ouvre_peut_etre or never, stop.permanence.nom

    return tuple(sorted(stops, key=rank))


def make_stop(permanence: Permanence, complement: Complement) -> HoraireLocal:
    """The hours of a stop: its own text and place, its structure's closures and holidays."""
    return HoraireLocal(
        permanence.horaires,
        find_departement(permanence.code_insee),
        permanence.latitude,
        permanence.longitude,
        complement.feries,
        complement.fermetures,
    )


class TableauOuvertures:
    """The states of many places over a day and the next, asked for all of them at once.

    Places with the same hours (:class:`HoraireLocal`) share a line: a day costs one pass over the distinct
    ones, a question one search in sorted minutes. Where many days are asked of the same places, as a search
    does, :class:`Ouvertures` keeps what does not change.
    """

    def __init__(self, horaires: Sequence[HoraireLocal], day: date, days: int = 2) -> None:
        self.day, self.span = day, days * DAY_MIN
        self.lines, distinct = rank_alike(horaires)
        keys: list[int] = []
        states: list[int] = []
        for line, horaire in enumerate(distinct):
            base = line * self.span
            for ahead in range(days):
                for at, state in list_states(horaire, day + timedelta(days=ahead)):
                    if at == 0 and ahead and states[-1] == state:
                        continue
                    keys.append(base + ahead * DAY_MIN + at)
                    states.append(state)
        self.keys, self.states = np.array(keys, np.int64), np.array(states, np.int8)

    def ask(
        self, rows: NDArray[np.intp], minutes: NDArray[np.int64]
    ) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
        """State of places ``rows`` at ``minutes`` after the day's midnight, and minutes until it changes.

        Both one value a row: int8[n] (FERME, PEUT_ETRE, OUVERT, INCONNU) and int64[n]. What does not change
        before the end of the table says the minutes to that end: a bound, never more.

        >>> places = [HoraireLocal("Mo 09:00-12:00"), HoraireLocal(None)]
        >>> table = TableauOuvertures(places, date(2026, 11, 30))
        >>> [found.tolist() for found in table.ask(np.array([0, 0, 1]), np.array([539, 700, 700]))]
        [[0, 2, -1], [1, 20, 2180]]
        """
        lines = self.lines[rows]
        at = np.searchsorted(self.keys, lines * self.span + minutes, side="right") - 1
        ends = np.append(self.keys[1:], np.iinfo(np.int64).max)[at]
        ends = np.minimum(ends, (lines + 1) * self.span)
        return self.states[at], ends - lines * self.span - minutes


def rank_alike(horaires: Sequence[HoraireLocal]) -> tuple[NDArray[np.int64], tuple[HoraireLocal, ...]]:
    """Of each place, the rank of its hours among the distinct ones; and these.

    >>> rank_alike([HoraireLocal("Mo"), HoraireLocal("Tu"), HoraireLocal("Mo")])[0].tolist()
    [0, 1, 0]
    """
    ranks: dict[HoraireLocal, int] = {}
    alike = (one if one.fermetures else strip(one) for one in horaires)
    return np.array([ranks.setdefault(one, len(ranks)) for one in alike], np.int64), tuple(ranks)


class Ouvertures:
    """Many places, asked day after day: the tables of the last days asked are kept.

    >>> places = Ouvertures([HoraireLocal("Mo 09:00-12:00"), HoraireLocal("Mo 09:00-12:00")])
    >>> places.ask(date(2026, 11, 30), np.array([1]), np.array([600]))[0].tolist()
    [2]
    """

    def __init__(self, horaires: Sequence[HoraireLocal]) -> None:
        self.lines, self.horaires = rank_alike(horaires)
        self.tables: dict[date, TableauOuvertures] = {}

    def ask(
        self, day: date, rows: NDArray[np.intp], minutes: NDArray[np.int64]
    ) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
        """As :meth:`TableauOuvertures.ask`, of places ``rows`` on a day."""
        table = self.tables.pop(day, None) or TableauOuvertures(self.horaires, day)
        self.tables[day] = table
        for old in list(self.tables)[:-JOURS_GARDES]:
            self.tables.pop(old, None)
        return table.ask(self.lines[rows], minutes)
