"""Is the programme complete? The law's test is on the programme; per OP there is only a « règle interne ».

A criterion is ``rempli``, ``manquant``, ``a_confirmer`` (the published text leaves a blank) or ``non_repris``
(it exists in the published text and has not been carried over). Only ``manquant`` is a hole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from maillage.sdaasp.indicateurs.couverture import INACTIFS, TerritoireEnDeficit, list_deficits
from maillage.sdaasp.programme.modele import FicheAction, ObjectifPrioritaire, Programme
from maillage.sdaasp.programme.regles import Regle, list_rules
from maillage.sdaasp.programme.vocabulaire import NatureCible

EtatCritere = Literal["rempli", "manquant", "a_confirmer", "non_repris"]


@dataclass(frozen=True, slots=True)
class Constat:
    """What one rule finds on the programme or on one OP; ``nombre`` counts what fulfils it."""

    regle: Regle
    objet: str
    etat: EtatCritere
    nombre: int
    message: str


def check_law(
    programme: Programme, deficits: Iterable[TerritoireEnDeficit] | None = None
) -> tuple[Constat, ...]:
    """The law's test on the whole programme.

    ``deficits`` are the territories found by the diagnosis; ``None`` when there is no diagnosis at hand, and
    then the territories that the schema itself finds in deficit are taken.
    """
    counts = {
        "objectifs_quantitatifs": (_count_targets(programme, NatureCible.QUANTITATIVE), 0),
        "objectifs_qualitatifs": (_count_targets(programme, NatureCible.QUALITATIVE), 0),
        "mesures": _count_measures(programme),
        "territoires_en_deficit": _count_served(programme, deficits),
    }
    return tuple(_find(rule, programme.schema.cle, *counts[rule.id]) for rule in list_rules("loi"))


def is_complete(findings: Iterable[Constat]) -> bool:
    """Whether every criterion is fulfilled."""
    return all(finding.etat == "rempli" for finding in findings)


def check_objective(programme: Programme, op: ObjectifPrioritaire) -> tuple[Constat, ...]:
    """The internal test on one OP."""
    natures = {i.cle: i.nature for i in programme.indicateurs if i.objet == op.cle}
    targets = [natures[c.indicateur] for c in programme.cibles if c.indicateur in natures]
    counts: dict[str, tuple[int, EtatCritere]] = {
        "cible_quantitative": (targets.count(NatureCible.QUANTITATIVE), "manquant"),
        "cible_qualitative": (targets.count(NatureCible.QUALITATIVE), "manquant"),
        "moyen": (len(op.moyens or ()), _explain_absence(op, "moyens")),
        "territoire": (len(op.territoires), _explain_absence(op, "territoires")),
    }
    return tuple(_find_internal(rule, op.cle, *counts[rule.id]) for rule in list_rules("interne"))


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


def list_with_target(programme: Programme) -> frozenset[str]:
    """Keys of the OP that have at least one target, of either nature."""
    objects = {i.cle: i.objet for i in programme.indicateurs}
    keys = {op.cle for op in programme.objectifs}
    return frozenset(objects[c.indicateur] for c in programme.cibles if objects.get(c.indicateur) in keys)


def _count_targets(programme: Programme, nature: NatureCible) -> int:
    keys = {i.cle for i in programme.indicateurs if i.nature is nature}
    return sum(cible.indicateur in keys for cible in programme.cibles)


def _count_measures(programme: Programme) -> tuple[int, int]:
    """(measures that stand, declinaisons still to be confirmed)."""
    standing = sum(d.statut is not None and d.statut not in INACTIFS for d in programme.declinaisons)
    actions = sum(len(o.actions) for o in programme.orientations_fne)
    return standing + actions, sum(d.statut is None for d in programme.declinaisons)


def _count_served(programme: Programme, deficits: Iterable[TerritoireEnDeficit] | None) -> tuple[int, int]:
    """(territories in deficit that something names, those that nothing names)."""
    named = {code for op in programme.objectifs for code in op.territoires}
    named |= {code for d in programme.declinaisons if d.statut not in INACTIFS for code in d.zones}
    found = list_deficits(programme) if deficits is None else deficits
    wanted = {deficit.code for deficit in found}
    return len(wanted & named), len(wanted - named)


def _find(rule: Regle, objet: str, done: int, pending: int) -> Constat:
    if rule.id == "territoires_en_deficit" and pending:
        message = f"{done} territoires en déficit servis, {pending} que rien ne nomme"
        return Constat(rule, objet, "manquant", done, message)
    if done:
        message = f"{done}, et {pending} à confirmer" if pending else f"{done}"
        return Constat(rule, objet, "rempli", done, message)
    if pending:
        return Constat(rule, objet, "a_confirmer", 0, f"{pending} à confirmer")
    return Constat(rule, objet, "manquant", 0, "aucun dans le programme")


def _find_internal(rule: Regle, objet: str, count: int, absence: EtatCritere) -> Constat:
    if count:
        return Constat(rule, objet, "rempli", count, f"{count}")
    return Constat(rule, objet, absence, 0, _ABSENCES[absence])


_ABSENCES: dict[EtatCritere, str] = {
    "manquant": "aucun",
    "a_confirmer": "laissé en blanc dans le document publié",
    "non_repris": "présent dans le document publié, non repris ici",
}
