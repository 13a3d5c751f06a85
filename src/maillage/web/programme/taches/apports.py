"""What apps above the programme add to a desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class LigneDeBureau:
    """One line: words, where they lead, and what is said beside."""

    texte: str
    adresse: str
    precision: str = ""


@dataclass(frozen=True)
class Apport:
    """A section of the desk; ``urgent``: it waits for this person, and comes before what only informs."""

    cle: str
    titre: str
    lignes: list[LigneDeBureau] = field(default_factory=list)
    urgent: bool = False


Source = Callable[[Any, date], list[Apport]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let an app say what it adds."""
    _sources.append(source)


def gather(personne: Any, jour: date) -> list[Apport]:
    """What all of them add, in the order they were registered."""
    return [apport for source in _sources for apport in source(personne, jour)]
