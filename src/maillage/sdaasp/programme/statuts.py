"""How the statuses of declinaisons are counted and said: the same words for one, for several, for a sum."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.francais import accord, mettre_au_pluriel
from maillage.sdaasp.programme.vocabulaire import INACTIFS, StatutDeclinaison, get_libelle

ORDRE: tuple[StatutDeclinaison | None, ...] = (*StatutDeclinaison, None)
_INVARIABLES = {StatutDeclinaison.EN_COURS, None}
Comptes = Mapping[StatutDeclinaison | None, int]


def is_retenue(statut: str | None) -> bool:
    """Whether a declinaison of this status stands: identified, engaged, under way or done.

    >>> is_retenue("identifiee"), is_retenue("abandonnee"), is_retenue(None)
    (True, False, False)
    """
    return statut is not None and StatutDeclinaison(statut) not in INACTIFS


def tell_status(statut: StatutDeclinaison | None, count: int) -> str:
    """A number of declinaisons of one status.

    >>> tell_status(StatutDeclinaison.NON_TRAITEE, 2), tell_status(StatutDeclinaison.EN_COURS, 3)
    ('2\\xa0non traitées', '3\\xa0en cours')
    """
    one = get_libelle(statut).lower()
    several = one if statut in _INVARIABLES else " ".join(_pluralise(one.split()))
    return accord(count, one, several)


def _pluralise(words: list[str]) -> list[str]:
    """The participle is the last word: « non traitées »."""
    return [*words[:-1], mettre_au_pluriel(words[-1])]


def tell_retenues(counts: Comptes) -> str:
    """Those that stand, by status, in words; empty when there is none.

    >>> tell_retenues({StatutDeclinaison.ENGAGEE: 1, StatutDeclinaison.IDENTIFIEE: 2, None: 4})
    '2\\xa0identifiées, 1\\xa0engagée'
    """
    kept = [s for s in StatutDeclinaison if s not in INACTIFS and counts.get(s)]
    return ", ".join(tell_status(statut, counts[statut]) for statut in kept)
