"""The same figures for larger territories: one row of ``references``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maillage.francais import typeset


@dataclass(frozen=True)
class Reference:
    """A figure of the region, of like départements or of the country, in the unit of its definition.

    ``valeur`` None: the file given holds the département only; ``source`` is then the one that would give it.
    """

    echelle: str
    code: str
    nom: str
    valeur: float | None
    millesime: str
    source: str


def read_reference(row: Mapping[str, Any], facteur: float) -> Reference:
    """One row; ``facteur`` as in the definition of its indicator."""
    value = None if row["valeur"] is None else row["valeur"] * facteur
    return Reference(
        row["echelle"], row["code"], typeset(row["nom"]), value, row["millesime"] or "", row["source"]
    )
