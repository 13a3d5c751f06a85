"""A survey: its questions, written as one writes them on paper, and the answers that each takes.

A question is a line that ends with its kind in square brackets, then its choices, one a line, after a dash:

    Comment venez-vous ? [un choix]
    - à pied
    - en voiture

Kinds: « un choix », « plusieurs », « 0-10 », « oui/non », « texte »; « , obligatoire » may follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.noms import plier


class SorteQuestion(StrEnum):
    """What a question takes."""

    UN_CHOIX = "un choix"
    PLUSIEURS = "plusieurs"
    NOTE = "0-10"
    OUI_NON = "oui/non"
    TEXTE = "texte"


_S = SorteQuestion
AVEC_CHOIX: Final = frozenset({_S.UN_CHOIX, _S.PLUSIEURS})
OUI, NON = "oui", "non"
NOTE_MAX: Final = 10
TEXTE_MAX: Final = 1000
QUESTIONS_AU_PLUS: Final = 40
CHOIX_AU_PLUS: Final = 20
_QUESTION = re.compile(r"^(?P<texte>.+?)\s*\[(?P<sorte>[^\]]+)\]$")

Valeur = str | int | list[str]
"""A choice, several, yes or no, a text (str); a mark (int). A question left blank has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionEnquete:
    """One question. ``choix``: its choices, in order; empty where its kind has none."""

    cle: str
    sorte: SorteQuestion
    texte: str
    choix: tuple[str, ...] = ()
    obligatoire: bool = False

    @property
    def modalites(self) -> tuple[str, ...]:
        """What may be counted, in order: choices, yes and no, or bands of marks; nothing for a text."""
        if self.sorte is _S.OUI_NON:
            return (OUI, NON)
        if self.sorte is _S.NOTE:
            return tuple(BANDES)
        return self.choix


BANDES: Final[Mapping[str, tuple[int, int]]] = {"0 à 4": (0, 4), "5 à 7": (5, 7), "8 à 10": (8, 10)}
"""Marks are counted by bands, bounds included: eleven marks would make eleven small groups."""


def find_band(note: int) -> str:
    """The band of a mark.

    >>> [find_band(note) for note in (0, 4, 5, 7, 8, 10)]
    ['0 à 4', '0 à 4', '5 à 7', '5 à 7', '8 à 10', '8 à 10']
    """
    return next(name for name, (low, high) in BANDES.items() if low <= note <= high)


