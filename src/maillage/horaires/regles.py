"""A text of opening hours cut into its rules; what is no rule is refused, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, cast

FERME: Final = 0
PEUT_ETRE: Final = 1
OUVERT: Final = 2

Lien = Literal[";", ",", "||"]

ETATS: Final = {"open": OUVERT, "closed": FERME, "off": FERME, "unknown": PEUT_ETRE}
# What people type for the signs of the syntax.
SIGNES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„«»", '"'))
COMMENTAIRE: Final = r"\ue000\d+\ue001"
ASTRE: Final = r"dawn|sunrise|sunset|dusk"
HEURE: Final = rf"(?:\d{{1,2}}:\d\d|\(\s*(?:{ASTRE})\s*[+-]\s*\d{{1,2}}:\d\d\s*\)|{ASTRE})"
PLAGE: Final = rf"{HEURE}\s*(?:-\s*{HEURE}\s*\+?|\+)"
MOT: Final = r"\b(?:open|closed|off|unknown)\b"
# "12:00, We 14:00-18:00" begins a rule, "12:00, 14:00-18:00" does not; after a word or a comment, always.
AUTRE_REGLE: Final = re.compile(
    rf"({HEURE}\s*\+?)\s*,(?!\s*{HEURE})|({MOT}|{COMMENTAIRE})\s*,", re.IGNORECASE
)
REGLE: Final = re.compile(
    rf"(?:(?P<condition>{COMMENTAIRE})\s*:?\s*)?"
    r"(?P<jours>[^\ue000]*?)\s*:?\s*"
    rf"(?P<heures>24/7|{PLAGE}(?:[\s,]+{PLAGE})*)?\s*"
    rf"(?P<mot>{MOT})?\s*(?P<commentaire>{COMMENTAIRE})?",
    re.IGNORECASE,
)
HORS_DE_PLACE: Final = re.compile(rf"\d:\d|24/7|{ASTRE}|{MOT}", re.IGNORECASE)


class HoraireIllisible(ValueError):
    """A text that does not say opening hours in the syntax expected."""


@dataclass(frozen=True)
class RegleHoraire:
    """One rule: on these days ("" = all), at these hours ("" = the whole day), this state.

    ``lien`` to what stands before: ";" replaces the day, "," adds to it, "||" holds where that is closed.
    ``condition`` is a date told in words ("en été"); ``commentaire`` explains the state.
    """

    jours: str
    heures: str
    etat: int
    lien: Lien
    condition: str | None = None
    commentaire: str | None = None
    explicite: bool = True
    """Whether hours, a state or a comment are stated: a day alone says neither."""


@lru_cache(maxsize=50_000)
def read_rules(text: str) -> tuple[RegleHoraire, ...]:
    """The rules of a text, in order.

    A comment without a word makes the state unknown; days without hours leave the hours unknown.

    >>> [(r.jours, r.heures, r.etat, r.lien) for r in read_rules('Mo-Fr 09:00-12:00 || "sur rendez-vous"')]
    [('Mo-Fr', '09:00-12:00', 2, ';'), ('', '', 1, '||')]

    Raises:
        HoraireIllisible: a piece of it is no rule.
    """
    plain, comments = hide_comments(text.translate(SIGNES))
    marked = AUTRE_REGLE.sub(lambda m: f"{m[1] or m[2]}\x1f", tidy(plain))
    link, *rest = (";", *re.split(r"(;|\|\||\x1f)", marked))
    pairs = zip((link, *rest[1::2]), rest[::2], strict=True)
    rules = tuple(
        read_rule(piece.strip(), cast("Lien", "," if sign == "\x1f" else sign), comments)
        for sign, piece in pairs
        if piece.strip()
    )
    if not rules:
        raise HoraireIllisible(text)
    return rules


def hide_comments(text: str) -> tuple[str, list[str]]:
    """The text with each quoted comment replaced by its number, and the comments."""
    comments: list[str] = []

    def keep(match: re.Match[str]) -> str:
        comments.append(match[1].strip())
        return f" \ue000{len(comments) - 1}\ue001 "

    plain = re.sub(r'"([^"]*)"', keep, text)
    if '"' in plain:
        raise HoraireIllisible(text)
    return plain, comments


def tidy(text: str) -> str:
    """One space between words, none around hyphens and in lists, colons in hours.

    >>> tidy("Mo - Fr  9h30 - 12.00")
    'Mo-Fr 9:30-12:00'
    """
    text = re.sub(r"(?<!\d)(\d{1,2})[hH.](\d\d)(?!\d)", r"\1:\2", text)
    text = re.sub(r"\s+-\s+|\s*-\s*(?=[A-Za-z(])|(?<=\d:\d\d)\s*-\s*", "-", text)
    return re.sub(r"\s+", " ", text)


def read_rule(piece: str, lien: Lien, comments: list[str]) -> RegleHoraire:
    """One rule, without its link."""
    match = REGLE.fullmatch(piece)
    if not match or HORS_DE_PLACE.search(match["jours"]):
        raise HoraireIllisible(piece)
    condition, comment = (
        comments[int(found[1:-1])] if (found := match[name]) else None
        for name in ("condition", "commentaire")
    )
    word, hours = (match["mot"] or "").lower(), match["heures"] or ""
    alone = condition is not None and not (match["jours"] or hours or word or comment)
    if alone:
        condition, comment = None, condition
    stated = bool(hours or word or comment is not None)
    state = ETATS.get(word, PEUT_ETRE if comment is not None or not stated else OUVERT)
    return RegleHoraire(
        jours=re.sub(r"\s*,\s*", ",", match["jours"]),
        heures="" if hours == "24/7" else hours,
        etat=state,
        lien=lien,
        condition=condition,
        commentaire=comment,
        explicite=stated,
    )
