"""Who answers a signalement: the mandate that speaks of it most closely, by rule and not by choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from maillage.sdaasp.mandats.autorite import Pouvoir
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import fne

REPONDENT: Final = (
    "pilote_territorial", "pilote_thematique", "copilote", "referent_dimension", "pilote_departemental",
    "charge_mission",
)  # fmt: skip
"""The roles that answer, the first asked first where their mandates speak of it as closely."""
DIMENSIONS_DES_THEMES: Final = {"mobilites": "mobilites-solidaires", "numerique": fne.DIMENSION}
"""Theme → the dimension that is the same subject: its referent is asked too."""


def make_perimetre(theme: str, territoire: str, dimension: str, commune: str = "") -> Perimetre:
    """What a signalement bears on; ``territoire``: code of an arrondissement, empty for the département.

    >>> sorted(make_perimetre("mobilites", "591", "").dimensions)
    ['mobilites-solidaires']
    """
    places = {f"arrondissement:{territoire}"} if territoire else set()
    places |= {f"commune:{commune}"} if commune else set()
    dimensions = {dimension, DIMENSIONS_DES_THEMES.get(theme, "")} - {""}
    return Perimetre(frozenset({theme} - {""}), frozenset(places), frozenset(dimensions))


def count_named(pouvoir: Pouvoir) -> int:
    """How many things a mandate names of theme, territory and dimension: 0 to 3."""
    return sum(
        bool(part) for part in (pouvoir.portee.theme, pouvoir.portee.territoire, pouvoir.portee.dimension)
    )


def rank_pilotes(pouvoirs: Sequence[Pouvoir], perimetre: Perimetre, jour: date) -> tuple[int, ...]:
    """Ranks, in ``pouvoirs``, of the mandates that cover it on that day, who is asked first at the head.

    First those that name most of it (theme, territory, dimension), then the order of ``REPONDENT``.

    >>> from maillage.sdaasp.mandats.perimetre import Portee
    >>> held = [
    ...     Pouvoir("charge_mission"),
    ...     Pouvoir("pilote_thematique", Portee("sante")),
    ...     Pouvoir("pilote_territorial", Portee("sante", "arrondissement:593")),
    ...     Pouvoir("pilote_thematique", Portee("culture")),
    ... ]
    >>> rank_pilotes(held, make_perimetre("sante", "593", ""), date(2026, 1, 1))
    (2, 1, 0)
    >>> rank_pilotes(held, make_perimetre("sante", "", ""), date(2026, 1, 1))
    (1, 0)
    """
    found = [
        (-count_named(one), REPONDENT.index(one.role), rank)
        for rank, one in enumerate(pouvoirs)
        if one.role in REPONDENT and one.portee.en_cours(jour) and one.portee.couvre(perimetre)
    ]
    return tuple(rank for _, _, rank in sorted(found))


def pick_first(pouvoirs: Sequence[Pouvoir], perimetre: Perimetre, jour: date) -> tuple[int, ...]:
    """Those asked: every mandate as close, and of the same role, as the first; none when nobody answers.

    >>> two = [Pouvoir("charge_mission"), Pouvoir("charge_mission")]
    >>> pick_first(two, make_perimetre("", "", ""), date(2026, 1, 1))
    (0, 1)
    """
    ranked = rank_pilotes(pouvoirs, perimetre, jour)
    if not ranked:
        return ()
    first = pouvoirs[ranked[0]]
    same = (count_named(first), first.role)
    return tuple(r for r in ranked if (count_named(pouvoirs[r]), pouvoirs[r].role) == same)
