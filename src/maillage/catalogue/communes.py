"""Changes of communes between vintages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_csv


@dataclass(frozen=True)
class FusionCommunes:
    """The commune ``ancien``, named ``nom``, belongs to ``nouveau`` since ``date_effet`` (ISO date)."""

    ancien: str
    nouveau: str
    nom: str
    date_effet: str


@cache
def list_mergers() -> tuple[FusionCommunes, ...]:
    """Every known merger, in the order of the codes."""
    rows = read_csv("communes_fusionnees.csv")
    mergers = (FusionCommunes(r["ancien"], r["nouveau"], r["nom"], r["date_effet"]) for r in rows)
    return tuple(sorted(mergers, key=lambda f: f.ancien))
