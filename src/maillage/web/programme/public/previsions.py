"""What is planned here, in a resident's words. No database here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from maillage.sdaasp.programme.statuts import is_retenue, tell_retenues
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison
from maillage.web.programme import models
from maillage.web.programme.presentation import TONS


@dataclass(frozen=True)
class Prevision:
    """One action: its name, how far it is, its next dated step, whom to ask."""

    cle: str
    libelle: str
    annee: int
    avancement: str
    ton: str
    prochaine: tuple[str, date] | None
    contact: str


@dataclass(frozen=True)
class ThemePrevu:
    """A theme and what is planned for it here; ``falc``: its easy text, only when people have read it."""

    nom: str
    cle: str
    falc: str
    previsions: tuple[Prevision, ...]


def gather(
    themes: Mapping[str, str], fiches: Iterable[models.FicheAction], rows: Iterable[models.Declinaison]
) -> list[ThemePrevu]:
    """The actions of one place by theme, in the order of the schema; themes without any are left out."""
    sheets = {fiche.theme: fiche for fiche in fiches}
    found: dict[str, list[models.Declinaison]] = {}
    for row in rows:
        found.setdefault(row.theme, []).append(row)
    return [
        ThemePrevu(
            nom=name,
            cle=key,
            falc=(fiche.texte_falc or "") if fiche is not None and fiche.relecteurs_falc else "",
            previsions=tuple(_tell(row, fiche) for row in found[key]),
        )
        for key, name in themes.items()
        if key in found
        for fiche in [sheets.get(key)]
    ]


def _tell(row: models.Declinaison, fiche: models.FicheAction | None) -> Prevision:
    return Prevision(
        cle=row.cle,
        libelle=row.libelle or "Action à préciser",
        annee=row.annee,
        avancement=row.statut_libelle,
        ton=TONS[row.statut],
        prochaine=find_next(row.etapes),
        contact=row.pilote_territorial or (fiche.pilote if fiche is not None else None) or "",
    )


def find_next(steps: Iterable[Mapping[str, Any]]) -> tuple[str, date] | None:
    """(label, end) of the first step not done yet, by its end.

    >>> late = {"libelle": "B", "fin": "2027-01-31", "faite_le": None}
    >>> soon = {"libelle": "A", "fin": "2026-06-30", "faite_le": None}
    >>> done = {"libelle": "Z", "fin": "2025-06-30", "faite_le": "2025-06-01"}
    >>> find_next([late, soon, done])
    ('A', datetime.date(2026, 6, 30))
    """
    open_ = [(date.fromisoformat(s["fin"]), s["libelle"]) for s in steps if s["fin"] and not s["faite_le"]]
    return min(open_)[::-1] if open_ else None  # type: ignore[return-value]


def count(rows: Iterable[models.Declinaison]) -> dict[str, Any]:
    """How many actions are kept here, and how many of each status in words."""
    found = Counter(StatutDeclinaison(row.statut) if row.statut else None for row in rows)
    return {
        "retenues": sum(n for status, n in found.items() if is_retenue(status)),
        "detail": tell_retenues(found),
    }
