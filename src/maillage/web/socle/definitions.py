"""An indicator as pages speak of it: the catalogue's entry, with its name filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Definition:
    """Name, unit and meaning of one indicator. ``sens``: whether plus or moins is better, or neutre."""

    id: str
    nom: str
    definition: str = ""
    unite: str = ""
    sens: str = "neutre"
    dimension: str | None = None
    arrondi: int = 0
    sources: tuple[str, ...] = ()
    limites: str = ""
    confirme: bool = True


@cache
def definition(indicateur: str) -> Definition:
    """The definition of an indicator id; an id the catalogue does not know keeps its id for name."""
    return Definition(indicateur, indicateur.replace("_", " "))
