"""The rules of the house read from the catalogue: the law's test, the internal test, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_toml

FILE = "programmes/regles.toml"


@dataclass(frozen=True, slots=True)
class Regle:
    """One rule of completeness, with the text that asks for it."""

    id: str
    intitule: str
    texte: str
    source: str
    confirme: bool


@cache
def list_rules(family: str) -> tuple[Regle, ...]:
    """The rules of a family (``loi`` or ``interne``).

    >>> [rule.id for rule in list_rules("loi")]
    ['objectifs_quantitatifs', 'objectifs_qualitatifs', 'mesures', 'territoires_en_deficit']
    """
    return tuple(Regle(**entry) for entry in read_toml(FILE)[family])


def list_hors_du_test() -> tuple[str, ...]:
    """What the law asks of a schema and the test does not judge."""
    return tuple(read_toml(FILE)["hors_du_test"])


def get_threshold(family: str, name: str) -> float:
    """The value of a threshold of ``alertes`` or ``lisibilite``, in the unit of its entry."""
    return float(read_toml(FILE)[family][name]["valeur"])
