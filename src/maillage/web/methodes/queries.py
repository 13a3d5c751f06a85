"""What the pages of methods, sources and words read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from maillage.catalogue.indicateurs import Indicateur, load_dimensions, load_indicateurs
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.definitions import Definition


@dataclass(frozen=True)
class Rubrique:
    """The indicators of one dimension, or of none."""

    nom: str
    definitions: list[Definition]


def list_rubriques(atlas: AtlasOuvert) -> list[Rubrique]:
    """Every indicator of the atlas, by dimension, then those that describe people."""
    known = [d for d in atlas.definitions.values() if not d.service]
    by_key: dict[str | None, str] = {}
    by_key.update(load_dimensions())
    by_key[None] = "Territoires et habitants"
    return [
        Rubrique(nom, kept)
        for key, nom in by_key.items()
        if (kept := [d for d in known if d.dimension == key])
    ]


def entree(definition: Definition) -> Indicateur | None:
    """The catalogue's entry behind an indicator: formula, example, limits."""
    return load_indicateurs().get(definition.entree)


@cache
def draw_formule(formule: str) -> bytes:
    """A formula typeset, as SVG; the typesetter is only loaded when a formula is first asked for."""
    from maillage.reports.methodes import typeset

    return typeset(formule)


def tell_example(entry: Indicateur) -> list[tuple[str, str]]:
    """The worked example: each input, then the result, as French readers write numbers."""
    from maillage.reports.methodes import write_value

    inputs = [(name.replace("_", " "), write_value(value)) for name, value in entry.exemple.entrees.items()]
    return [*inputs, ("résultat", write_value(entry.exemple.resultat))]


def list_sources(atlas: AtlasOuvert) -> list[dict[str, Any]]:
    """The sources of the atlas, by name."""
    sources: dict[str, dict[str, Any]] = atlas.manifeste.get("sources", {})
    rows = [
        {"id": key, "nom": key, "producteur": "", "licence": "", "millesime": "", "eprouve": None} | value
        for key, value in sources.items()
    ]
    return sorted(rows, key=lambda row: str(row["nom"]))


@cache
def list_glossaire() -> list[tuple[str, str]]:
    """The words of the project: term, definition."""
    path = Path(__file__).parents[4] / "GLOSSAIRE.md"
    rows = (
        re.findall(r"^\| ([^|]+?) \| (.+?) \|$", path.read_text("utf-8"), re.MULTILINE)
        if path.exists()
        else []
    )
    return [(term, text) for term, text in rows if term != "terme" and not term.startswith("---")]
