"""A comité as a département describes it, and one of its meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Periode = tuple[int, int]
"""From the first to the last month (1 to 12) in which one meeting is held, within a calendar year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comite:
    """A comité: one meeting in each of its ``periodes``, in each arrondissement when that is its ``niveau``.

    ``convoquent``, ``siegent``: in words. ``roles``: of the mandates that sit. ``alimente``: keys of the
    comités that its meetings prepare. ``quorum``: share of those called that more than must be there, between
    0 and 1; null when it has none.
    """

    cle: str
    sigle: str
    nom: str
    niveau: Literal["departement", "arrondissement"] = "departement"
    convoquent: tuple[str, ...] = ()
    siegent: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    attributions: tuple[str, ...] = ()
    periodes: tuple[Periode, ...] = ()
    alimente: tuple[str, ...] = ()
    quorum: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class Rendezvous:
    """A meeting that a year asks for: the comité, the rank of its period from 0, the territory (or null)."""

    comite: str
    periode: int
    territoire: str | None = None


@dataclass(frozen=True, slots=True)
class SeancePrevue:
    """A meeting on a day. ``remarques``: what was given up to find one; empty when all is respected."""

    rendezvous: Rendezvous
    jour: date
    remarques: tuple[str, ...] = ()