def read_questions(texte: str) -> tuple[QuestionEnquete, ...]:
    """The questions that a text writes, keys q1, q2… in order.

    Raises:
        EntreeInvalide: with the line of each fault.

    >>> said = "Vous venez ? [un choix, obligatoire]\\n- à pied\\n- en bus\\nContent ? [0-10]"
    >>> first, second = read_questions(said)
    >>> first.choix, first.obligatoire, second.sorte.value
    (('à pied', 'en bus'), True, '0-10')
    """
    found: list[QuestionEnquete] = []
    faults: list[Faute] = []
    for number, raw in enumerate(texte.splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        if line[0] in "-–•*":
            faults += _add_choice(found, line[1:].strip(), number)
        else:
            faults += _add_question(found, line, number)
    faults += _check_all(found)
    if faults:
        raise EntreeInvalide("Ce questionnaire ne se lit pas.", tuple(faults))
    return tuple(found)


def _add_question(found: list[QuestionEnquete], line: str, number: int) -> list[Faute]:
    match = _QUESTION.match(line)
    if match is None:
        advice = "Finissez par [un choix], [plusieurs], [0-10], [oui/non], [texte] ; un choix suit un tiret."
        return [Faute("cette question ne dit pas sa sorte", ligne=number, que_faire=advice)]
    words = [part.strip() for part in match["sorte"].split(",")]
    kinds = {plier(kind.value): kind for kind in SorteQuestion}
    kind = kinds.get(plier(words[0]))
    if kind is None or words[1:] not in ([], ["obligatoire"]):
        known = ", ".join(kind.value for kind in SorteQuestion)
        return [
            Faute(
                f"« {match['sorte']} » n’est pas une sorte de question",
                ligne=number,
                que_faire=f"Connues : {known}.",
            )
        ]
    question = QuestionEnquete(
        cle=f"q{len(found) + 1}", sorte=kind, texte=match["texte"].strip(), obligatoire=len(words) > 1
    )
    found.append(question)
    return []


def _add_choice(found: list[QuestionEnquete], choice: str, number: int) -> list[Faute]:
    if not found or found[-1].sorte not in AVEC_CHOIX:
        return [Faute("ce choix ne suit pas une question à choix", ligne=number)]
    last = found[-1]
    if not choice or ";" in choice:
        return [Faute("un choix a un texte, sans point-virgule", ligne=number)]
    if plier(choice) in map(plier, last.choix):
        return [Faute(f"« {choice} » est dit deux fois", ligne=number)]
    found[-1] = QuestionEnquete(
        cle=last.cle,
        sorte=last.sorte,
        texte=last.texte,
        choix=(*last.choix, choice),
        obligatoire=last.obligatoire,
    )
    return []


def _check_all(found: Sequence[QuestionEnquete]) -> list[Faute]:
    faults = [
        Faute(f"« {one.texte} » : il faut de deux à {CHOIX_AU_PLUS} choix")
        for one in found
        if one.sorte in AVEC_CHOIX and not 2 <= len(one.choix) <= CHOIX_AU_PLUS
    ]
    texts = [plier(one.texte) for one in found]
    faults += [
        Faute(f"« {one.texte} » est posée deux fois") for n, one in enumerate(found) if texts[n] in texts[:n]
    ]
    if not 1 <= len(found) <= QUESTIONS_AU_PLUS:
        faults.append(Faute(f"une enquête a de une à {QUESTIONS_AU_PLUS} questions"))
    return faults


def write_questions(questions: Sequence[QuestionEnquete]) -> str:
    """The text that reads as these questions.

    >>> print(write_questions(read_questions("Content ? [oui/non, obligatoire]")))
    Content ? [oui/non, obligatoire]
    """
    lines = []
    for one in questions:
        must = ", obligatoire" if one.obligatoire else ""
        lines += [f"{one.texte} [{one.sorte.value}{must}]", *(f"- {choice}" for choice in one.choix)]
    return "\n".join(lines)


def read_answers(
    questions: Sequence[QuestionEnquete],
    donnees: Mapping[str, Sequence[str]],
    *,
    fichier: str = "",
    ligne: int | None = None,
) -> dict[str, Valeur]:
    """What one person answered, by key of question; those left blank are not there.

    ``donnees``: key → what was ticked or typed. Several choices may stand in one text, between semicolons.

    Raises:
        EntreeInvalide: with each question wrongly answered.

    >>> asked = read_questions("Vous venez ? [plusieurs]\\n- à pied\\n- en bus\\nContent ? [0-10]")
    >>> read_answers(asked, {"q1": ["À PIED ; en bus"], "q2": ["7"]})
    {'q1': ['à pied', 'en bus'], 'q2': 7}
    >>> read_answers(asked, {"q2": ["12"]})
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Des réponses ne se lisent pas.
      - colonne « Content ? » : « 12 » n’est pas une note de 0 à 10
    """
    kept: dict[str, Valeur] = {}
    faults: list[Faute] = []
    for one in questions:
        given = [text.strip() for text in donnees.get(one.cle, ()) if text.strip()]
        if not given:
            if one.obligatoire:
                faults.append(Faute("il faut une réponse", fichier, ligne=ligne, colonne=one.texte))
            continue
        try:
            kept[one.cle] = _read_answer(one, given)
        except ValueError as error:
            faults.append(Faute(str(error), fichier, ligne=ligne, colonne=one.texte))
    if faults:
        raise EntreeInvalide("Des réponses ne se lisent pas.", tuple(faults))
    return kept


def _read_answer(question: QuestionEnquete, given: Sequence[str]) -> Valeur:
    if question.sorte is _S.PLUSIEURS:
        parts = [part.strip() for text in given for part in text.split(";") if part.strip()]
        chosen = {_find_choice(question, part) for part in parts}
        return [choice for choice in question.choix if choice in chosen]
    text = given[0]
    if len(given) > 1:
        raise ValueError("une seule réponse est attendue")
    if question.sorte is _S.TEXTE:
        if len(text) > TEXTE_MAX:
            raise ValueError(f"{len(text)} caractères, {TEXTE_MAX} au plus")
        return text
    if question.sorte is _S.NOTE:
        if not re.fullmatch(r"[0-9]{1,2}([.,]0+)?", text) or int(re.split("[.,]", text)[0]) > NOTE_MAX:
            raise ValueError(f"« {text} » n’est pas une note de 0 à {NOTE_MAX}")
        return int(re.split("[.,]", text)[0])
    return _find_choice(question, text)


def _find_choice(question: QuestionEnquete, text: str) -> str:
    known = {plier(choice): choice for choice in question.modalites}
    found = known.get(plier(text))
    if found is None:
        raise ValueError(f"« {text} » n’est pas un de ses choix ({', '.join(question.modalites)})")
    return found
