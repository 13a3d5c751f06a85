"""Who may give what: one rule over mandates, read by invitations, administration, recovery and any import.

Nobody gives, renews, changes or ends a mandate that they could not give, nor takes over the account of
someone who holds one. Two roles give: the administration any role, the chargé de mission any but the
administration; each within the perimeter of a mandate that runs that day. A mandate whose role gives does not
outlast the mandate that gives it: nobody prolongs their own authority through another account.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from maillage.sdaasp.mandats.perimetre import Portee

ADMINISTRATION: Final = "administration"
CHARGE_MISSION: Final = "charge_mission"
QUI_DONNENT: Final = frozenset({ADMINISTRATION, CHARGE_MISSION})


@dataclass(frozen=True)
class Pouvoir:
    """A role, over a perimeter, between two dates: what a mandate gives."""

    role: str
    portee: Portee = field(default_factory=Portee)


@dataclass(frozen=True)
class Titulaire:
    """Someone, as authority sees them: what they hold, and whether they may everything."""

    pouvoirs: tuple[Pouvoir, ...] = ()
    superutilisateur: bool = False


def may_give(acteur: Titulaire, pouvoir: Pouvoir, jour: date) -> bool:
    """Whether ``acteur`` may, on ``jour``, give this power: hence renew, change or end it.

    >>> charge = Titulaire((Pouvoir(CHARGE_MISSION),))
    >>> [may_give(charge, Pouvoir(role), date(2026, 1, 1)) for role in ("partenaire", "administration")]
    [True, False]
    """
    held = (own for own in acteur.pouvoirs if own.portee.en_cours(jour))
    return acteur.superutilisateur or any(_gives(own, pouvoir) for own in held)


def list_beyond(acteur: Titulaire, pouvoirs: Iterable[Pouvoir], jour: date) -> tuple[Pouvoir, ...]:
    """The powers, running on ``jour`` or later, that ``acteur`` could not give."""
    lasting = (pouvoir for pouvoir in pouvoirs if not _is_over(pouvoir.portee, jour))
    return tuple(pouvoir for pouvoir in lasting if not may_give(acteur, pouvoir, jour))


def may_take_over(acteur: Titulaire, personne: Titulaire, jour: date) -> bool:
    """Whether ``acteur`` may hold a way into the account of ``personne``, or close it.

    A link to open it, a new password, another e-mail address, putting to sleep: all of these. Only who may
    everything takes over who may everything.

    >>> chef = Titulaire((Pouvoir(ADMINISTRATION),))
    >>> charge = Titulaire((Pouvoir(CHARGE_MISSION),))
    >>> may_take_over(chef, charge, date(2026, 1, 1)), may_take_over(charge, chef, date(2026, 1, 1))
    (True, False)
    """
    if personne.superutilisateur and not acteur.superutilisateur:
        return False
    return not list_beyond(acteur, personne.pouvoirs, jour)


def _gives(own: Pouvoir, wanted: Pouvoir) -> bool:
    if own.role not in QUI_DONNENT or not own.portee.contient(wanted.portee):
        return False
    if wanted.role in QUI_DONNENT and not _ends_within(wanted.portee, own.portee):
        return False
    return own.role == ADMINISTRATION or wanted.role != ADMINISTRATION


def _ends_within(inner: Portee, outer: Portee) -> bool:
    return outer.fin is None or (inner.fin is not None and inner.fin <= outer.fin)


def _is_over(portee: Portee, jour: date) -> bool:
    return portee.fin is not None and portee.fin < jour
