"""The tables of a published schema as they were read: cells of text, with the line they stand on.

No interpretation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NatureTable = Literal["fiche", "objectifs", "declinaisons", "fne"]


@dataclass(frozen=True, slots=True)
class CelluleLue:
    """One cell: its blocks in order (paragraphs and lists), each list cut where the text marks it."""

    paragraphes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    @property
    def texte(self) -> str:
        """Everything in the cell as one text."""
        return " ".join((*self.paragraphes, *self.items))


@dataclass(frozen=True, slots=True)
class LigneLue:
    """One row of a table and its line number in the file, from 1."""

    numero: int
    cellules: tuple[CelluleLue, ...]


@dataclass(frozen=True, slots=True)
class TableLue:
    """One table; ``titre`` is the heading just before it, ``None`` when there is none.

    ``annee`` when it says one.
    """

    nature: NatureTable
    titre: str | None
    numero: int
    lignes: tuple[LigneLue, ...]
    annee: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentLu:
    """A published schema: its whole text and the tables of its synthesis."""

    texte: str
    tables: tuple[TableLue, ...]
