"""A document as a list of blocks, whatever it is written in afterwards: PDF or DOCX."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Titre:
    """A heading; ``niveau`` from 1."""

    texte: str
    niveau: int = 1


@dataclass(frozen=True, slots=True)
class Paragraphe:
    """A paragraph."""

    texte: str


@dataclass(frozen=True, slots=True)
class Liste:
    """A bulleted list."""

    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table: a caption, one heading per column, rows of text; the first column names the row."""

    legende: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    largeurs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """An SVG picture and the words that stand for it; ``largeur`` is a share of the line (0 to 1)."""

    svg: str
    texte: str
    largeur: float = 1.0


Bloc = Titre | Paragraphe | Liste | Tableau | Image


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; ``mention`` stands at the foot of each page.

    With ``sommaire`` it opens on a cover and a table of contents of its first-level headings.
    """

    titre: str
    sous_titre: str
    auteur: str
    mention: str
    blocs: tuple[Bloc, ...]
    sommaire: bool = False
