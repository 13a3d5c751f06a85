"""The questions that an import asks, and the answers a person gives.

Nothing unsure goes through without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sdaasp.programme import Programme


@dataclass(frozen=True, slots=True)
class CelluleVisee:
    """A field of an object of the programme."""

    collection: str
    cle: str
    champ: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: ``choix`` maps each possible answer to what it means.

    ``ligne`` is the line of the published text, from 1; ``proposition`` the likely answer, ``None`` when
    there is none. ``cellules`` are the fields that hang on the answer.
    """

    id: str
    ligne: int | None
    texte: str
    choix: Mapping[str, str]
    proposition: str | None = None
    cellules: tuple[CelluleVisee, ...] = ()


@dataclass(slots=True)
class Dossier:
    """The questions asked so far and the decisions at hand (question id → answer)."""

    decisions: Mapping[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> str | None:
        """The decision taken on a question, ``None`` while there is none; the question is kept either way.

        An answer that was not offered counts as none here; ``check`` refuses it.
        """
        self.questions.append(question)
        answer = self.decisions.get(question.id)
        return answer if answer in question.choix else None

    def list_pending(self) -> tuple[Question, ...]:
        """Questions without a decision."""
        return tuple(q for q in self.questions if q.id not in self.decisions)

    def check(self) -> None:
        """Refuse decisions on unknown questions and answers that were not offered, all at once."""
        known = {question.id: question for question in self.questions}
        faults = [
            Faute(f"« {identifier} » ne correspond à aucune question", que_faire="Retirez cette décision")
            for identifier in self.decisions
            if identifier not in known
        ]
        faults += [
            Faute(
                f"« {answer} » n’est pas une réponse à « {identifier} »",
                que_faire=_list_choices(known[identifier]),
            )
            for identifier, answer in self.decisions.items()
            if identifier in known and answer not in known[identifier].choix
        ]
        if faults:
            raise EntreeInvalide("Le fichier de décisions ne convient pas.", tuple(faults))


@dataclass(frozen=True, slots=True)
class Contexte:
    """What a proposal needs: the known programme, the questions, the whole text."""

    base: Programme
    dossier: Dossier
    texte: str


def target(collection: str, key: str, *fields: str) -> tuple[CelluleVisee, ...]:
    """The fields of one object, as targets of a question."""
    return tuple(CelluleVisee(collection, key, name) for name in fields)


def _list_choices(question: Question) -> str:
    choices: Iterable[str] = question.choix
    return f"Réponses possibles : {', '.join(choices)}"
