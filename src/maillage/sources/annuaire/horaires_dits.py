"""Hours as other formats write them, in the syntax of OpenStreetMap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from maillage.sources.horaires import JOURS, merge_ranges, write_time

JOURS_OSM: Final = tuple(JOURS.values())
FRANCAIS: Final = dict(
    zip(("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"), JOURS_OSM, strict=True)
)
ANGLAIS: Final = dict(
    zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), JOURS_OSM, strict=True
    )
)
MINUIT_MIN: Final = 24 * 60


def read_clock(told: object) -> int | None:
    """Minutes after midnight of ``900``, ``"0900"``, ``"09:00"``, ``"09:00:00"``; null when it is no hour.

    The last minute of the day (2359) is its end.

    >>> read_clock(900), read_clock("13:30:00"), read_clock(2359), read_clock("23:59"), read_clock(2575)
    (540, 810, 1440, 1440, None)
    """
    if isinstance(told, bool) or told is None:
        return None
    text = str(told).strip()
    if found := re.fullmatch(r"(\d{1,2})[:hH](\d\d)(?::\d\d)?", text):
        hour, minute = int(found[1]), int(found[2])
    elif re.fullmatch(r"\d{1,4}", text):
        hour, minute = divmod(int(text), 100)
    else:
        return None
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    return MINUIT_MIN if (hour, minute) == (23, 59) else hour * 60 + minute


def write_spans(pairs: Iterable[tuple[object, object]]) -> str | None:
    """Spans of a day, joined where they touch; null when one of them cannot be read, or there is none.

    >>> write_spans([(900, 1200), (1330, 2359)]), write_spans([("x", 1200)]), write_spans([(2200, 200)])
    ('09:00-12:00,13:30-24:00', None, '22:00-26:00')
    """
    ranges = []
    for first, last in pairs:
        start, end = read_clock(first), read_clock(last)
        if start is None or end is None or start == end:
            return None
        ranges.append((start, end if end > start else end + MINUIT_MIN))
    return ",".join(f"{write_time(a)}-{write_time(b)}" for a, b in merge_ranges(ranges)) or None


def name_days(first: str, last: str, names: Mapping[str, str]) -> str | None:
    """From a day to another in the syntax; null when one is not known.

    >>> name_days("Lundi", "Vendredi", FRANCAIS), name_days("mardi", "", FRANCAIS)
    ('Mo-Fr', 'Tu')
    """
    start = names.get(first.strip().lower())
    end = names.get(last.strip().lower()) if last.strip() else start
    if start is None or end is None:
        return None
    return start if start == end else f"{start}-{end}"


def quote(words: object) -> str:
    """Words of the place as a comment of the syntax."""
    bare = " ".join(str(words or "").replace('"', "’").split())
    return f'"{bare}"' if bare else ""


def write_plages(plages: Iterable[Mapping[str, Any]]) -> tuple[str | None, tuple[str, ...]]:
    """Hours out of the ``plage_ouverture`` of the DILA's directory, and what is unsure of them.

    A comment of a span leaves it to be checked; spans that cannot be read are left out and said.

    >>> write_plages([{"nom_jour_debut": "Lundi", "nom_jour_fin": "Vendredi",
    ...     "valeur_heure_debut_1": "09:00:00", "valeur_heure_fin_1": "12:00:00",
    ...     "valeur_heure_debut_2": "", "commentaire": "sur rendez-vous"}])
    ('Mo-Fr 09:00-12:00 "sur rendez-vous"', ())
    """
    rules, unsure, seen = [], [], set()
    for plage in plages:
        told = {name: str(value or "").strip() for name, value in plage.items()}
        days = name_days(told.get("nom_jour_debut", ""), told.get("nom_jour_fin", ""), FRANCAIS)
        pairs = [
            (told.get(f"valeur_heure_debut_{n}", ""), told.get(f"valeur_heure_fin_{n}", "")) for n in (1, 2)
        ]
        pairs = [pair for pair in pairs if any(pair)]
        spans, words = write_spans(pairs) if pairs else "", quote(told.get("commentaire"))
        if days is None or spans is None or not (spans or words):
            unsure.append(
                f"Une plage d’ouverture n’a pas pu être lue : {' '.join(filter(None, told.values()))}."
            )
            continue
        # A second rule for the same days adds its hours to the first one's.
        rules.append((", " if days in seen else "; ") + " ".join(filter(None, (days, spans, words))))
        seen.add(days)
    return "".join(rules)[2:] or None, tuple(unsure)


def write_semaine(told: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """Hours out of Soliguide's days (``open``, ``timeslot`` in HHMM), and what is unsure of them.

    ``h24`` is every hour of every day; a week with no open day says nothing; ``closedHolidays`` CLOSED closes
    public holidays; ``description`` are words of the place, kept for people.

    >>> write_semaine({"monday": {"open": True, "timeslot": [{"start": 900, "end": 1200}]},
    ...     "tuesday": {"open": True, "timeslot": []}, "closedHolidays": "CLOSED"})
    ('Mo 09:00-12:00; Tu unknown; PH off', ('Les heures d’un jour d’ouverture ne sont pas dites (Tu).',))
    """
    if told.get("h24") is True:
        return "24/7", ()
    groups: list[tuple[list[str], str]] = []
    unsure = []
    for name, day in ANGLAIS.items():
        part = told.get(name)
        if not isinstance(part, Mapping) or not part.get("open"):
            continue
        slots = [one for one in part.get("timeslot") or () if isinstance(one, Mapping)]
        spans = write_spans((one.get("start"), one.get("end")) for one in slots)
        if spans is None:
            unsure.append(f"Les heures d’un jour d’ouverture ne sont pas dites ({day}).")
        hours = spans or "unknown"
        if (
            groups
            and groups[-1][1] == hours
            and JOURS_OSM.index(day) == JOURS_OSM.index(groups[-1][0][-1]) + 1
        ):
            groups[-1][0].append(day)
        else:
            groups.append(([day], hours))
    rules = [f"{days[0] if len(days) == 1 else f'{days[0]}-{days[-1]}'} {hours}" for days, hours in groups]
    if rules and told.get("closedHolidays") == "CLOSED":
        rules.append("PH off")
    if words := " ".join(str(told.get("description") or "").split()):
        unsure.append(f"Les horaires s’accompagnent de ces mots : « {words} ».")
    return "; ".join(rules) or None, tuple(unsure)
