"""Between rows and the dataclasses of ``maillage.sdaasp``: the same fields under the same names."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sdaasp.programme.structure import describe


def to_value(row: Any) -> Any:
    """The frozen value of a row; raises ``EntreeInvalide`` when the row does not hold together."""
    return from_plain(row.PUR, to_dict(row))


def to_dict(row: Any) -> dict[str, Any]:
    """The row in the exchange format."""
    found = {champ.nom: getattr(row, champ.nom) for champ in describe(row.PUR)}
    if hasattr(row, "indicateur_id"):
        found["indicateur"] = row.indicateur.cle
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def to_fields(value: Any) -> dict[str, Any]:
    """The columns of a value; dates stay dates."""
    found = {}
    for champ in describe(type(value)):
        part = getattr(value, champ.nom)
        found[champ.nom] = part if isinstance(part, date) else to_plain(part)
    return found
