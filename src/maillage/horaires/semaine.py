"""Rules put one on the other: what is surely open, and what may be, at every slot of the reference period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.horaires.heures import SLOTS_PER_DAY, Slots, read_hours
from maillage.horaires.jours import DAYS, read_days
from maillage.horaires.regles import FERME, OUVERT, PEUT_ETRE, HoraireIllisible, RegleHoraire, read_rules

__all__ = ["SemaineType", "is_readable", "read_week"]

Etats = NDArray[np.int8]
EVE: Final = 1


@dataclass(frozen=True)
class SemaineType:
    """``sur`` and ``possible``: bool[DAYS × SLOTS_PER_DAY]; what is sure is possible."""

    sur: Slots
    possible: Slots

    @property
    def connue(self) -> bool:
        """Whether it says anything for sure: some hours, or that it never opens."""
        return bool(self.sur.any() or not self.possible.any())


def read_week(text: str) -> SemaineType:
    """What a text says of the reference period.

    >>> week = read_week('Mo-Fr 09:00-12:00 || "sur rendez-vous"')
    >>> week.sur.sum() / 12 / 4, week.possible.sum() / 12 / 4
    (np.float64(15.0), np.float64(168.0))

    Raises:
        HoraireIllisible: it is no text of this syntax.
    """
    states = np.full((EVE + DAYS, SLOTS_PER_DAY), FERME, np.int8)
    for rule in read_rules(text):
        states = apply_rule(states, rule)
    flat = states[EVE:].ravel()
    return SemaineType(flat == OUVERT, flat >= PEUT_ETRE)


def is_readable(text: str) -> bool:
    """Whether a text can be read.

    >>> is_readable("Mo 09:00-12:00"), is_readable("lundi matin")
    (True, False)
    """
    try:
        read_week(text)
    except HoraireIllisible:
        return False
    return True


def apply_rule(states: Etats, rule: RegleHoraire) -> Etats:
    """The states once a rule is put on them.

    A rule after ";" first closes its days, unless it is itself of closing; one after "||" holds only where
    all before is closed; one whose dates are told in words leaves a doubt wherever it changes something.
    """
    days, (sure, perhaps) = read_days(rule.jours), read_hours(rule.heures)
    after = states.copy()
    if rule.lien == ";" and rule.etat != FERME:
        after[days] = FERME
    tomorrow = np.concatenate([[False], days[:-1]])
    for on, part in ((days, slice(None, SLOTS_PER_DAY)), (tomorrow, slice(SLOTS_PER_DAY, None))):
        cover(after, on, sure[part], perhaps[part], rule.etat)
    if rule.lien == "||":
        after = np.where(states == FERME, after, states)
    return doubt(states, after) if rule.condition is not None else after


def cover(states: Etats, days: Slots, sure: Slots, perhaps: Slots, state: int) -> None:
    """Write a state on the slots surely covered, a doubt on those perhaps covered."""
    states[np.ix_(days, sure)] = state
    fringe = np.ix_(days, perhaps & ~sure)
    states[fringe] = doubt(states[fringe], np.full_like(states[fringe], state))


def doubt(one: Etats, other: Etats) -> Etats:
    """Where it is either state: that state if both are the same, else perhaps open."""
    return np.where(one == other, one, np.int8(PEUT_ETRE))
