"""The diagnosis of an atlas, written to a folder in three formats."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from maillage.atlas.construction.ecriture import new_folders
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.temps_estimes import load_erreur
from maillage.francais import nombre, typeset
from maillage.reports.diagnostic import (
    cartes,
    deficits,
    equilibre,
    equite,
    profils,
    reference,
    references,
    sections,
)
from maillage.reports.diagnostic.document import Rapport, to_document
from maillage.reports.ecrire.page import write_page
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.ecrire.tableur import write_workbook

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas

TEST_DATA = "Jeu d'essai : vrais noms, chiffres simulés. Ne jamais citer un chiffre de ce document."


def make_report(atlas: Atlas) -> Rapport:
    """Everything the report says, read from the atlas."""
    lecteur = Lecteur(atlas)
    manifest = atlas.manifest
    summary = sections.make_summary(lecteur)
    parts = (
        None if manifest.jeu_essai else reference.make_section(lecteur),
        sections.make_conventions(lecteur),
        sections.make_rankings(lecteur),
        deficits.make_section(lecteur),
        profils.make_profile(lecteur),
        profils.make_portraits(lecteur),
        equite.make_section(lecteur),
        equilibre.make_section(lecteur),
        cartes.make_section(lecteur),
        references.make_section(lecteur),
        sections.make_services(lecteur),
        sections.make_sources(lecteur),
    )
    return Rapport(
        titre=typeset(f"Diagnostic de l'accès aux services : {lecteur.nom}"),
        sous_titre=typeset(f"Département {lecteur.code_departement} · atlas {identify(atlas)}"),
        chapeau=" ".join(summary.paragraphes),
        jeu_essai=manifest.jeu_essai,
        bandeaux=make_banners(lecteur),
        sections=tuple(part for part in parts if part is not None),
        pied=typeset(f"Maillage · {lecteur.nom}"),
    )


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


def write_report(atlas: Atlas, out: Path) -> tuple[Path, ...]:
    """The page, the PDF and the workbook in ``out`` (made when absent), each put in place whole."""
    rapport = make_report(atlas)
    document = to_document(rapport)
    name = f"diagnostic-{atlas.manifest.departement}{'-jeu-essai' if rapport.jeu_essai else ''}"
    with new_folders(out), tempfile.TemporaryDirectory(prefix=".partiel-", dir=out) as folder:
        place = Path(folder)
        (place / f"{name}.html").write_text(write_page(document), "utf-8")
        (place / f"{name}.pdf").write_bytes(write_pdf(document))
        (place / f"{name}.ods").write_bytes(write_workbook(document))
        written = sorted(place.iterdir())
        for path in written:
            path.replace(out / path.name)
    return tuple(out / path.name for path in written)
