"""The words of names and addresses, folded so that two clerks' spellings meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from rapidfuzz import fuzz

from maillage.catalogue.lecture import read_toml

NUMERO: Final = re.compile(
    r"^\s*(?P<debut>\d{1,4})(?!\d)\s*(?P<indice>bis|ter|quater|[a-d](?=\W|$)|e(?=\s))?"
    r"(?:\s*(?:-|et|à|/)\s*(?P<fin>\d{1,4})(?!\d))?[\s,]*",
    re.IGNORECASE,
)


@cache
def read_words() -> dict[str, Any]:
    """The table ``doublons.toml``: abbreviations, kinds of streets, words that tell nothing."""
    return read_toml("doublons.toml")


def fold(text: str) -> tuple[str, ...]:
    """Words in lower case without accents, abbreviations written out.

    >>> fold("12 BD du Gal-de-Gaulle, bât. B")
    ('12', 'boulevard', 'du', 'general', 'de', 'gaulle', 'batiment', 'b')
    """
    bare = unicodedata.normalize("NFD", text.replace("œ", "oe")).encode("ascii", "ignore").decode().lower()
    long = read_words()["abreviations"]
    return tuple(long.get(word, word) for word in re.findall(r"[a-z]+|\d+", bare))


@dataclass(frozen=True, slots=True)
class Voie:
    """A line of an address: house numbers (« 12 », « 12bis »), kind of street, words that name it."""

    numeros: frozenset[str]
    genre: str | None
    mots: frozenset[str]

    @property
    def nues(self) -> frozenset[str]:
        """House numbers without « bis » and the like."""
        return frozenset(re.sub(r"\D", "", one) for one in self.numeros)


@cache
def read_street(line: str) -> Voie | None:
    """One line of an address; null when it names nothing.

    >>> told = read_street("7 - 9 Rue Pablo Picasso")
    >>> sorted(told.numeros), told.genre, sorted(told.mots)
    (['7', '9'], 'rue', ['pablo', 'picasso'])
    >>> read_street("Place du 8 mai 1945").numeros, read_street("5 bis, place de la Mairie").numeros
    (frozenset(), frozenset({'5bis'}))
    >>> read_street("59000") is None
    True
    """
    head, numbers = NUMERO.match(line), frozenset[str]()
    if head:
        indice = (head["indice"] or "").lower()
        numbers = frozenset({head["debut"] + (indice if indice != "e" else "")} | ({head["fin"]} - {None}))
        line = line[head.end() :]
    told = read_words()
    words = fold(line)
    rank = next((rank for rank, word in enumerate(words) if word in told["voies"]), None)
    kind = None if rank is None else told["voies"][words[rank]]
    named = words if rank is None else words[:rank] + words[rank + 1 :]
    kept = frozenset(named) - set(told["mots"]["articles"])
    named_so = any(not word.isdigit() and word != "cedex" for word in kept) or (kind and kept)
    return Voie(numbers, kind, kept) if named_so else None


@cache
def read_address(*lines: str | None) -> tuple[Voie, ...]:
    """Every line of an address, those that a slash, a line break or a spaced dash part included.

    >>> [one.genre for one in read_address("4 rue Haute / ZI Nord", None)]
    ['rue', 'zone']
    """
    parts = (part for line in lines if line for part in re.split(r"[\n/;]| – ", line))
    return tuple(street for part in parts if (street := read_street(part)))


def is_same_street(one: Voie, other: Voie) -> bool:
    """Whether two lines name one street: words of one among the other's, slips allowed; kinds don't differ.

    A number given by both stands for the kind: « 12 rue Eboué » and « 12 av. Eboué » are one door.

    >>> one, other = read_street("103 Rue Charles Darwin"), read_street("103 RUE DARWIN")
    >>> is_same_street(one, other), is_same_street(one, read_street("place Darwin"))
    (True, False)
    """
    if one.genre and other.genre and one.genre != other.genre and not one.nues & other.nues:
        return False
    return are_alike(one.mots, other.mots)


def are_alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether the words of one list are among those of the other; a long word may hold a slip.

    A word of the shorter list is found when a word of the longer one is equal to it, or within the
    catalogue's ``ressemblance`` (ratio ≥, of 100) and of four letters at least. Numbers must be equal.

    >>> are_alike({"edouard", "heriot"}, {"herriot", "edouard"}), are_alike({"14", "juillet"}, {"8", "mai"})
    (True, False)
    """
    short, long = sorted((set(one), set(other)), key=len)
    return bool(short) and all(any(is_same_word(word, beside) for beside in long) for word in short)


@cache
def is_same_word(one: str, other: str) -> bool:
    """Whether two words are one, a slip allowed in words of four letters or more."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or one.isdigit() or other.isdigit():
        return False
    return bool(fuzz.ratio(one, other) >= read_words()["regles"]["ressemblance"])


@cache
def read_name(name: str, commune: str | None = None) -> frozenset[str]:
    """The words of a name that tell one organism from another: no form, no article, no commune.

    >>> sorted(read_name("CC des Lisières de l'Oise", "Attichy")), read_name("Commune de Lannion", "Lannion")
    (['lisieres', 'oise'], frozenset())
    """
    told = read_words()
    here = fold(commune or "")
    return frozenset(fold(name)) - set(told["mots"]["articles"]) - set(told["mots"]["formes"]) - set(here)


def read_operators(name: str) -> frozenset[str]:
    """Networks whose mark a name bears: a counter of one is not the counter of another.

    >>> read_operators("France services La Poste de Cassel"), read_operators("Commune de Cassel")
    (frozenset({'la-poste'}), frozenset())
    """
    words = " ".join(fold(name))
    marks = read_words()["marques"]
    return frozenset(key for key, told in marks.items() if any(f" {mark} " in f" {words} " for mark in told))


def read_phone(text: str | None) -> str | None:
    """The nine digits of a French number, null when there is none.

    >>> read_phone("+33 (0)3 20 00 00 01"), read_phone("03.20.00.00.01"), read_phone("3646")
    ('320000001', '320000001', None)
    """
    digits = re.sub(r"\D", "", text or "")
    for prefix in ("0033", "33", ""):
        if digits.startswith(prefix):
            local = digits[len(prefix) :].removeprefix("0")
            if len(local) == 9:
                return local
    return None
