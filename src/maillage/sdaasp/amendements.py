"""A proposed change to a fiche, an objective or a declinaison, and the states it may go through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.vocabulaire import EtatAmendement, get_libelle

_E = EtatAmendement
TRANSITIONS: dict[EtatAmendement, frozenset[EtatAmendement]] = {
    _E.BROUILLON: frozenset({_E.PROPOSE, _E.RETIRE}),
    _E.PROPOSE: frozenset({_E.EN_EXAMEN, _E.RETIRE}),
    _E.EN_EXAMEN: frozenset({_E.ADOPTE, _E.REJETE, _E.RETIRE}),
    _E.ADOPTE: frozenset(),
    _E.REJETE: frozenset(),
    _E.RETIRE: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendement:
    """Change ``champ`` of ``objet`` (a key) from ``avant`` to ``apres``, for ``motif``."""

    objet: str
    champ: str
    avant: str | None
    apres: str | None
    motif: str
    auteur: str
    propose_le: date
    etat: EtatAmendement = EtatAmendement.BROUILLON
    reponse: str | None = None


def move_amendement(amendment: Amendement, to: EtatAmendement, answer: str | None = None) -> Amendement:
    """The amendment in its new state; adopting or rejecting one takes an answer to its author.

    >>> draft = Amendement(objet="sante.1", champ="libelle", avant="A", apres="B", motif="plus clair",
    ...                    auteur="Pilote", propose_le=date(2026, 3, 2))
    >>> move_amendement(draft, EtatAmendement.PROPOSE).etat.value
    'propose'
    >>> move_amendement(draft, EtatAmendement.ADOPTE)
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Un amendement « Brouillon » ne peut pas devenir « Adopté ».
    """
    if to not in TRANSITIONS[amendment.etat]:
        raise EntreeInvalide(
            f"Un amendement « {get_libelle(amendment.etat)} » ne peut pas devenir « {get_libelle(to)} »."
        )
    if to in (_E.ADOPTE, _E.REJETE) and not (answer or "").strip():
        raise EntreeInvalide("Toute proposition reçoit une réponse : indiquez-la.")
    return replace(amendment, etat=to, reponse=answer or amendment.reponse)
