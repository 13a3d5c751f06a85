"""Somebody sent to a structure that accepts it: what may follow what, and when nothing of it is left.

An orientation is a journal, as a remontée is (ADR 0140). It keeps a first name and a way to call back, no
more, and is erased some days after it is closed; one that nobody answers expires by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml


class ActeOrientation(StrEnum):
    """A step: sent, received, accepted, refused, withdrawn by who sent it."""

    ENVOYER = "envoyer"
    RECEVOIR = "recevoir"
    ACCEPTER = "accepter"
    REFUSER = "refuser"
    RETIRER = "retirer"


_A = ActeOrientation
SUITES_ORIENTATION: Final[Mapping[ActeOrientation | None, frozenset[ActeOrientation]]] = {
    None: frozenset({_A.ENVOYER}),
    _A.ENVOYER: frozenset({_A.RECEVOIR, _A.ACCEPTER, _A.REFUSER, _A.RETIRER}),
    _A.RECEVOIR: frozenset({_A.ACCEPTER, _A.REFUSER, _A.RETIRER}),
    _A.ACCEPTER: frozenset(),
    _A.REFUSER: frozenset(),
    _A.RETIRER: frozenset(),
}
"""Which step may follow which; one that nothing follows is the end."""
ETATS_ORIENTATION: Final = {
    _A.ENVOYER: "envoyée",
    _A.RECEVOIR: "reçue",
    _A.ACCEPTER: "acceptée",
    _A.REFUSER: "refusée",
    _A.RETIRER: "retirée",
}
EXPIREE: Final = "expirée"
PRENOM_AU_PLUS, RAPPEL_AU_PLUS = 40, 120
"""Characters."""


@dataclass(frozen=True, slots=True)
class EtapeOrientation:
    """One step and its day; ``motif``: why, asked of a refusal."""

    acte: ActeOrientation
    le: date
    motif: str | None = None


@dataclass(frozen=True, slots=True)
class SuiviOrientation:
    """Where an orientation stands on a day: in words, open or closed since, erased from ``efface_le`` on.

    ``expire_le``: first day on which it counts as expired, null once it is closed by a step.
    """

    etat: str
    close_le: date | None
    expire_le: date | None
    efface_le: date


def follow_orientation(journal: Sequence[EtapeOrientation], jour: date) -> SuiviOrientation:
    """Where an orientation stands on ``jour``.

    Sent on day ``d`` and not answered, it is expired from ``d + expire`` days on; closed on day ``c``, it is
    erased from ``c + gardee`` days on.

    >>> sent = (EtapeOrientation(ActeOrientation.ENVOYER, date(2026, 1, 1)),)
    >>> follow_orientation(sent, date(2026, 1, 30)).etat, follow_orientation(sent, date(2026, 1, 31)).etat
    ('envoyée', 'expirée')
    >>> follow_orientation(sent, date(2026, 1, 31)).efface_le
    datetime.date(2026, 3, 2)

    Raises:
        EntreeInvalide: the journal is not one.
    """
    check_journal(journal)
    delays = read_toml("accueil_public.toml")["orientation"]
    last = journal[-1]
    keep = timedelta(days=delays["gardee"])
    if not SUITES_ORIENTATION[last.acte]:
        return SuiviOrientation(ETATS_ORIENTATION[last.acte], last.le, None, last.le + keep)
    end = journal[0].le + timedelta(days=delays["expire"])
    closed = end if jour >= end else None
    state = EXPIREE if closed else ETATS_ORIENTATION[last.acte]
    return SuiviOrientation(state, closed, end, end + keep)


def check_journal(journal: Sequence[EtapeOrientation]) -> None:
    """Raise what a journal may not say: a step out of its turn, a day that goes back, a refusal without why.

    Raises:
        EntreeInvalide: one of these, said.
    """
    before: EtapeOrientation | None = None
    for step in journal:
        check_step(before, step)
        before = step
    if before is None:
        raise EntreeInvalide("Une orientation commence par son envoi.")


def check_step(before: EtapeOrientation | None, step: EtapeOrientation) -> None:
    """Raise what a step may not be after the one before it.

    >>> check_step(None, EtapeOrientation(ActeOrientation.ACCEPTER, date(2026, 1, 1)))
    Traceback (most recent call last):
    maillage.catalogue.erreurs.EntreeInvalide: Une orientation commence par son envoi.
    """
    if step.acte not in SUITES_ORIENTATION[before.acte if before else None]:
        if before is None:
            raise EntreeInvalide("Une orientation commence par son envoi.")
        told = f"Cette orientation est {ETATS_ORIENTATION[before.acte]}"
        raise EntreeInvalide(f"{told} : elle ne peut pas être {ETATS_ORIENTATION[step.acte]}.")
    if before is not None and step.le < before.le:
        raise EntreeInvalide("Une étape ne précède pas celle d’avant.")
    if step.acte is ActeOrientation.REFUSER and not (step.motif or "").strip():
        raise EntreeInvalide("Dites pourquoi l’orientation est refusée : la personne a besoin de le savoir.")


_PRENOM: Final = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_TELEPHONE: Final = re.compile(r"(?:\+|00)[1-9]\d{7,13}|0[1-9]\d{8}")
_COURRIEL: Final = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}", re.ASCII)


def read_prenom(text: str) -> str:
    """A first name alone, as an orientation keeps it.

    >>> read_prenom(" anne-marie ")
    'Anne-Marie'

    Raises:
        EntreeInvalide: two words, a number: more than a first name.
    """
    kept = " ".join(text.split())
    if not _PRENOM.fullmatch(kept) or len(kept) > PRENOM_AU_PLUS:
        raise EntreeInvalide(
            "Un prénom seul, sans nom de famille ; un prénom composé s’écrit avec un trait d’union."
        )
    return kept.title()


def read_rappel(text: str) -> str:
    """A way to call back, and nothing else: a telephone number, spaced by twos, or an address of mail.

    >>> read_rappel("03.20.00.00.01"), read_rappel("+32 2 000 00 01"), read_rappel("essai@example.org")
    ('03 20 00 00 01', '+3220000001', 'essai@example.org')

    Raises:
        EntreeInvalide: neither one.
    """
    kept = text.strip()
    digits = re.sub(r"[\s.\-/()]", "", kept)
    if _TELEPHONE.fullmatch(digits):
        return " ".join(re.findall("..", digits)) if len(digits) == 10 and digits[0] == "0" else digits
    if _COURRIEL.fullmatch(kept) and len(kept) <= RAPPEL_AU_PLUS:
        return kept
    raise EntreeInvalide("Un numéro de téléphone (03 20 00 00 01) ou un courriel, et rien d’autre.")
