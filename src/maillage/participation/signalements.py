"""What a resident says does not work, and what became of it: a journal, as that of a remontée (ADR 0140).

A signalement is set down, read by somebody who publishes it, refuses it or joins it to another; then whoever
pilots its theme and place takes it up, answers it, or sends it up to a comité, whose answer becomes its own.
Where it stands, whether it is public and what answers it are read from the steps. It closes with an answer or
a reason, always; what was closed may be opened again, but not what its author withdrew: that is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute


class ActeSignalement(StrEnum):
    """A step."""

    DEPOSER = "deposer"
    PUBLIER = "publier"
    MASQUER = "masquer"
    REFUSER = "refuser"
    FUSIONNER = "fusionner"
    INSTRUIRE = "instruire"
    TRANSMETTRE = "transmettre"
    REPONDRE = "repondre"
    ROUVRIR = "rouvrir"
    RETIRER = "retirer"


_A = ActeSignalement
_LU = frozenset({_A.INSTRUIRE, _A.TRANSMETTRE, _A.REPONDRE, _A.REFUSER, _A.FUSIONNER, _A.RETIRER})
SUITES: Final[Mapping[ActeSignalement | None, frozenset[ActeSignalement]]] = {
    None: frozenset({_A.DEPOSER}),
    _A.DEPOSER: frozenset({_A.PUBLIER, _A.REFUSER, _A.FUSIONNER, _A.RETIRER}),
    _A.PUBLIER: _LU,
    _A.INSTRUIRE: _LU - {_A.INSTRUIRE},
    _A.TRANSMETTRE: frozenset({_A.INSTRUIRE, _A.REPONDRE, _A.RETIRER}),
    _A.REPONDRE: frozenset({_A.ROUVRIR, _A.RETIRER}),
    _A.REFUSER: frozenset({_A.ROUVRIR, _A.RETIRER}),
    _A.FUSIONNER: frozenset({_A.ROUVRIR, _A.RETIRER}),
    _A.ROUVRIR: frozenset({_A.PUBLIER, _A.REFUSER, _A.FUSIONNER, _A.RETIRER}),
    _A.RETIRER: frozenset(),
}
"""Which step may follow which state. ``MASQUER`` follows any public state and leaves it as it was."""
PUBLICS: Final = frozenset({_A.PUBLIER, _A.INSTRUIRE, _A.TRANSMETTRE, _A.REPONDRE})
FERMENT: Final = frozenset({_A.REPONDRE, _A.REFUSER, _A.FUSIONNER, _A.RETIRER})
A_LIRE: Final = frozenset({_A.DEPOSER, _A.ROUVRIR})
A_REPONDRE: Final = frozenset({_A.PUBLIER, _A.INSTRUIRE})
DISENT_POURQUOI: Final = frozenset({_A.REPONDRE, _A.REFUSER, _A.MASQUER, _A.TRANSMETTRE, _A.ROUVRIR})
"""Steps that say something: an answer, a reason."""
NOMS_ACTES: Final = {
    _A.DEPOSER: "Reçu",
    _A.PUBLIER: "Publié",
    _A.MASQUER: "Un passage masqué",
    _A.REFUSER: "Non publié",
    _A.FUSIONNER: "Réuni à un autre",
    _A.INSTRUIRE: "Pris en charge",
    _A.TRANSMETTRE: "Transmis à un comité",
    _A.REPONDRE: "Réponse",
    _A.ROUVRIR: "Rouvert",
    _A.RETIRER: "Retiré par son auteur",
}
ETATS_SIGNALEMENT: Final = {
    _A.DEPOSER: "reçu, à lire",
    _A.PUBLIER: "publié, attend une réponse",
    _A.REFUSER: "non publié",
    _A.FUSIONNER: "réuni à un autre signalement",
    _A.INSTRUIRE: "pris en charge",
    _A.TRANSMETTRE: "devant un comité",
    _A.REPONDRE: "a sa réponse",
    _A.ROUVRIR: "rouvert, à lire de nouveau",
    _A.RETIRER: "retiré par son auteur",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EtapeSignalement:
    """One step. ``vers``: the signalement it is joined to, or the remontée that carries it; else empty."""

    acte: ActeSignalement
    le: date
    texte: str = ""
    vers: str = ""
    par: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalementHabitant:
    """A signalement. ``territoire``: code of the arrondissement, null for the whole département."""

    cle: str
    theme: str = ""
    territoire: str | None = None
    dimension: str = ""
    etapes: tuple[EtapeSignalement, ...] = ()

    @property
    def etat(self) -> ActeSignalement | None:
        """The step that says where it stands: the last, but one that hides a passage; null before any."""
        return next((e.acte for e in reversed(self.etapes) if e.acte is not _A.MASQUER), None)

    @property
    def is_public(self) -> bool:
        """Whether anybody may read what it says."""
        return self.etat in PUBLICS

    @property
    def close(self) -> bool:
        """Whether it is over: answered, refused, joined or withdrawn."""
        return self.etat in FERMENT

    @property
    def reponse(self) -> str:
        """The answer that stands; empty without one, or once it was opened again."""
        last = self.etapes[-1] if self.etapes else None
        held = [e for e in self.etapes if e.acte is _A.REPONDRE]
        return held[-1].texte if held and last is not None and self.etat is _A.REPONDRE else ""

    @property
    def motif(self) -> str:
        """Why it was refused; empty when it was not."""
        refused = [e.texte for e in self.etapes if e.acte is _A.REFUSER]
        return refused[-1] if refused and self.etat is _A.REFUSER else ""

    @property
    def depose_le(self) -> date | None:
        """The day it was set down; null before."""
        return self.etapes[0].le if self.etapes else None

    @property
    def ferme_le(self) -> date | None:
        """The day it was closed; null while it is not."""
        return (
            next((e.le for e in reversed(self.etapes) if e.acte is self.etat), None) if self.close else None
        )


def move(signalement: SignalementHabitant, etape: EtapeSignalement) -> SignalementHabitant:
    """The signalement one step further; the same step given twice changes nothing.

    Raises:
        EntreeInvalide: with everything that stands against the step.

    >>> A, day = ActeSignalement, date(2026, 3, 2)
    >>> one = move(SignalementHabitant(cle="s"), EtapeSignalement(acte=A.DEPOSER, le=day))
    >>> one = move(one, EtapeSignalement(acte=A.PUBLIER, le=day))
    >>> one.is_public, one.close
    (True, False)
    >>> move(one, EtapeSignalement(acte=A.REPONDRE, le=day))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Réponse impossible.
      - personne ne lirait pourquoi. Écrivez-le
    """
    if signalement.etapes and signalement.etapes[-1] == etape:
        return signalement
    if faults := tuple(_check(signalement, etape)):
        raise EntreeInvalide(f"{NOMS_ACTES[etape.acte]} impossible.", faults)
    return replace(signalement, etapes=(*signalement.etapes, etape))


def list_next(signalement: SignalementHabitant) -> frozenset[ActeSignalement]:
    """The steps that may follow."""
    more = {_A.MASQUER} if signalement.is_public else set()
    return SUITES[signalement.etat] | more


def _check(signalement: SignalementHabitant, etape: EtapeSignalement) -> list[Faute]:
    if etape.acte not in list_next(signalement):
        state = ETATS_SIGNALEMENT[signalement.etat] if signalement.etat else "pas encore reçu"
        return [
            Faute(
                f"ce signalement est « {state} »", que_faire="Relisez sa page : quelqu’un l’a fait avancer."
            )
        ]
    faults = []
    last = signalement.etapes[-1] if signalement.etapes else None
    if last is not None and etape.le < last.le:
        faults.append(Faute(f"le {etape.le:%d/%m/%Y} précède sa dernière étape ({last.le:%d/%m/%Y})"))
    if etape.acte in DISENT_POURQUOI and not etape.texte.strip():
        faults.append(Faute("personne ne lirait pourquoi", que_faire="Écrivez-le"))
    if etape.acte is _A.FUSIONNER and etape.vers in ("", signalement.cle):
        faults.append(Faute("il se réunit à un autre signalement", que_faire="Dites lequel"))
    return faults
