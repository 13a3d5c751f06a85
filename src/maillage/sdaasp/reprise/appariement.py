"""Matching the wordings of a published text with what the programme knows.

Never decides alone: it says how sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from maillage.sdaasp.programme.recherche import fold, list_terms

PROCHE_RATIO = 0.6
_FIGURE = re.compile(r"(?<![\d,])\d{1,3}(?:[  \u202f]\d{3})+(?![\d,])\s+(?:[^\W\d_]+)")
_CAPITALS = re.compile(r"\b[A-Z]{5,}\b")


def squash(text: str) -> str:
    """Letters and digits only, without case or accents: equal when only typography differs.

    >>> squash("Contact > Écoute") == squash("contact écoute")
    True
    """
    return re.sub(r"[^a-z0-9]", "", fold(text))


@dataclass(frozen=True, slots=True)
class Rapprochement:
    """The best known name for a wording.

    ``exact``: the same but for typography, small words and plurals. ``ratio`` is difflib's similarity of the
    squashed texts, 0 to 1; below ``PROCHE_RATIO`` (strict) nothing is proposed and ``cle`` is ``None``.
    """

    cle: str | None
    exact: bool
    ratio: float


def match_name(wording: str, names: Iterable[tuple[str, str]]) -> Rapprochement:
    """The (key, name) that ``wording`` says best; ties go to the first.

    >>> names = [("a", "Améliorer l'adéquation entre offre et demande"), ("b", "Faciliter le parcours")]
    >>> match_name("Améliorer l’adéquation entre l’offre et la demande", names)
    Rapprochement(cle='a', exact=True, ratio=1.0)
    >>> match_name("Organiser un repas", names).cle is None
    True
    """
    best = Rapprochement(None, exact=False, ratio=0.0)
    for key, name in names:
        if squash(name) == squash(wording) or list_terms(name) == list_terms(wording):
            return Rapprochement(key, exact=True, ratio=1.0)
        ratio = SequenceMatcher(None, squash(name), squash(wording), autojunk=False).ratio()
        if ratio >= PROCHE_RATIO and ratio > best.ratio:
            best = Rapprochement(key, exact=False, ratio=ratio)
    return best


def segment(text: str, vocabulary: Sequence[str]) -> tuple[str, ...] | None:
    """``text`` cut into entries of ``vocabulary``, longest first; ``None`` when some of it is unknown.

    >>> segment("ARS CPAM Département du Nord", ["ARS", "CPAM", "Département du Nord"])
    ('ARS', 'CPAM', 'Département du Nord')
    >>> segment("ARS et autres", ["ARS"]) is None
    True
    """
    rest, parts = text.strip(), []
    ordered = sorted(vocabulary, key=len, reverse=True)
    while rest:
        entry = next((word for word in ordered if _starts(rest, word)), None)
        if entry is None:
            return None
        parts.append(rest[: len(entry)])
        rest = rest[len(entry) :].strip()
    return tuple(parts)


def _starts(text: str, word: str) -> bool:
    return fold(text[: len(word)]) == fold(word) and not text[len(word) : len(word) + 1].isalnum()


def split_at_capitals(text: str) -> tuple[str, ...]:
    """``text`` cut before each capitalised word that follows a word without punctuation: a mere proposal.

    >>> split_at_capitals("Améliorer la qualité Développer les démarches")
    ('Améliorer la qualité', 'Développer les démarches')
    """
    return tuple(re.split(r"(?<=[^\W\d_A-ZÀÉÈ]|[»)]) (?=[A-ZÀÉÈ][a-zéèêàç']+ )", text))


def find_variants(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of capitalised words of the same length that differ by one letter or by two swapped letters.

    Only words of five letters or more, written in capitals; the more frequent comes first, then by alphabet.

    >>> find_variants("le SIILAB, puis le SILLAB et encore le SIILAB")
    (('SIILAB', 'SILLAB'),)
    """
    counts = Counter(_CAPITALS.findall(text))
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return tuple((a, b) for a, b in combinations(ordered, 2) if _differ_by_one(a, b))


def find_disagreeing_figures(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of large figures followed by the same word that differ by a single digit.

    >>> find_disagreeing_figures("plus de 432 926 habitants ; pour 432 226 habitants ; 12 000 logements")
    (('432 926 habitants', '432 226 habitants'),)
    """
    figures = [" ".join(figure.split()) for figure in dict.fromkeys(_FIGURE.findall(text))]
    return tuple((a, b) for a, b in combinations(figures, 2) if _count_differences(a, b) == 1)


def _count_differences(a: str, b: str) -> int:
    return sum(x != y for x, y in zip(a, b, strict=True)) if len(a) == len(b) else len(a)


def _differ_by_one(a: str, b: str) -> bool:
    return _count_differences(a, b) == 1 or (_count_differences(a, b) == 2 and sorted(a) == sorted(b))
