"""What a survey found: counts, with small groups hidden as in the atlas, and how far a sample may be wrong.

The rule of secrecy is that of the atlas (``territoires.secret``), its threshold that of its own counts. Each
question is a table whose total, the number of answers, is known: a small count is hidden, and with it another
one, so that it cannot be found by difference. Across a breakdown, a group is shown whole or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from maillage.participation.questions import QuestionEnquete, SorteQuestion, Valeur, find_band
from maillage.participation.reglages import read_setting
from maillage.territoires.secret import find_minimum, suppress

_S = SorteQuestion
SANS_REPONSE = "sans réponse"
Reponses = Sequence[Mapping[str, Valeur]]
"""What each person answered, by key of question."""


@dataclass(frozen=True, slots=True)
class LigneDeTri:
    """How many chose one thing: ``effectif`` null when hidden: a small group, or one that would tell it."""

    modalite: str
    effectif: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriAPlat:
    """The counts of one question. ``reponses``: answers to the survey, null when too few to say anything.

    ``moyenne``: of marks, null when there is none or when a count is hidden.
    """

    question: QuestionEnquete
    reponses: int | None
    lignes: tuple[LigneDeTri, ...]
    moyenne: float | None = None

    @property
    def masque(self) -> bool:
        """Whether something of it is hidden."""
        return self.reponses is None or any(line.effectif is None for line in self.lignes)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriCroise:
    """A question by the groups of another: (group, counts in the order of ``modalites``), those shown.

    ``tus``: how many groups are hidden, which are none or two at least.
    """

    question: QuestionEnquete
    par: QuestionEnquete
    modalites: tuple[str, ...]
    groupes: tuple[tuple[str, tuple[int, ...]], ...]
    tus: int


def get_minimum() -> int:
    """The count below which nothing is shown: that of the atlas.

    >>> get_minimum()
    5
    """
    found = find_minimum(read_setting("petits_groupes"))
    if found is None:
        raise ValueError("la statistique de petits_groupes n’a pas de secret_sous")
    return found


def _list_chosen(question: QuestionEnquete, reponse: Mapping[str, Valeur]) -> list[str]:
    """What one person counts in."""
    value = reponse.get(question.cle)
    if value is None:
        return [SANS_REPONSE]
    if isinstance(value, list):
        return value or [SANS_REPONSE]
    return [find_band(value)] if isinstance(value, int) else [value]


def _count(question: QuestionEnquete, reponses: Reponses) -> dict[str, int]:
    counts = dict.fromkeys((*question.modalites, SANS_REPONSE), 0)
    for one in reponses:
        for name in _list_chosen(question, one):
            counts[name] += 1
    return counts


def sort_flat(question: QuestionEnquete, reponses: Reponses) -> TriAPlat:
    """The counts of a question that is no text, small groups hidden.

    Of 22 answers, « à vélo » 3 times: hiding 3 alone would let it be found from 22, so the next goes too.

    >>> from maillage.participation.questions import read_questions
    >>> (asked,) = read_questions("Vous venez ? [un choix]\\n- à pied\\n- à vélo\\n- en bus")
    >>> said = [{"q1": mode} for mode, n in (("à pied", 13), ("à vélo", 3), ("en bus", 6)) for _ in range(n)]
    >>> [(line.modalite, line.effectif) for line in sort_flat(asked, said).lignes]
    [('à pied', 13), ('à vélo', None), ('en bus', None), ('sans réponse', 0)]
    """
    least, total = get_minimum(), len(reponses)
    counts = _count(question, reponses)
    if total < least:
        return TriAPlat(
            question=question, reponses=None, lignes=tuple(LigneDeTri(name, None) for name in counts)
        )
    hidden = (
        _hide_each(counts, total, least) if question.sorte is _S.PLUSIEURS else _hide_parts(counts, least)
    )
    lines = tuple(LigneDeTri(name, None if name in hidden else n) for name, n in counts.items())
    marks = [value for one in reponses if isinstance(value := one.get(question.cle), int)]
    mean = sum(marks) / len(marks) if marks and not hidden and question.sorte is _S.NOTE else None
    return TriAPlat(question=question, reponses=total, lignes=lines, moyenne=mean)


def _hide_parts(counts: Mapping[str, int], least: int) -> set[str]:
    """Of parts that add up to the total."""
    values = np.array(list(counts.values()), np.float64)
    up = np.zeros(len(values), np.int32)
    hidden, _ = suppress([values, np.array([values.sum()])], [up], least)
    return {name for name, hide in zip(counts, hidden, strict=True) if hide}


def _hide_each(counts: Mapping[str, int], total: int, least: int) -> set[str]:
    """Of choices that each person ticks or not: those who ticked it and those who did not are two groups."""
    return {name for name, n in counts.items() if 0 < n < least or 0 < total - n < least}


def sort_across(question: QuestionEnquete, par: QuestionEnquete, reponses: Reponses) -> TriCroise | None:
    """A question by the groups of another (one choice, or yes and no); null when no group may be shown.

    A group is hidden whole when one of its cells is small (0 < c < minimum). Hidden groups are none, or two
    at least whose cells together are each 0 or at least (≥) the minimum; else the smallest group shown goes
    too. Then no small cell c of a hidden group can be found, its group's size and each sum being known:
    another hidden group has somebody in the same column, since the sum exceeds c, and the group itself has
    somebody in another column, or its size would be small; moving one person each way changes no sum.

    >>> from maillage.participation.questions import read_questions
    >>> text = "Content ? [oui/non]\\nVous venez ? [un choix]\\n- à pied\\n- à vélo\\n- en bus"
    >>> asked, by = read_questions(text)
    >>> held = (("à pied", 9, 8), ("à vélo", 6, 2), ("en bus", 5, 6))
    >>> said = [{"q1": "oui", "q2": m} for m, yes, _ in held for _ in range(yes)]
    >>> said += [{"q1": "non", "q2": m} for m, _, no in held for _ in range(no)]
    >>> table = sort_across(asked, by, said)
    >>> table.groupes, table.tus
    ((('à pied', (9, 8, 0)),), 2)
    """
    if par.sorte not in {_S.UN_CHOIX, _S.OUI_NON} or question.cle == par.cle:
        raise ValueError("on croise par une question à un choix, autre qu’elle")
    names = (*question.modalites, SANS_REPONSE)
    groups = (*par.modalites, SANS_REPONSE)
    table = {
        group: tuple(
            _count(question, [one for one in reponses if _list_chosen(par, one) == [group]])[name]
            for name in names
        )
        for group in groups
    }
    sizes = {group: sum(_list_chosen(par, one) == [group] for one in reponses) for group in groups}
    alone = {line.modalite for line in sort_flat(par, reponses).lignes if line.effectif is None}
    hidden = _hide_groups(table, sizes, alone, get_minimum(), several=question.sorte is _S.PLUSIEURS)
    shown = tuple((group, table[group]) for group in groups if group not in hidden and sizes[group])
    if not shown:
        return None
    return TriCroise(question=question, par=par, modalites=names, groupes=shown, tus=len(hidden))


def _hide_groups(
    table: Mapping[str, tuple[int, ...]],
    sizes: Mapping[str, int],
    alone: set[str],
    least: int,
    *,
    several: bool,
) -> set[str]:
    """The groups to hide; ``alone``: those whose size is hidden where the groups are counted alone."""

    def is_small(cells: Sequence[int], size: int) -> bool:
        return any(0 < c < least or (several and 0 < size - c < least) for c in cells) or 0 < size < least

    hidden = alone | {group for group in table if is_small(table[group], sizes[group])}
    order = sorted((group for group in table if sizes[group]), key=lambda group: (sizes[group], group))
    for group in order:
        together = [sum(table[g][k] for g in hidden) for k in range(len(next(iter(table.values()))))]
        if not hidden or (len(hidden) >= 2 and not is_small(together, sum(sizes[g] for g in hidden))):
            break
        hidden.add(group)
    return hidden


def measure_margin(n: int, population: int | None = None, part: float = 0.5) -> float:
    """Half the width of the 95 % interval of a share measured on a random sample of ``n`` (a share, 0 to 1).

    z · √(p(1 − p)/n) · √((N − n)/(N − 1)), the second root being the correction for a finite population of N
    (null: so large that it is 1). p = 0.5 is the worst case. It says nothing of a sample whose people chose
    themselves: that one has no margin, whatever its size.

    400 of 10 000 people: 1.96 × √(0.25 / 400) × √(9 600 / 9 999) = 0.049 × 0.9798 = 0.0480.

    >>> round(measure_margin(400, 10_000), 4), round(measure_margin(400), 4)
    (0.048, 0.049)
    >>> measure_margin(50, 50)
    0.0

    Raises:
        ValueError: nobody answered, or more than there are.
    """
    if n < 1 or (population is not None and n > population):
        raise ValueError(f"{n} réponses pour {population} personnes")
    spread = read_setting("confiance") * math.sqrt(part * (1 - part) / n)
    if population is None:
        return float(spread)
    return float(spread * math.sqrt((population - n) / (population - 1))) if population > 1 else 0.0
