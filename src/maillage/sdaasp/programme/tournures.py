"""Turns of phrase that make a text hard, where they stand, and what one may write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from maillage.catalogue.lecture import read_toml

PHRASE: Final = re.compile(r"[^.!?…;\n]+")
MOT: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
DATE: Final = re.compile(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b")
ROMAIN: Final = re.compile(
    r"\b(?:XX|XIX|XVIII|XVII|XVI|XV|XIV|XIII|XII|XI|VIII|VII|VI|IX|IV|III|II)(?:e|ème)?\b"
)
NEGATION: Final = re.compile(r"\bn(?:e\b|[’'])", re.IGNORECASE)
PARTICIPE: Final = re.compile(r"(?:é|i|is|u|it|ert)(?:e|s|es)?$")


@dataclass(frozen=True, slots=True)
class Tournure:
    """A passage, characters ``debut`` (included) to ``fin`` (excluded), and what to do with it."""

    debut: int
    fin: int
    conseil: str


@cache
def read_rules() -> dict[str, Any]:
    """The table ``tournures.toml``."""
    return read_toml("tournures.toml")


def find_turns(text: str) -> tuple[Tournure, ...]:
    """What a plainer text would say otherwise, in the order of the text.

    >>> text = "La caisse est saisie par l’usager avant le 12/03/2026."
    >>> [(text[one.debut : one.fin], one.conseil) for one in find_turns(text)][:2]
    [('est saisie', 'dites qui fait'), ('usager', 'essayez « personne qui utilise le service »')]
    """
    found = [*find_passives(text), *find_negations(text), *find_words(text)]
    found += [Tournure(*one.span(), "écrivez la date en entier") for one in DATE.finditer(text)]
    found += [Tournure(*one.span(), "écrivez ce nombre en chiffres") for one in ROMAIN.finditer(text)]
    return tuple(sorted(found, key=lambda one: (one.debut, one.fin)))


def find_passives(text: str) -> Iterator[Tournure]:
    """« est » and the like, then, an adverb between them allowed, a participle that is no mere state.

    >>> [one.conseil for one in find_passives("Elle est venue. Sa demande sera rapidement traitée.")]
    ['dites qui fait']
    """
    rules = read_rules()["passif"]
    for sentence in PHRASE.finditer(text):
        words = list(MOT.finditer(text, *sentence.span()))
        for rank, word in enumerate(words):
            if word.group().lower() not in rules["etre"]:
                continue
            after = [one for one in words[rank + 1 : rank + 3] if not one.group().endswith("ment")]
            said = after[0].group().lower() if after else ""
            if len(said) > 3 and PARTICIPE.search(said) and said not in rules["etat"]:
                yield Tournure(word.start(), after[0].end(), "dites qui fait")


def find_negations(text: str) -> Iterator[Tournure]:
    """Sentences that deny twice.

    >>> [one.debut for one in find_negations("Venez. Vous ne pouvez pas ne pas venir.")]
    [7]
    """
    for sentence in PHRASE.finditer(text):
        if len(NEGATION.findall(sentence.group())) > 1:
            start = sentence.start() + len(sentence.group()) - len(sentence.group().lstrip())
            yield Tournure(start, sentence.end(), "deux négations : dites ce qui est")


def find_words(text: str) -> Iterator[Tournure]:
    """Words of administrations, plural or not, with what one may write instead.

    >>> [one.conseil for one in find_words("Solliciter une aide")]
    ['essayez « demander »']
    """
    for one in hard_words().finditer(text):
        word = re.sub(r"\s+", " ", one.group(1).lower())
        yield Tournure(*one.span(), f"essayez « {read_rules()['mots'][word]} »")


@cache
def hard_words() -> re.Pattern[str]:
    """One expression for the whole table, the longest first."""
    table = sorted(read_rules()["mots"], key=len, reverse=True)
    words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in table)
    return re.compile(rf"(?<!\w)({words})(?:es|e|s)?(?!\w)", re.IGNORECASE)
