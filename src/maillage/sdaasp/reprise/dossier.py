"""The questions that an import asks, and the answers a person gives.

Nothing unsure goes through without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sdaasp.programme.modele import Programme


@dataclass(frozen=True, slots=True)
class CelluleVisee:
    """A field of an object of the programme."""

    collection: str
    cle: str
    champ: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: ``choix`` maps each possible answer to what it means.

    ``ligne`` is the line of the published text, from 1, and ``lignes`` every line of the same doubt;
    ``proposition`` the likely answer, ``None`` when there is none. ``cellules`` are the fields that hang on
    the answer. Questions of one ``famille`` are one doubt met several times: it may be answered once.
    """

    id: str
    ligne: int | None
    texte: str
    choix: Mapping[str, str]
    proposition: str | None = None
    cellules: tuple[CelluleVisee, ...] = ()
    famille: str | None = None
    lignes: tuple[int, ...] = ()

    @property
    def toutes_lignes(self) -> tuple[int, ...]:
        """The lines of the text to look at, in order."""
        own = () if self.ligne is None else (self.ligne,)
        return tuple(sorted({*own, *self.lignes}))


@dataclass(slots=True)
class Dossier:
    """The questions asked so far and the decisions at hand (question id → answer)."""

    decisions: Mapping[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> str | None:
        """The decision taken on a question, ``None`` while there is none; the question is kept either way.

        The same question met again is one question, on more cells. An answer that was not offered counts as
        none here; ``check`` refuses it.
        """
        known = next((i for i, q in enumerate(self.questions) if q.id == question.id), None)
        if known is None:
            self.questions.append(question)
        else:
            self.questions[known] = _join(self.questions[known], question)
        return self._decide(question)

    def _decide(self, question: Question) -> str | None:
        own = self.decisions.get(question.id)
        answer = own or self.decisions.get(name_family(question.famille))
        return answer if answer in question.choix else None

    def list_pending(self) -> tuple[Question, ...]:
        """Questions without a decision; those of one family are one question until it is « cas par cas »."""
        left = [q for q in self.questions if q.id not in self.decisions and self._decide(q) is None]
        found: list[Question] = []
        for question in left:
            family = [q for q in left if question.famille and q.famille == question.famille]
            alone = len(family) < 2 or self.decisions.get(name_family(question.famille)) == CAS_PAR_CAS
            if alone:
                found.append(question)
            elif question is family[0]:
                found.append(_gather(family))
        return tuple(found)

    def check(self) -> None:
        """Refuse decisions on unknown questions and answers that were not offered, all at once."""
        known = {question.id: question for question in self.questions}
        families = groupby(sorted(self.questions, key=_get_family), key=_get_family)
        known |= {name_family(name): _gather(list(members)) for name, members in families if name}
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


def name_family(family: str | None) -> str:
    """The id of the question that stands for a whole family."""
    return f"famille:{family}"


def _get_family(question: Question) -> str:
    return question.famille or ""


def _join(first: Question, again: Question) -> Question:
    lines = (*first.toutes_lignes, *again.toutes_lignes)
    cells = tuple(dict.fromkeys((*first.cellules, *again.cellules)))
    return replace(first, cellules=cells, lignes=lines, choix={**first.choix, **again.choix})


def _gather(family: Sequence[Question]) -> Question:
    """One question for a doubt met several times; it proposes an answer only when all its members do."""
    proposals = {question.proposition for question in family}
    first = family[0]
    return Question(
        id=name_family(first.famille),
        ligne=first.ligne,
        texte=f"{FAMILLES[first.famille or '']} ({len(family)} fois)",
        choix={**first.choix, CAS_PAR_CAS: "décider cas par cas"},
        proposition=proposals.pop() if len(proposals) == 1 else None,
        cellules=tuple(cell for question in family for cell in question.cellules),
        lignes=tuple(line for question in family for line in question.toutes_lignes),
    )


CAS_PAR_CAS = "cas_par_cas"
FAMILLES = {
    "enjeux": "Des enjeux se suivent sans séparation. Les couper à chaque phrase qui commence ?",
    "fusion-objectifs": "Une cellule « objectifs » vide veut-elle dire : comme la ligne du dessus ?",
    "fusion-libelle": "Une cellule « libellé » vide veut-elle dire : comme la ligne du dessus ?",
}


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
