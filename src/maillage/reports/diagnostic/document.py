"""The parts of the diagnosis, and the document they make."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.reports.rendu.blocs import Bloc, Carte, Document, Paragraphe, Tableau, Titre


@dataclass(frozen=True)
class Section:
    """A part of the report: paragraphs, then maps, then tables."""

    id: str
    titre: str
    paragraphes: tuple[str, ...] = ()
    cartes: tuple[Carte, ...] = ()
    tableaux: tuple[Tableau, ...] = ()


@dataclass(frozen=True)
class Rapport:
    """The report. ``bandeaux`` stand on every page: estimated times, test data."""

    titre: str
    sous_titre: str
    chapeau: str
    jeu_essai: bool
    bandeaux: tuple[str, ...]
    sections: tuple[Section, ...]
    pied: str


def to_document(rapport: Rapport) -> Document:
    """The report as blocks, for every writer."""
    blocs: list[Bloc] = []
    for section in rapport.sections:
        blocs.append(Titre(section.titre, id=section.id))
        blocs += map(Paragraphe, section.paragraphes)
        blocs += [*section.cartes, *section.tableaux]
    return Document(
        rapport.titre,
        rapport.sous_titre,
        "Maillage",
        rapport.pied,
        tuple(blocs),
        chapeau=rapport.chapeau,
        bandeaux=rapport.bandeaux,
        jeu_essai=rapport.jeu_essai,
    )
