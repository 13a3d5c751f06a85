"""Names as people type them against names as they are written: accents, abbreviations, slips of the finger.

Every name of an answer is a form, folded by ``catalogue.noms.plier``. A word of the query is worth 1 against
the same word of a form, a little less against its plural, its beginning, a word one or two letters away
(optimal string alignment). A form is worth what it covers of the query (for four fifths) and what the query
covers of it (for one fifth); the very name is worth 100, its beginning 95; the letters alone of both, without
spaces, up to 97. The likelihood of a kind takes a few points off, size adds fewer: they choose among names
that hold as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from maillage.atlas.recherche.reponse import Reponse
from maillage.catalogue.noms import plier, present_code

# Words that many names hold count for a third of another: they choose among answers, they do not make one.
# Those that only link are not missed where they do not stand.
LIAISONS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lez", "un", "une"}
)
PETITS = LIAISONS | {"ca", "cc", "cu", "saint", "sainte", "saints", "sous", "sur"}
POIDS_PETIT = 0.3
PART_REQUETE = 0.8
EXACT, DEBUT, DEBUT_DE_MOT, LETTRES, PAR_LETTRE = 100.0, 95.0, 93.0, 97.0, 50.0
PLURIEL, COMMENCE, UNE_LETTRE, DEUX_LETTRES, COMMENCE_PRESQUE = 0.97, 0.93, 0.85, 0.7, 0.7
PLANCHER, ECART = 50.0, 25.0
CHIFFRES_AU_MOINS = 3


class Nom(NamedTuple):
    """A name of something: what to say that it answered by (null: its own name), points that it takes off."""

    texte: str
    par: str | None = None
    retrait: float = 0.0


@dataclass(frozen=True)
class Nommee:
    """An answer and how it may be called: its names, its numbers (and what each is).

    ``contexte``: words that go with it without naming it. ``retrait``: points that its kind takes off, so
    that of two equals the likelier comes first; ``taille``: of two equals of a kind, the larger one.
    """

    reponse: Reponse
    noms: tuple[Nom, ...]
    numeros: tuple[tuple[str, str | None], ...] = ()
    contexte: str = ""
    retrait: float = 0.0
    taille: float = 0.0


@dataclass(frozen=True)
class _Forme:
    """One folded name: its words, whose it is (rank of the answer), by what it answers, what it takes off."""

    texte: str
    mots: tuple[str, ...]
    poids: float
    rang: int
    par: str | None
    retrait: float


def weigh(word: str) -> float:
    """What a word counts for.

    >>> weigh("saint"), weigh("amand")
    (0.3, 1.0)
    """
    return POIDS_PETIT if word in PETITS or len(word) == 1 else 1.0


def tolerate(word: str) -> int:
    """How many wrong letters a word bears: none under four letters, one under six, two beyond.

    >>> tolerate("mel"), tolerate("lile"), tolerate("valencienes")
    (0, 1, 2)
    """
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


@dataclass(frozen=True, eq=False)
class IndexRecherche:
    """Everything that can be found in one atlas, ready to be searched."""

    nommees: Sequence[Nommee]
    formes: Sequence[_Forme] = field(repr=False)
    mots: Sequence[str] = field(repr=False)
    serrees: Sequence[str] = field(repr=False)
    _emplois: Mapping[str, Sequence[tuple[int, float]]] = field(repr=False)
    _contextes: Mapping[str, set[int]] = field(repr=False)
    _numeros: Mapping[str, Sequence[tuple[int, str | None]]] = field(repr=False)

    def search(self, text: str, limit: int = 40) -> list[Reponse]:
        """What answers a few words, best first; of equals, the likelier kind, then the larger."""
        figures = re.sub(r"[\s.]", "", text)
        folded = figures if figures.isdigit() else plier(text)  # « 59 000 » is one number
        words = folded.split()
        if "cedex" in text.casefold() and not folded.replace(" ", "").isdigit():
            words = [word for word in words if not word.isdigit()]  # the number of a CEDEX is nobody's
        best: dict[int, tuple[float, str | None]] = {}
        for rank, score, by in self._find(words, folded):
            held = best.get(rank)
            if held is None or (-score, by is not None) < (-held[0], held[1] is not None):
                best[rank] = (score, by)
        return self._order(best, limit)

    def _find(self, words: list[str], folded: str) -> Iterator[tuple[int, float, str | None]]:
        if len(words) == 1:
            yield from self._find_number(words[0].upper())
        letters = [word for word in words if not word.isdigit()]
        if letters:
            yield from self._find_words(words)
            yield from self._find_whole(folded)

    def _find_number(self, number: str) -> Iterator[tuple[int, float, str | None]]:
        """What bears this number; nothing does: what bears a longer one that it begins."""
        held = self._numeros.get(number) or self._numeros.get(present_code(number), ())
        yield from ((rank, EXACT, kind) for rank, kind in held)
        if not held and number.isdigit() and len(number) >= CHIFFRES_AU_MOINS:
            longer = [n for n in self._numeros if n.startswith(number)]
            yield from ((rank, 80.0, kind) for n in longer for rank, kind in self._numeros[n])

    def _find_words(self, words: list[str]) -> Iterator[tuple[int, float, str | None]]:
        """Forms that hold enough of the words."""
        hits: dict[int, dict[int, tuple[float, float]]] = defaultdict(dict)
        # small words choose among the forms that the others found: alone, they find by themselves
        for position, word in sorted(enumerate(words), key=lambda pair: weigh(pair[1]) < 1):
            alone = not hits or weigh(word) == 1
            for other, quality in self._compare(word):
                for place, weight in self._emplois[other]:
                    if not alone and place not in hits:
                        continue
                    held = hits[place].get(position, (0.0, 0.0))
                    hits[place][position] = max(held, (quality, weight))
        for place, found in hits.items():
            form = self.formes[place]
            # a word that goes with the answer is known too
            worth = [
                weigh(word) * max(found.get(i, (0.0,))[0], float(self._goes_with(form.rang, word)))
                for i, word in enumerate(words)
            ]
            pairs = zip(words, worth, strict=True)
            asked = sum(weigh(word) for word, one in pairs if one or word not in LIAISONS)
            covered = min(1.0, sum(quality * weight for quality, weight in found.values()) / form.poids)
            score = EXACT * (PART_REQUETE * sum(worth) / asked + (1 - PART_REQUETE) * covered)
            if sum(worth) >= asked / 2:
                yield form.rang, min(score, LETTRES) - form.retrait, form.par

    def _goes_with(self, rank: int, word: str) -> bool:
        numbers = (owner for owner, _ in self._numeros.get(word.upper(), ()))
        return rank in self._contextes.get(word, ()) or rank in numbers

    def _compare(self, word: str) -> Iterator[tuple[str, float]]:
        """Words of the index that this one may be, each with its worth; numbers and small words are whole."""
        if word.isdigit() or weigh(word) < 1:
            yield from [(word, 1.0)] if word in self._emplois else []
            return
        slips = tolerate(word)
        early = slips // 2  # wrong letters in a beginning
        distances = measure(word, self.mots, slips)
        heads = measure(word, [other[: len(word)] for other in self.mots], early)
        for place in np.flatnonzero((distances <= slips) | (heads <= early)).tolist():
            other = self.mots[place]
            yield other, value(word, other, int(distances[place]), int(heads[place]))

    def _find_whole(self, folded: str) -> Iterator[tuple[int, float, str | None]]:
        """Forms that are the query, that it begins, or that have its letters, spaces apart."""
        tight = folded.replace(" ", "")
        slips = tolerate(tight)
        for place in np.flatnonzero(measure(tight, self.serrees, slips) <= slips).tolist():
            form = self.formes[place]
            away = OSA.distance(tight, self.serrees[place])
            if away and " " not in folded and " " not in form.texte:
                continue  # one word against one word: already compared
            score = EXACT if form.texte == folded else LETTRES - PAR_LETTRE * away / len(tight)
            yield form.rang, score - form.retrait, form.par
        for form in self.formes:
            if form.texte.startswith(folded) and form.texte != folded:
                score = DEBUT if form.texte[len(folded)] == " " else DEBUT_DE_MOT
                yield form.rang, score - form.retrait, form.par

    def _order(self, best: dict[int, tuple[float, str | None]], limit: int) -> list[Reponse]:
        top = max((score for score, _ in best.values()), default=0.0)
        worth = {
            rank: self._weigh(rank, s) for rank, (s, _) in best.items() if s >= max(PLANCHER, top - ECART)
        }
        ordered = sorted(worth, key=lambda rank: (-worth[rank], self.nommees[rank].reponse.code))
        return [
            replace(self.nommees[r].reponse, score=round(min(EXACT, worth[r]), 1), par=best[r][1])
            for r in ordered[:limit]
        ]

    def _weigh(self, rank: int, score: float) -> float:
        """The score, less what the kind takes off; of two equals, the larger is worth a little more."""
        named = self.nommees[rank]
        return score - named.retrait + log10(1 + named.taille) / 2


def fold_names(rank: int, named: Nommee) -> Iterator[_Forme]:
    """The forms of an answer; two names that fold alike are one, the first."""
    seen: set[str] = set()
    for nom in named.noms:
        text = plier(nom.texte)
        if text and text not in seen:
            seen.add(text)
            words = tuple(text.split())
            yield _Forme(text, words, sum(map(weigh, words)), rank, nom.par, nom.retrait)


def measure(word: str, others: Sequence[str], most: int) -> NDArray[np.int64]:
    """int64[len(others)]: letters to change, add, take away or swap; beyond ``most``, ``most + 1``."""
    if not others:
        return np.zeros(0, np.int64)
    return np.asarray(cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.int64)[0])


def value(word: str, other: str, away: int, head: int) -> float:
    """What a word of the query is worth against one of a name; ``head``: letters away from its beginning.

    >>> value("creches", "creche", 1, 1), value("valen", "valenciennes", 9, 0), value("lile", "lille", 1, 1)
    (0.97, 0.93, 0.85)
    """
    if away == 0:
        return 1.0
    if away == 1 and word.rstrip("sx") == other.rstrip("sx"):
        return PLURIEL
    if head == 0:
        return COMMENCE
    if away == 1:
        return UNE_LETTRE
    return max(DEUX_LETTRES if away == 2 else 0.0, COMMENCE_PRESQUE if head == 1 else 0.0)


def build_index(nommees: Iterable[Nommee]) -> IndexRecherche:
    """The index of these answers: every name folded, where each word stands."""
    named = tuple(nommees)
    formes = [form for rank, one in enumerate(named) for form in fold_names(rank, one)]
    uses: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, form in enumerate(formes):
        for word in form.mots:
            uses[word].append((place, weigh(word)))
    contexts: dict[str, set[int]] = defaultdict(set)
    numbers: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    for rank, one in enumerate(named):
        for word in plier(" ".join((one.contexte, *(nom.texte for nom in one.noms)))).split():
            contexts[word].add(rank)
        for number, kind in one.numeros:
            numbers[number.upper()].append((rank, kind))
    tight = [form.texte.replace(" ", "") for form in formes]
    return IndexRecherche(named, formes, tuple(uses), tight, uses, contexts, numbers)
