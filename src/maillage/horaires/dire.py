"""Opening hours in French, as people write them; what is not sure is said so."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from maillage.francais import FINE, INSECABLE
from maillage.francais import JOURS as JOURS_FRANCAIS
from maillage.horaires.heures import DAY_MIN, read_ends
from maillage.horaires.regles import FERME, HEURE, OUVERT, PLAGE, HoraireIllisible, RegleHoraire, read_rules
from maillage.horaires.semaine import is_readable

JOURS_OSM: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
MOIS: Final = {
    "jan": "janv.",
    "feb": "févr.",
    "mar": "mars",
    "apr": "avr.",
    "may": "mai",
    "jun": "juin",
    "jul": "juil.",
    "aug": "août",
    "sep": "sept.",
    "oct": "oct.",
    "nov": "nov.",
    "dec": "déc.",
}
MOTS: Final = MOIS | {
    **dict(zip(JOURS_OSM, JOURS_FRANCAIS, strict=True)),
    "ph": "jours fériés",
    "sh": "vacances scolaires",
    "week": "semaine",
    "easter": "Pâques",
    "day": "jour",
    "days": "jours",
}
ASTRES: Final = {
    "dawn": ("de l’aube", "à l’aube"),
    "sunrise": ("du lever du soleil", "au lever du soleil"),
    "sunset": ("du coucher du soleil", "au coucher du soleil"),
    "dusk": ("du crépuscule", "au crépuscule"),
}
RANGS: Final = {"1": "1er", "2": "2e", "3": "3e", "4": "4e", "5": "5e", "-1": "dernier"}
LIENS: Final = {";": f"{INSECABLE}; ", ",": f"{INSECABLE}; ", "||": f"{INSECABLE}; sinon "}


@lru_cache(maxsize=4096)  # a list of places says a few hundred texts again and again
def dire(text: str) -> str:
    """Opening hours in French; a text that cannot be read, or said, as it came.

    >>> dire("Mo-Fr 09:00-12:00,13:30-16:15; Sa off").replace(INSECABLE, " ")
    'lun.–ven. 9 h–12 h, 13 h 30–16 h 15 ; sam. fermé'
    >>> dire('Mo 10:00+ || "sur rendez-vous"').replace(INSECABLE, " ").replace(FINE, " ")
    'lun. à partir de 10 h (fin non dite) ; sinon « sur rendez-vous » (à confirmer)'
    >>> dire("lundi matin")
    'lundi matin'
    """
    try:
        rules = read_rules(text) if is_readable(text) else ()
        return (
            "".join((LIENS[rule.lien] if k else "") + say_rule(rule) for k, rule in enumerate(rules)) or text
        )
    except HoraireIllisible:
        return text


def say_rule(rule: RegleHoraire) -> str:
    """One rule: dates told in words, days, hours, state, comment."""
    parts = [
        quote(rule.condition),
        say_days(rule.jours),
        say_hours(rule.heures),
        say_state(rule),
        quote(rule.commentaire),
        say_doubt(rule),
    ]
    return " ".join(part for part in parts if part)


def quote(words: str | None) -> str:
    """Words of the place itself, between French quotes."""
    return f"«{FINE}{words}{FINE}»" if words else ""


def say_state(rule: RegleHoraire) -> str:
    """Closed, or open when nothing else says when."""
    if rule.etat == FERME:
        return "fermé"
    if rule.etat == OUVERT and not rule.heures:
        return f"24{INSECABLE}h sur 24" + ("" if rule.jours else f", 7{INSECABLE}jours sur 7")
    return ""


def say_doubt(rule: RegleHoraire) -> str:
    """What the text leaves unsure."""
    if not rule.explicite:
        return "(heures non dites)"
    if rule.etat not in {FERME, OUVERT} or rule.condition is not None:
        return "(à confirmer)"
    return ""


def say_days(text: str) -> str:
    """Days and dates.

    >>> say_days("Mo-Fr,PH"), say_days("Sa[1,3]"), say_days("week 01-53/2 Mo")
    ('lun.–ven., jours fériés', '1er et 3e sam. du mois', 'semaine 1–53, une sur 2, lun.')

    Raises:
        HoraireIllisible: days too rare to have words here.
    """
    said = re.sub(r"\b([A-Za-z]{2})\[([-\d,]+)\](?!\s*[+-])", say_ranks, text)
    said = re.sub(r"\b(?:(\d{4}) )?([A-Za-z]{3}) (\d{1,2})(?:-(\d{1,2}))?\b", say_date, said)
    said = re.sub(r"\b0+(\d)", r"\1", said)
    said = re.sub(r"(\d)/(\d+)\b", r"\1, une sur \2,", said)
    said = re.sub(r"\b[A-Za-z]+\b(?!\.)", lambda m: MOTS.get(m[0].lower(), m[0]), said)
    if re.search(r"[\[\]+]", said):
        raise HoraireIllisible(text)
    return re.sub(r",(?=\S)", ", ", said.replace("-", "–"))


def say_ranks(match: re.Match[str]) -> str:
    """``Sa[1,3]``: the first and third Saturdays of the month."""
    ranks = match[2].split(",")
    if not set(ranks) <= set(RANGS):
        raise HoraireIllisible(match[0])
    return f"{' et '.join(RANGS[rank] for rank in ranks)} {MOTS[match[1].lower()]} du mois"


def say_date(match: re.Match[str]) -> str:
    """``2027 Feb 02-05``: the day before the month, the year after."""
    year, month, *days = match.groups()
    if month.lower() not in MOIS:
        return match[0]
    said = "-".join("1er" if int(day) == 1 else str(int(day)) for day in days if day)
    return f"{said}{INSECABLE}{MOIS[month.lower()]}" + (f" {year}" if year else "")


def say_hours(text: str) -> str:
    """Each span of hours."""
    return ", ".join(say_span(span) for span in re.findall(PLAGE, text, re.IGNORECASE))


def say_span(span: str) -> str:
    """One span: from an hour to another, or on.

    >>> say_span("22:00-26:00").replace(INSECABLE, " "), say_span("09:00-sunset").replace(INSECABLE, " ")
    ('22 h–2 h', 'de 9 h au coucher du soleil')
    """
    _, end, beyond = read_ends(span)
    instants = [say_instant(found) for found in re.findall(HEURE, span, re.IGNORECASE)]
    unsaid = " (fin non dite)" if beyond else ""
    if end is None:
        return f"à partir {instants[0][0]}{unsaid}"
    (since, _), (_, until) = instants
    if any(found.isalpha() for found in re.findall(HEURE, span, re.IGNORECASE)):
        return f"{since} {until}{unsaid}"
    return f"{since.removeprefix('de ')}–{until.removeprefix('à ')}{unsaid}"


def say_instant(text: str) -> tuple[str, str]:
    """From and to an hour of the clock, or the sun's."""
    if text.lower() in ASTRES:
        return ASTRES[text.lower()]
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    if match is None:
        raise HoraireIllisible(text)
    hour = int(match[1]) - (24 if int(match[1]) * 60 + int(match[2]) > DAY_MIN else 0)
    said = f"{hour}{INSECABLE}h" + (f"{INSECABLE}{match[2]}" if match[2] != "00" else "")
    return f"de {said}", f"à {said}"
