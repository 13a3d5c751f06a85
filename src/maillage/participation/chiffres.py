"""How many were said in a year, by place and by theme, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from maillage.participation.signalements import ActeSignalement, SignalementHabitant

_A = ActeSignalement


@dataclass(frozen=True, slots=True, kw_only=True)
class ComptesSignalements:
    """Signalements set down in a year, and where they stood on a day.

    ``repondus``, ``refuses``, ``reunis``, ``retires`` and ``en_attente`` add up to ``recus``.
    ``delai_j``: median number of days to the answer; null when none was answered.
    """

    recus: int = 0
    repondus: int = 0
    refuses: int = 0
    reunis: int = 0
    retires: int = 0
    en_attente: int = 0
    delai_j: float | None = None


def count_year(signalements: Iterable[SignalementHabitant], annee: int, jour: date) -> ComptesSignalements:
    """The counts of those set down in a year, as they stood at the end of a day (later steps are not read).

    Answered after 3 and 10 days, one still waiting: the median is 6.5 days.

    >>> from maillage.participation.signalements import EtapeSignalement
    >>> def one(*days):
    ...     acts = zip((_A.DEPOSER, _A.PUBLIER, _A.REPONDRE), days)
    ...     steps = tuple(EtapeSignalement(acte=a, le=date(2026, 3, day), texte="x") for a, day in acts)
    ...     return SignalementHabitant(cle="s", etapes=steps)
    >>> told = count_year([one(1, 2, 4), one(1, 2, 11), one(5, 6)], 2026, date(2026, 12, 31))
    >>> told.recus, told.repondus, told.en_attente, told.delai_j
    (3, 2, 1, 6.5)
    """
    held = [_cut(one, jour) for one in signalements]
    held = [one for one in held if one.depose_le is not None and one.depose_le.year == annee]
    waits = [
        (one.ferme_le - one.depose_le).days
        for one in held
        if one.etat is _A.REPONDRE and one.ferme_le and one.depose_le
    ]
    return ComptesSignalements(
        recus=len(held),
        repondus=_count(held, _A.REPONDRE),
        refuses=_count(held, _A.REFUSER),
        reunis=_count(held, _A.FUSIONNER),
        retires=_count(held, _A.RETIRER),
        en_attente=sum(not one.close for one in held),
        delai_j=median(waits) if waits else None,
    )


def _cut(one: SignalementHabitant, jour: date) -> SignalementHabitant:
    steps = tuple(step for step in one.etapes if step.le <= jour)
    return SignalementHabitant(cle=one.cle, theme=one.theme, territoire=one.territoire, etapes=steps)


def _count(held: Sequence[SignalementHabitant], etat: ActeSignalement) -> int:
    return sum(one.etat is etat for one in held)
