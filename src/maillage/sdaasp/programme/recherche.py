"""Searching French text: case, accents, elisions and plurals do not matter."""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    {"a", "au", "aux", "ce", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "qu", "un", "une"}
)
_PLURALS = (("eaux", "eau"), ("eux", "eu"), ("aux", "al"), ("s", ""), ("x", ""))


def fold(text: str) -> str:
    """Lower case, without accents or ligatures.

    >>> fold("Œuvrer à l’ÉCOUTE")
    'oeuvrer a l’ecoute'
    """
    opened = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", opened) if unicodedata.category(c) != "Mn")


def stem(word: str) -> str:
    """The folded word without its plural and its final e, by spelling alone; short words stay.

    >>> [stem(w) for w in ("locaux", "bureaux", "lieux", "rurales", "accès", "bus")]
    ['local', 'bureau', 'lieu', 'rural', 'acce', 'bus']
    """
    word = fold(word)
    if len(word) <= 3:
        return word
    for ending, singular in _PLURALS:
        if word.endswith(ending):
            word = word[: -len(ending)] + singular
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def list_terms(text: str) -> tuple[str, ...]:
    """The terms of a text, in order, without small words.

    >>> list_terms("L’accès aux soins des aînés")
    ('acce', 'soin', 'aine')
    """
    return tuple(stem(token) for token in _TOKEN.findall(fold(text)) if token not in _STOP)


def make_index(*texts: str | None) -> str:
    """What is stored to be searched: terms between spaces, so that ``" soin"`` finds a beginning of word."""
    return " " + " ".join(term for text in texts if text for term in list_terms(text)) + " "


def matches(query: str, index: str) -> bool:
    """Whether every term of the query begins a term of the index; an empty query matches.

    >>> matches("écoles rurales", make_index("Une école en milieu rural"))
    True
    """
    return all(f" {term}" in index for term in list_terms(query))
