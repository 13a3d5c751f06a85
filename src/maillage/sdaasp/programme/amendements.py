"""A proposed change to a fiche, an objective or a declinaison, and the states it may go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.vocabulaire import EtatAmendement, Opinion, get_libelle

_E = EtatAmendement
TRANSITIONS: dict[EtatAmendement, frozenset[EtatAmendement]] = {
    _E.BROUILLON: frozenset({_E.PROPOSE, _E.RETIRE}),
    _E.PROPOSE: frozenset({_E.EN_EXAMEN, _E.RETIRE}),
    _E.EN_EXAMEN: frozenset({_E.ADOPTE, _E.REJETE, _E.RETIRE}),
    _E.ADOPTE: frozenset(),
    _E.REJETE: frozenset(),
    _E.RETIRE: frozenset(),
}
A_SON_AUTEUR = frozenset({_E.PROPOSE, _E.RETIRE})
EN_DEBAT = frozenset({_E.PROPOSE, _E.EN_EXAMEN})
"""While one may say what one thinks of it, and a comité may settle it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changement:
    """One field of a proposal: ``avant`` as it was read, ``apres`` as it should be; in exchange format."""

    champ: str
    avant: Any
    apres: Any


def list_changes(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[Changement, ...]:
    """The fields of ``wanted`` that differ from ``current``, in the order of ``wanted``.

    >>> list_changes({"titre": "A", "pilote": None}, {"titre": "B", "pilote": None})
    (Changement(champ='titre', avant='A', apres='B'),)
    """
    return tuple(
        Changement(champ=name, avant=current[name], apres=value)
        for name, value in wanted.items()
        if current[name] != value
    )


def list_moved(changes: Iterable[Changement], current: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that somebody changed since the proposal, into something else than what it asks.

    >>> change = Changement(champ="titre", avant="A", apres="B")
    >>> [list_moved([change], {"titre": now}) for now in "ABC"]
    [(), (), ('titre',)]
    """
    return tuple(c.champ for c in changes if current[c.champ] not in (c.avant, c.apres))


def check_move(state: EtatAmendement, to: EtatAmendement, answer: str) -> None:
    """Refuse a move that the states do not allow; adopting or rejecting takes an answer to the author.

    >>> check_move(EtatAmendement.PROPOSE, EtatAmendement.EN_EXAMEN, "")
    >>> check_move(EtatAmendement.BROUILLON, EtatAmendement.ADOPTE, "Merci")
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Un amendement « Brouillon » ne peut pas devenir « Adopté ».
    """
    if to not in TRANSITIONS[state]:
        raise EntreeInvalide(
            f"Un amendement « {get_libelle(state)} » ne peut pas devenir « {get_libelle(to)} »."
        )
    if to in (_E.ADOPTE, _E.REJETE) and not answer.strip():
        raise EntreeInvalide("Toute proposition reçoit une réponse : indiquez-la.")


def check_effect(effect: date, today: date) -> None:
    """Refuse that an amendment should have taken effect before it is adopted.

    >>> check_effect(date(2026, 5, 1), date(2026, 5, 1))
    """
    if effect < today:
        raise EntreeInvalide(
            f"Un amendement adopté le {today:%d/%m/%Y} ne prend pas effet le {effect:%d/%m/%Y}."
        )


def put_opinion(
    state: EtatAmendement, held: Sequence[Mapping[str, Any]], said: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The opinions once somebody (``personne``) has said theirs: one each, the last word.

    Raises:
        EntreeInvalide: it is not under discussion; or a reserve, or a refusal, without its reason.

    >>> one = {"personne": 1, "sens": "favorable", "texte": ""}
    >>> put_opinion(EtatAmendement.PROPOSE, [one], one | {"sens": "reserve", "texte": "Trop tôt"})
    [{'personne': 1, 'sens': 'reserve', 'texte': 'Trop tôt'}]
    """
    if state not in EN_DEBAT:
        raise EntreeInvalide("On dit son avis d’un amendement proposé ou en examen.")
    if said["sens"] != Opinion.FAVORABLE and not said["texte"]:
        raise EntreeInvalide("Un avis réservé ou défavorable dit pourquoi.")
    others = [dict(one) for one in held if one["personne"] != said["personne"]]
    return [*others, dict(said)]
