"""The house's own rule, on each OP: stricter than the law, which speaks of the programme (``loi``).

A criterion is ``rempli``, ``manquant``, ``a_confirmer`` (the published text leaves a blank) or ``non_repris``
(it exists in the published text and has not been carried over). Only ``manquant`` is a hole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maillage.sdaasp.completude.loi import list_targets
from maillage.sdaasp.programme.modele import FicheAction, ObjectifPrioritaire, Programme
from maillage.sdaasp.programme.regles import Regle, list_rules
from maillage.sdaasp.programme.vocabulaire import NatureCible

EtatCritere = Literal["rempli", "manquant", "a_confirmer", "non_repris"]


@dataclass(frozen=True, slots=True)
class Constat:
    """What one rule finds on one OP; ``nombre`` counts what fulfils it."""

    regle: Regle
    objet: str
    etat: EtatCritere
    nombre: int
    message: str


def check_objective(programme: Programme, op: ObjectifPrioritaire) -> tuple[Constat, ...]:
    """The internal test on one OP."""
    counts: dict[str, tuple[int, EtatCritere]] = {
        "cible_quantitative": (_count_targets(programme, op, NatureCible.QUANTITATIVE), "manquant"),
        "cible_qualitative": (_count_targets(programme, op, NatureCible.QUALITATIVE), "manquant"),
        "moyen": (len(op.moyens or ()), _explain_absence(op, "moyens")),
        "territoire": (len(op.territoires), _explain_absence(op, "territoires")),
    }
    return tuple(_find_internal(rule, op.cle, *counts[rule.id]) for rule in list_rules("interne"))


def _count_targets(programme: Programme, op: ObjectifPrioritaire, nature: NatureCible) -> int:
    return sum(objet == op.cle for objet in list_targets(programme, nature))


def _explain_absence(op: ObjectifPrioritaire, field: str) -> EtatCritere:
    if field in op.non_repris:
        return "non_repris"
    return "a_confirmer" if getattr(op, field) is None else "manquant"


def check_objectives(programme: Programme) -> tuple[Constat, ...]:
    """The internal test on every OP, in order."""
    return tuple(finding for op in programme.objectifs for finding in check_objective(programme, op))


def list_followers(programme: Programme, plan: str) -> tuple[FicheAction, ...]:
    """The fiches that say they are linked to an external plan."""
    return tuple(f for f in programme.fiches if any(link.cible == plan for link in f.demarches))


def _find_internal(rule: Regle, objet: str, count: int, absence: EtatCritere) -> Constat:
    if count:
        return Constat(rule, objet, "rempli", count, f"{count}")
    return Constat(rule, objet, absence, 0, _ABSENCES[absence])


_ABSENCES: dict[EtatCritere, str] = {
    "manquant": "aucun",
    "a_confirmer": "laissé en blanc dans le document publié",
    "non_repris": "présent dans le document publié, non repris ici",
}
