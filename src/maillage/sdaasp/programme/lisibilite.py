"""Plain language: measures of a text meant for the public, and what could be made simpler.

The machine measures and suggests. It never says that a text is FALC: only people re-reading it can.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from maillage.francais import jour as write_day
from maillage.sdaasp.programme.regles import get_threshold
from maillage.sdaasp.programme.tournures import find_turns

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+|;\s+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ACRONYM = re.compile(r"\b[A-ZÀÂÇÉÈÊËÎÏÔÙÛ]{2,}\d*\b")


@dataclass(frozen=True, slots=True)
class Lisibilite:
    """Measures of one text.

    ``mots_par_phrase``: mean words in a sentence. ``part_mots_longs``: share of words of more than six
    letters. ``lix``: words per sentence + 100 × share of long words (Björnsson 1968). ``None`` for a text
    without words.
    """

    phrases: int
    mots: int
    mots_par_phrase: float | None
    part_mots_longs: float | None
    lix: float | None
    phrases_longues: tuple[str, ...]
    sigles: tuple[str, ...]


def measure(text: str) -> Lisibilite:
    """The measures of ``text``.

    A sentence is long when it has strictly more words than the threshold of the catalogue (20). A word is
    what stands between spaces, apostrophes and punctuation; « rendez-vous » is one. A sentence also ends with
    a semicolon or a line.

    >>> m = measure("Le bus passe. Il vient le mardi au village.")      # 9 words, 2 sentences, 1 long word
    >>> m.mots, m.phrases, m.mots_par_phrase, round(m.lix, 2)
    (9, 2, 4.5, 15.61)
    """
    sentences = [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    counts = [len(_WORD.findall(sentence)) for sentence in sentences]
    words = sum(counts)
    if not words:
        return Lisibilite(0, 0, None, None, None, (), ())
    limit = get_threshold("lisibilite", "mots_par_phrase")
    mean, share = words / len(sentences), _count_long(text) / words
    return Lisibilite(
        phrases=len(sentences),
        mots=words,
        mots_par_phrase=mean,
        part_mots_longs=share,
        lix=mean + 100 * share,
        phrases_longues=tuple(s for s, n in zip(sentences, counts, strict=True) if n > limit),
        sigles=list_acronyms(text),
    )


def _count_long(text: str) -> int:
    limit = get_threshold("lisibilite", "lettres_mot_long")
    return sum(len(word.replace("-", "")) > limit for word in _WORD.findall(text))


def list_acronyms(text: str) -> tuple[str, ...]:
    """Acronyms that the text never spells out, in order of first use.

    An acronym counts as spelled out when it stands in parentheses after words, or is followed by parentheses.

    >>> list_acronyms("La caisse d’allocations familiales (CAF) et la MSA aident.")
    ('MSA',)
    """
    found = dict.fromkeys(_ACRONYM.findall(text))
    return tuple(a for a in found if f"({a})" not in text and f"{a} (" not in text)


def list_suggestions(text: str) -> tuple[str, ...]:
    """What could be simpler, in French sentences, each once; empty when nothing is found.

    >>> list_suggestions("Solliciter la caisse, solliciter la mairie.")
    ('« Solliciter » : essayez « demander ».', '« solliciter » : essayez « demander ».')
    """
    measures = measure(text)
    limit = int(get_threshold("lisibilite", "mots_par_phrase"))
    notes = [
        f"Phrase de {len(_WORD.findall(sentence))} mots (repère : {limit}) : « {_shorten(sentence)} »."
        for sentence in measures.phrases_longues
    ]
    notes += [f"Sigle sans explication : {acronym}." for acronym in measures.sigles]
    if measures.lix is not None and measures.lix > get_threshold("lisibilite", "lix_difficile"):
        notes.append(
            f"Texte difficile (indice LIX {measures.lix:.0f}) : préférez des phrases et des mots plus courts."
        )
    notes += [f"« {text[turn.debut : turn.fin]} » : {turn.conseil}." for turn in find_turns(text)]
    return tuple(dict.fromkeys(notes))


def tell_relecture(relecteurs: Sequence[str], le: date | None = None) -> str:
    """Who read a plain version again, and when; the machine never says that it is FALC.

    >>> tell_relecture(["un groupe", "une association"], date(2026, 6, 1)), tell_relecture([])
    ('Relue par un groupe et une association, le 1er juin 2026.', 'Version simple, non relue.')
    """
    if not relecteurs:
        return "Version simple, non relue."
    when = f", le {write_day(le)}" if le else ""
    names = " et ".join(filter(None, (", ".join(relecteurs[:-1]), relecteurs[-1])))
    return f"Relue par {names}{when}."


def _shorten(sentence: str, length: int = 80) -> str:
    return sentence if len(sentence) <= length else f"{sentence[:length].rsplit(' ', 1)[0]}…"
