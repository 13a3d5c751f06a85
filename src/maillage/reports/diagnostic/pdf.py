"""The report as a tagged PDF (PDF/UA-1), by a typst template that reads the content as data."""

from __future__ import annotations

import json
import re
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from maillage.reports.diagnostic.document import Carte, Rapport, Section, Tableau
from maillage.reports.ecrire.composition import compile_pdf

WRAPS = 24  # characters past which a column of text shares the room that is left
EM_PER_CHARACTER = {True: 0.56, False: 0.6}  # figures are narrower than words


def write_pdf(rapport: Rapport) -> bytes:
    """The document; its bytes are those of the content alone, without a date of making."""
    template = files(__package__).joinpath("diagnostic.typ").read_text("utf-8")
    with tempfile.TemporaryDirectory(prefix="maillage-pdf-") as folder:
        place = Path(folder)
        (place / "diagnostic.typ").write_text(template, "utf-8")
        (place / "contenu.json").write_text(json.dumps(to_data(rapport), ensure_ascii=False), "utf-8")
        for section in rapport.sections:
            for carte in section.cartes:
                (place / f"{carte.id}.svg").write_text(carte.svg, "utf-8")
        return compile_pdf(str(place / "diagnostic.typ"))


def to_data(rapport: Rapport) -> dict[str, Any]:
    """The content as the template reads it: texts only."""
    return {
        "titre": rapport.titre,
        "sous_titre": rapport.sous_titre,
        "chapeau": rapport.chapeau,
        "jeu_essai": rapport.jeu_essai,
        "bandeaux": list(rapport.bandeaux),
        "pied": rapport.pied,
        "sections": [section_data(section) for section in rapport.sections],
        "annexes": [
            table_data(table) for section in rapport.sections for table in section.tableaux if table.annexe
        ],
    }


def section_data(section: Section) -> dict[str, Any]:
    """A section without its annexes, which come last."""
    return {
        "titre": section.titre,
        "paragraphes": list(section.paragraphes),
        "cartes": [map_data(carte) for carte in section.cartes],
        "tableaux": [table_data(table) for table in section.tableaux if not table.annexe],
        "renvois": [table.titre for table in section.tableaux if table.annexe],
    }


def map_data(carte: Carte) -> dict[str, Any]:
    """A map."""
    return {
        "titre": carte.titre,
        "fichier": f"{carte.id}.svg",
        "description": carte.description,
        "classes": [
            {"libelle": c.libelle, "couleur": c.couleur, "nombre": str(c.territoires)} for c in carte.classes
        ],
    }


def table_data(table: Tableau) -> dict[str, Any]:
    """A table and the width of its columns."""
    return {
        "titre": table.titre,
        "note": table.note,
        "colonnes": list(table.colonnes),
        "numeriques": sorted(table.numeriques),
        "largeurs": [column_width(table, k) for k in range(len(table.colonnes))],
        "lignes": [[str(cell) for cell in row] for row in table.lignes],
    }


def column_width(table: Tableau, k: int) -> dict[str, float]:
    """A column of figures or short texts holds its longest cell; the others share the room that is left."""
    longest = max((len(str(row[k])) for row in table.lignes), default=1)
    word = max(len(part) for part in re.split(r"[\s-]", table.colonnes[k]))
    if longest > WRAPS and k not in table.numeriques:
        return {"part": longest**0.5, "em": 0}
    return {
        "part": 0,
        "em": max(longest * EM_PER_CHARACTER[k in table.numeriques], word * EM_PER_CHARACTER[False]),
    }
