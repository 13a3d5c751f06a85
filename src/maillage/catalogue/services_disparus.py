"""Services that no longer exist under their name: what the law made of them, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from maillage.catalogue.lecture import read_csv
from maillage.francais import jour


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
    """What a type was before and until when, for figures of an older file; empty if it always had its name.

    >>> explain_former("france_travail").partition(" (")[0], explain_former("pharmacie")
    ('Pôle emploi est devenu France Travail le 1er janvier 2024', '')
    """
    return " ".join(say(gone) for gone in list_gone().values() if gone.devient == service)


def say(gone: ServiceDisparu) -> str:
    """The sentence on one type: what it became, the day, the text, and whether the text was read.

    >>> say(ServiceDisparu("a", "b", "2020-01-01", "Loi n° 1", "A est devenu B.", confirme=True))
    'A est devenu B le 1er janvier 2020 (loi n° 1).'
    """
    since = jour(date.fromisoformat(gone.date_effet))
    doubt = "" if gone.confirme else " ; texte non relu à sa source"
    law = f"{gone.texte[:1].lower()}{gone.texte[1:]}"
    return f"{gone.explication.rstrip('.')} le {since} ({law}{doubt})."
