"""AFOM matrices: the items of an arrondissement for a theme, each with its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from maillage.sdaasp.programme.vocabulaire import NatureAfom, NaturePreuve


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiffreCite:
    """A figure of an atlas frozen when it was cited: it does not move when a new atlas comes.

    ``valeur`` is in the unit of the indicator; ``None`` when the atlas did not know it.
    """

    atlas: str
    niveau: str
    code: str
    indicateur: str
    millesime: str
    valeur: float | None
    fiabilite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preuve:
    """What supports an item: a frozen figure, a report (with its reference) or a testimony."""

    nature: NaturePreuve
    texte: str | None = None
    chiffre: ChiffreCite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAfom:
    """One item of a matrix, what it rests on, and what it led to (``enjeu``, then keys of objectives).

    ``groupe`` gathers items that say the same thing in a workshop; ``voix`` counts its votes.
    """

    cle: str
    arrondissement: str
    theme: str
    nature: NatureAfom
    texte: str
    preuves: tuple[Preuve, ...] = ()
    enjeu: str | None = None
    objectifs: tuple[str, ...] = ()
    groupe: str | None = None
    voix: int = 0


class _Vote(Protocol):
    """What grouping needs of an item: the dataclass and its row both have it."""

    texte: Any
    groupe: Any
    voix: Any


T = TypeVar("T", bound=_Vote)


def group_items(items: Iterable[T]) -> list[tuple[str, tuple[T, ...], int]]:
    """(group, its items, their votes), most voted first, then by name; an item without a group stands alone.

    >>> place = {"arrondissement": "593", "theme": "sante", "nature": NatureAfom.ATOUT}
    >>> items = [ItemAfom(cle=c, texte=c, groupe=g, voix=v, **place)
    ...          for c, g, v in [("a", "bus", 2), ("b", None, 4), ("c", "bus", 3)]]
    >>> [(name, len(members), votes) for name, members, votes in group_items(items)]
    [('bus', 2, 5), ('b', 1, 4)]
    """
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[item.groupe or item.texte].append(item)
    rows = [(name, tuple(members), sum(item.voix for item in members)) for name, members in groups.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def list_without_evidence(items: Iterable[Any]) -> tuple[Any, ...]:
    """Items that rest on nothing yet."""
    return tuple(item for item in items if not item.preuves)
