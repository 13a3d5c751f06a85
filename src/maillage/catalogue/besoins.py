"""What people look for, in their words, and what of the directory answers it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from maillage.catalogue.lecture import read_toml
from maillage.catalogue.mots_courants import list_words

FILE: Final = "besoins.toml"


@dataclass(frozen=True)
class BesoinDit:
    """A need: its words, and the thématiques and réseaux of data·inclusion v1 that answer it."""

    cle: str
    nom: str
    mots: tuple[str, ...]
    thematiques: tuple[str, ...]
    reseaux: tuple[str, ...]


@cache
def list_besoins() -> dict[str, BesoinDit]:
    """Every need by key, in the order of the file; the everyday words of its types of service are its own.

    >>> besoin = list_besoins()["papiers"]
    >>> "carte grise" in besoin.mots, "france-service" in besoin.reseaux
    (True, True)
    """
    found = {}
    for key, told in read_toml(FILE)["besoins"].items():
        words = dict.fromkeys((told["nom"], *told["mots"]))
        for service in told.get("services", ()):
            words |= {
                word: None for word, rank in list_words().get(("service", service), {}).items() if rank < 1
            }
        found[key] = BesoinDit(
            key, told["nom"], tuple(words), tuple(told["thematiques"]), tuple(told["reseaux"])
        )
    return found


@cache
def list_vides() -> frozenset[str]:
    """The words that say nothing of a need, folded."""
    return frozenset(read_toml(FILE)["vides"]["mots"])


def list_premier_accueil() -> tuple[str, ...]:
    """The réseaux that receive whatever the demand."""
    return tuple(read_toml(FILE)["premier_accueil"]["reseaux"])


def read_portee_min() -> int:
    """Minutes from door to door beyond which a result is « plus loin »."""
    return int(read_toml(FILE)["portee"]["minutes"])


def read_depart(moment: str) -> str:
    """The hour at which one leaves in the morning (``matin``) or after noon (``apres_midi``)."""
    return str(read_toml(FILE)["depart"][moment])
