"""Services that no longer exist under their name: what the law made of them, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_csv


@dataclass(frozen=True)
class ServiceDisparu:
    """A type that a text ended on ``date_effet`` (AAAA-MM-JJ); ``devient`` null: it has no one successor.

    With a successor, its facilities are read under today's type, of the year of their file; without, the type
    stays in the atlas (files, exports) and no list of choices offers it.
    """

    type: str
    devient: str | None
    date_effet: str
    texte: str
    explication: str
    confirme: bool


@cache
def list_gone() -> dict[str, ServiceDisparu]:
    """Every type that is no more, by id.

    >>> list_gone()["pole_emploi_agence"].devient, list_gone()["tribunal_instance"].devient
    ('france_travail', None)
    """
    return {
        row["type"]: ServiceDisparu(
            row["type"],
            row["devient"] or None,
            row["date_effet"],
            row["texte"],
            row["explication"],
            row["confirme"] == "true",
        )
        for row in read_csv("services_disparus.csv")
    }


@cache
def list_successors() -> dict[str, str]:
    """Type that is no more → today's.

    >>> list_successors()
    {'tribunal_grande_instance': 'tribunal_judiciaire', 'pole_emploi_agence': 'france_travail'}
    """
    return {name: gone.devient for name, gone in list_gone().items() if gone.devient}


def explain_former(service: str) -> str:
    """What a type was before, for figures of an older file; empty when it was always so.

    >>> explain_former("france_travail")
    'Pôle emploi est devenu France Travail. (2024-01-01, Loi n° 2023-1196 du 18 décembre 2023)'
    """
    found = (gone for gone in list_gone().values() if gone.devient == service)
    return " ".join(f"{gone.explication} ({gone.date_effet}, {gone.texte})" for gone in found)
