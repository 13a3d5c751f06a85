"""What says the same thing twice: the words of two texts, compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from maillage.catalogue.noms import plier
from maillage.participation.reglages import read_setting


def list_words(texte: str) -> frozenset[str]:
    """The words of three letters or more, folded; figures are none, so that numbering a text changes nothing.

    >>> sorted(list_words("L’arrêt n° 12 est fermé !"))
    ['arret', 'est', 'ferme']
    """
    return frozenset(re.findall(r"[a-z]{3,}", plier(texte)))


def sign_words(*parts: str) -> str:
    """What two texts of the same words in the same order share: SHA-256 of their folded words.

    >>> sign_words("sante", "59350", "Fermé 1 !") == sign_words("sante", "59350", "fermé  2")
    True
    """
    *keys, texte = parts
    words = re.findall(r"[a-z]+", plier(texte))
    return hashlib.sha256("\\n".join([*keys, " ".join(words)]).encode()).hexdigest()


def compare_words(one: str, other: str) -> float:
    """Jaccard’s index |A ∩ B| / |A ∪ B| of the words of two texts, 0 to 1; 0 when both have none.

    {guichet, ferme, samedi} and {guichet, ferme, lundi} share 2 words of 4:

    >>> compare_words("Guichet fermé samedi", "guichet FERMÉ lundi")
    0.5
    """
    a, b = list_words(one), list_words(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def find_similar(texte: str, autres: Iterable[tuple[str, str]]) -> tuple[tuple[str, float], ...]:
    """(key, likeness) of the texts whose likeness is at least (≥) that of the catalogue, the likest first."""
    least = read_setting("ressemblance")
    found = ((key, compare_words(texte, other)) for key, other in autres)
    return tuple(sorted((pair for pair in found if pair[1] >= least), key=lambda pair: (-pair[1], pair[0])))
