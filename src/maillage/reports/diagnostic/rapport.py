"""The diagnosis of an atlas, written to a folder in three formats."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.atlas.construction.ecriture import new_folders
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.temps_estimes import load_erreur
from maillage.francais import jour, nombre, typeset
from maillage.reports.diagnostic import (
    cartes,
    deficits,
    equilibre,
    equite,
    lexique,
    pages,
    profils,
    reference,
    references,
    sans_voiture,
    synthese,
    themes,
)
from maillage.reports.diagnostic import sections as sections_
from maillage.reports.diagnostic.document import Rapport, Section, Volet, to_document
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.page import write_page
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.ecrire.tableur import write_workbook
from maillage.reports.rendu.blocs import Bloc, Couverture, Document, Paragraphe, Tableau

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas

TEST_DATA = "Jeu d'essai : vrais noms, chiffres simulés. Ne jamais citer un chiffre de ce document."


ETATS = ("projet", "approuvé", "en vigueur")
TEMPS = {
    "observe": "calculés sur les routes",
    "estime": "estimés à partir des distances et de la densité",
    "simule": "simulés",
}
LONG = 60
"""Rows past which a table of the annex is left to the page and the workbook."""
MAPS = "communes"
"""The table that says what the maps say: printed, for those who do not see them."""


def make_report(atlas: Atlas, etat: str = ETATS[0], ajouts: Iterable[Volet] = ()) -> Rapport:
    """Everything the report says, read from the atlas; ``etat``: one of ``ETATS``, for its cover.

    ``ajouts``: parts that an atlas does not hold (the reception network), set before the themes.
    """
    lecteur = Lecteur(atlas)
    here = f"{lecteur.nom} ({lecteur.code_departement})"
    parts = (
        synthese.make_part(lecteur),
        pages.make_part(lecteur),
        *ajouts,
        make_themes(lecteur),
        make_annexes(lecteur),
    )
    return Rapport(
        titre="Diagnostic de l’accès aux services",
        sous_titre="Ce que les habitants ont près ou loin d’eux, où, et par où commencer",
        couverture=Couverture(typeset(f"Département : {here}"), tuple(list_facts(lecteur, etat))),
        chapeau="",
        jeu_essai=lecteur.jeu_essai,
        bandeaux=make_banners(lecteur),
        volets=tuple(part for part in parts if part is not None),
        pied=typeset(f"Diagnostic de l'accès aux services · {here} · {etat}"),
    )


def list_facts(lecteur: Lecteur, etat: str) -> Iterator[tuple[str, str]]:
    """What the cover says of the document: state, day and years of its data, how times were made."""
    yield "État", "jeu d’essai, à ne pas citer" if lecteur.jeu_essai else etat
    if lecteur.construit_le:
        yield "Données réunies le", jour(lecteur.construit_le)
    yield "Millésimes", identify(lecteur.tables)
    grade = TEMPS.get(lecteur.fiabilite_temps or "")
    if grade:
        yield "Temps de trajet", grade
    yield "Règle des déficits", typeset(lecteur.regle.nom)


def make_themes(lecteur: Lecteur) -> Volet | None:
    """A chapter for each theme: the maps first, then who, how much, and elsewhere."""
    sections = (
        *themes.make_sections(lecteur),
        sans_voiture.make_section(lecteur),
        equite.make_section(lecteur),
        equilibre.make_section(lecteur),
        sections_.make_services(lecteur),
        sections_.make_rankings(lecteur),
        deficits.make_section(lecteur),
        references.make_section(lecteur),
    )
    return gather("themes", "Par thème", sections)


def make_annexes(lecteur: Lecteur) -> Volet | None:
    """The words of method, the comparison with a document, every dimension, the sources, the tables."""
    sections = (
        lexique.make_section(lecteur),
        None if lecteur.jeu_essai else reference.make_section(lecteur),
        sections_.make_conventions(lecteur),
        profils.make_profile(lecteur),
        profils.make_portraits(lecteur),
        sections_.make_sources(lecteur),
        cartes.make_section(lecteur, sans_voiture.list_maps(lecteur)),
    )
    return gather("annexes", "Annexes", sections)


def gather(name: str, titre: str, sections: Iterable[Section | None]) -> Volet | None:
    """The chapters that this atlas can fill; null when it fills none."""
    kept = tuple(section for section in sections if section is not None and section.has_content)
    return Volet(name, titre, kept) if kept else None


def identify(atlas: Atlas) -> str:
    """The vintages from the oldest to the newest: a report dates the data, never itself."""
    found = (
        re.findall(r"(?:19|20)\d\d", str(source["millesime"])) for source in atlas.manifest.sources.values()
    )
    years = sorted(year for of_source in found for year in of_source)
    return f"des données de {years[0]} à {years[-1]}" if years else "sans millésime"


def make_banners(lecteur: Lecteur) -> tuple[str, ...]:
    """What must be known before any figure is read."""
    banners = [TEST_DATA] if lecteur.manifeste.jeu_essai else []
    if lecteur.temps_estimes:
        relief = lecteur.manifeste.parametres.get("relief", "tout")
        error = load_erreur("plaine" if relief == "plaine" else "tout")
        half = nombre(error.plus_proche_mediane, 1)
        banners.append(
            "Temps estimés à partir des distances et de la densité, et non mesurés sur les routes : sur le "
            f"service le plus proche, une erreur sur deux est inférieure à {half} min."
        )
    return tuple(typeset(text) for text in banners)


def write_report(
    atlas: Atlas, out: Path, etat: str = ETATS[0], ajouts: Iterable[Volet] = ()
) -> tuple[Path, ...]:
    """The page, the PDF, the DOCX and the workbook in ``out`` (made when absent), each put in place whole."""
    rapport = make_report(atlas, etat, ajouts)
    document = to_document(rapport)
    name = f"diagnostic-{atlas.manifest.departement}{'-jeu-essai' if rapport.jeu_essai else ''}"
    with new_folders(out), tempfile.TemporaryDirectory(prefix=".partiel-", dir=out) as folder:
        place = Path(folder)
        (place / f"{name}.html").write_text(write_page(document), "utf-8")
        (place / f"{name}.pdf").write_bytes(write_pdf(shorten(document, MAPS)))
        write_docx(shorten(document), place / f"{name}.docx")
        (place / f"{name}.ods").write_bytes(write_workbook(document))
        written = sorted(place.iterdir())
        for path in written:
            path.replace(out / path.name)
    return tuple(out / path.name for path in written)


def shorten(document: Document, kept: str = "") -> Document:
    """The document without its long tables but the one of id ``kept``: each says where it is."""
    return replace(document, blocs=tuple(_shorten(bloc, kept) for bloc in document.blocs))


def _shorten(bloc: Bloc, kept: str) -> Bloc:
    if not isinstance(bloc, Tableau) or bloc.id == kept or not bloc.annexe or len(bloc.lignes) <= LONG:
        return bloc
    return Paragraphe(typeset(f"{bloc.titre} : {len(bloc.lignes)} lignes, dans le classeur joint."))
