"""The parts of the diagnosis, and the document they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maillage.reports.rendu.blocs import (
    Bloc,
    Carte,
    Couverture,
    Document,
    EnRegard,
    Liste,
    Paragraphe,
    Tableau,
    Titre,
)


@dataclass(frozen=True)
class Section:
    """A chapter of the report: what opens it, then a map and what stands beside it, then tables.

    ``entree``: over the whole line; ``paragraphes`` and ``liste``: beside the map when there is one.
    ``nouvelle_page``: it begins one; ``part`` of the line (0 to 1) is the map's.
    """

    id: str
    titre: str
    paragraphes: tuple[str, ...] = ()
    cartes: tuple[Carte, ...] = ()
    tableaux: tuple[Tableau, ...] = ()
    liste: tuple[str, ...] = ()
    entree: tuple[str, ...] = ()
    nouvelle_page: bool = False
    part: float = 0.55

    @property
    def has_content(self) -> bool:
        """Whether something stands under its heading."""
        return bool(self.entree or self.paragraphes or self.liste or self.cartes or self.tableaux)


@dataclass(frozen=True)
class Volet:
    """Chapters that are read together, and the sentence that opens them."""

    id: str
    titre: str
    sections: tuple[Section, ...]
    chapeau: str = ""


@dataclass(frozen=True)
class Rapport:
    """The report. ``bandeaux`` stand before any figure: estimated times, test data."""

    titre: str
    sous_titre: str
    couverture: Couverture
    chapeau: str
    jeu_essai: bool
    bandeaux: tuple[str, ...]
    volets: tuple[Volet, ...]
    pied: str

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every chapter, in reading order."""
        return tuple(section for volet in self.volets for section in volet.sections)


def to_document(rapport: Rapport) -> Document:
    """The report as blocks, for every writer."""
    return Document(
        rapport.titre,
        rapport.sous_titre,
        "Maillage",
        rapport.pied,
        tuple(bloc for volet in rapport.volets for bloc in _set_part(volet)),
        sommaire=2,
        chapeau=rapport.chapeau,
        bandeaux=rapport.bandeaux,
        jeu_essai=rapport.jeu_essai,
        couverture=rapport.couverture,
    )


def _set_part(volet: Volet) -> Iterator[Bloc]:
    yield Titre(volet.titre, id=volet.id, nouvelle_page=True)
    if volet.chapeau:
        yield Paragraphe(volet.chapeau)
    for rank, section in enumerate(volet.sections):
        page = section.nouvelle_page and rank > 0
        yield from set_section(section, 2, nouvelle_page=page)


def set_section(section: Section, niveau: int = 1, *, nouvelle_page: bool = False) -> Iterator[Bloc]:
    """A chapter as blocks, its heading first."""
    yield Titre(section.titre, niveau, section.id, nouvelle_page=nouvelle_page)
    yield from map(Paragraphe, section.entree)
    texts: tuple[Paragraphe | Liste, ...] = tuple(map(Paragraphe, section.paragraphes))
    if section.liste:
        texts = (*texts, Liste(section.liste))
    if section.cartes:
        yield EnRegard(section.cartes[0], texts, section.part)
        yield from section.cartes[1:]
    else:
        yield from texts
    yield from section.tableaux
