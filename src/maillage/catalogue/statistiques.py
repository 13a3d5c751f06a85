"""What each column of the commune statistics means: readable name, unit, vintage, secrecy threshold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from maillage.catalogue.lecture import read_csv

Role = Literal["statistique", "offre", "double", "ignore"]


@dataclass(frozen=True)
class ColonnePubliee:
    """A published column. ``id``: our name (statistique), a service type (offre), the twin column (double).

    ``secret_sous``: the producer prints 0 for any count below this one; our readers answer null.
    """

    source: str
    colonne: str
    role: Role
    id: str
    libelle: str
    unite: str
    millesime: str
    secret_sous: int | None


@cache
def list_columns(source: str) -> tuple[ColonnePubliee, ...]:
    """The columns of one source, in published order; empty for another source."""
    return tuple(
        ColonnePubliee(
            r["source"],
            r["colonne"],
            cast("Role", r["role"]),
            r["id"],
            r["libelle"],
            r["unite"],
            r["millesime"],
            int(r["secret_sous"]) if r["secret_sous"] else None,
        )
        for r in read_csv("statistiques.csv")
        if r["source"] == source
    )


@cache
def list_statistics() -> dict[str, ColonnePubliee]:
    """Every statistic by our name."""
    rows = (r["source"] for r in read_csv("statistiques.csv"))
    columns = (column for source in dict.fromkeys(rows) for column in list_columns(source))
    return {column.id: column for column in columns if column.role == "statistique"}
