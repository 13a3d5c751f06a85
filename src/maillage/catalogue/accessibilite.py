"""The accessibility statement of an install: its state comes from a dated audit, and there may be none.

An install gives its audit and its plan by a file of its own (``deploiement/accessibilite.exemple.toml``).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml


class EtatAccessibilite(StrEnum):
    """What the law lets a statement say."""

    TOTAL = "totalement conforme"
    PARTIEL = "partiellement conforme"
    NON = "non conforme"


@dataclass(frozen=True, slots=True)
class AuditAccessibilite:
    """An audit by somebody else: the day, by whom, the share of criteria met (0 to 100)."""

    le: date
    auditeur: str
    taux: float


@dataclass(frozen=True, slots=True)
class ActionAccessibilite:
    """One action of the plan: its year, what, by when, and whether it is done."""

    annee: int
    action: str
    echeance: str
    faite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibiliteInstallee:
    """What an install says; empty and null: not said yet."""

    audit: AuditAccessibilite | None = None
    referent: str = ""
    moyens: str = ""
    formation: str = ""
    actions: tuple[ActionAccessibilite, ...] = ()


def find_state(audit: AuditAccessibilite | None, jour: date) -> EtatAccessibilite:
    """The state on one day: an audit too old, or none, is « non conforme ».

    >>> found = AuditAccessibilite(date(2026, 1, 1), "x", 50)
    >>> [find_state(found, day).value for day in (date(2028, 12, 31), date(2029, 1, 1))]
    ['partiellement conforme', 'non conforme']
    """
    rules = read_toml("accessibilite.toml")
    if audit is None or _add_years(audit.le, rules["validite"]["valeur"]) <= jour:
        return EtatAccessibilite.NON
    if audit.taux >= 100:
        return EtatAccessibilite.TOTAL
    partial = audit.taux >= rules["seuil_partiel"]["valeur"]
    return EtatAccessibilite.PARTIEL if partial else EtatAccessibilite.NON


def _add_years(day: date, years: int) -> date:
    """The same day years later; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def read_installed(text: str) -> AccessibiliteInstallee:
    """What the file of an install says.

    Raises:
        EntreeInvalide: with all that is wrong in it.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EntreeInvalide("Le fichier d’accessibilité n’est pas du TOML.", (Faute(str(error)),)) from error
    faults = [*_check_audit(said.get("audit", {})), *_check_plan(said.get("schema", {}))]
    if faults:
        raise EntreeInvalide("Le fichier d’accessibilité est à corriger.", tuple(faults))
    plan = said.get("schema", {})
    return AccessibiliteInstallee(
        audit=AuditAccessibilite(**said["audit"]) if said.get("audit") else None,
        **{name: plan.get(name, "") for name in TEXTES},
        actions=tuple(
            ActionAccessibilite(**{"echeance": "", "faite": False, **row}) for row in plan.get("actions", ())
        ),
    )


TEXTES: Final = ("referent", "moyens", "formation")
AUDIT: Final[dict[str, Any]] = {"le": date, "auditeur": str, "taux": (int, float)}
ACTION: Final[dict[str, Any]] = {"annee": int, "action": str, "echeance": str, "faite": bool}
ATTENDU: Final = {
    "le": "une date",
    "taux": "un nombre de 0 à 100",
    "annee": "une année",
    "faite": "true ou false",
}


def _check_audit(said: Any) -> list[Faute]:
    if not said:
        return []
    faults = _check_fields(said, AUDIT, "[audit]", required=set(AUDIT))
    if not faults and not 0 <= said["taux"] <= 100:
        faults.append(Faute("[audit] taux : un nombre de 0 à 100 est attendu"))
    return faults


def _check_plan(said: Any) -> list[Faute]:
    known = dict.fromkeys(TEXTES, str) | {"actions": list}
    faults = _check_fields(said, known, "[schema]", required=set())
    rows = said.get("actions", ()) if not faults else ()
    for number, row in enumerate(rows, 1):
        faults += _check_fields(row, ACTION, f"[[schema.actions]] n° {number},", {"annee", "action"})
    return faults


def _check_fields(said: Any, known: dict[str, Any], where: str, required: set[str]) -> list[Faute]:
    """Fields that are not known, that lack, that are not what they should be."""
    if not isinstance(said, dict):
        return [Faute(f"{where} une table est attendue")]
    advice = f"Connus : {', '.join(known)}"
    wrong = [name for name, kind in known.items() if name in said and not isinstance(said[name], kind)]
    return [
        *(
            Faute(f"{where} {name} : inconnu", que_faire=advice)
            for name in sorted(said.keys() - known.keys())
        ),
        *(Faute(f"{where} {name} : manque") for name in sorted(required - said.keys())),
        *(Faute(f"{where} {name} : {ATTENDU.get(name, 'un texte')} est attendu") for name in wrong),
    ]
