"""The words that published schemas use for what the programme knows, from the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from maillage.catalogue.lecture import read_toml

FILE = "programmes/lexique.toml"


@dataclass(frozen=True, slots=True)
class Terme:
    """One wording, what it points to, and whether it is its usual name."""

    libelle: str
    relation: Literal["dimensions", "themes_lies"]
    cible: str
    sur: bool


@cache
def list_terms_of_links() -> tuple[Terme, ...]:
    """The wordings of the links of a fiche."""
    entries = read_toml(FILE)
    return tuple(
        [Terme(e["libelle"], "dimensions", e["cible"], e["sur"]) for e in entries["dimensions"]]
        + [Terme(e["libelle"], "themes_lies", e["cible"], e["sur"]) for e in entries["themes"]]
    )


def list_organisations(text: str) -> tuple[str, ...]:
    """The organisations a text may name: those of the catalogue, and the départements and régions it names
    itself.

    >>> list_organisations("le Département du Nord et la Région Hauts-de-France")[-2:]
    ('Département du Nord', 'Région Hauts-de-France')
    """
    entries = read_toml(FILE)["organisations"]
    prefixes = "|".join(entries["prefixes"])
    named = re.findall(rf"(?:{prefixes}) (?:du |de la |de |des |d['’]|de l['’])?[A-ZÉÎ][\w-]+", text)
    return (*entries["libelles"], *dict.fromkeys(named))
