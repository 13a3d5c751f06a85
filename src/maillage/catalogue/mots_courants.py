"""Everyday words: how people call services, territories and pages, when it is not by their name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_csv

Cle = tuple[str, str]
"""(kind, code): ``("service", "pharmacie")``, ``("epci", "200093201")``, ``("page", "/carte/")``."""


@dataclass(frozen=True)
class PageNommee:
    """A page of the application, with its address, what it is, and the words that ask for it."""

    adresse: str
    nom: str
    detail: str
    mots: tuple[str, ...]


@cache
def list_words() -> dict[Cle, dict[str, float]]:
    """What may be meant → word → how far it comes: 0 is the thing itself, 1 what stands in for it, and so on.

    In the file, « | » stands between kinds of one thing (a twentieth further, each), « > » before what can
    stand in for it.

    >>> list_words()["service", "france_services"]["msap"], list_words()["service", "auto_ecole"]["permis"]
    (0.0, 1.0)
    """
    found: dict[Cle, dict[str, float]] = defaultdict(dict)
    for row in read_csv("mots_courants.csv"):
        for rank, group in enumerate(row["cibles"].split(">")):
            for place, target in enumerate(filter(None, group.split("|"))):
                genre, _, code = target.partition(":")
                found[genre, code] |= dict.fromkeys(row["mots"].split("|"), rank + place / 20)
    return dict(found)


@cache
def list_pages() -> tuple[PageNommee, ...]:
    """The pages that a search may lead to."""
    rows = read_csv("pages.csv")
    return tuple(
        PageNommee(row["adresse"], row["nom"], row["detail"], tuple(row["mots"].split("|"))) for row in rows
    )
