"""What the pages of methods, sources and words read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.atlas.lecture.transports import say_transports
from maillage.catalogue.indicateurs import Indicateur, load_dimensions, load_indicateurs
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.statistiques import list_statistics
from maillage.diagnostic.profil import Critere
from maillage.francais import avec_unite, majuscule, nombre, typeset
from maillage.reports.rendu import bande
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True)
class Rubrique:
    """The indicators of one dimension, or of none."""

    cle: str
    nom: str
    definitions: list[Definition]


def list_rubriques(atlas: AtlasOuvert) -> list[Rubrique]:
    """Every indicator of the atlas, by dimension, then those that describe people."""
    known = [d for d in atlas.definitions.values() if not d.service]
    by_key: dict[str | None, str] = {}
    by_key.update(load_dimensions())
    by_key[None] = "Territoires et habitants"
    return [
        Rubrique(key or "habitants", nom, kept)
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


@dataclass(frozen=True)
class CritereExplique:
    """A criterion as people read it; ``id`` is blank where this atlas does not know the indicator.

    ``part``: its weight among those of its motif.
    """

    id: str
    nom: str
    seuil: str
    part: float


@dataclass(frozen=True)
class RegleExpliquee:
    """The rule of deficits as people read it; a motif is its name, the share asked and its criteria."""

    nom: str
    source: str
    note: str
    confirme: bool
    motifs: list[tuple[str, float, list[CritereExplique]]]
    tirages: int
    toujours: str
    souvent: str


def read_regle(atlas: AtlasOuvert) -> RegleExpliquee:
    """The rule that judged this atlas, its thresholds with the atlas's figures, and how it is tried."""
    rule, trial = atlas.regle, read_toml("robustesse.toml")
    return RegleExpliquee(
        typeset(rule.nom),
        typeset(rule.source),
        typeset(rule.note),
        rule.confirme,
        [
            (
                typeset(motif.nom),
                motif.part_requise,
                [_explain(atlas, c, sum(one.poids for one in motif.criteres)) for c in motif.criteres],
            )
            for motif in rule.motifs
        ],
        trial["tirages"]["nombre"],
        avec_unite(trial["stabilite"]["toujours"], "part"),
        avec_unite(trial["stabilite"]["souvent"], "part"),
    )


def _explain(atlas: AtlasOuvert, critere: Critere, total: float) -> CritereExplique:
    name, share = critere.indicateur, critere.poids / total
    if name in atlas.definitions:
        return CritereExplique(name, atlas.definition(name).nom, _seuil(atlas, critere), share)
    catalogued = load_indicateurs().get(name)
    statistic = list_statistics().get(name)
    words = catalogued.nom if catalogued else statistic.libelle if statistic else atlas.definition(name).nom
    return CritereExplique("", typeset(words), "inconnu dans cet atlas", share)


def _seuil(atlas: AtlasOuvert, critere: Critere) -> str:
    """« plus de 10 % » ; « moins de 0,9 fois la valeur du département (255) »."""
    d = atlas.definition(critere.indicateur)
    side = "plus" if critere.au_dela else "moins"
    if critere.seuil is not None:
        return f"{side} de {avec_unite(critere.seuil * d.facteur, d.unite, d.arrondi)}"
    mean = atlas.reference(critere.indicateur)
    times = "" if critere.ratio == 1 else f"{nombre(critere.ratio, 1)} fois "
    known = f" ({avec_unite(mean.valeur, d.unite, d.arrondi)})" if mean.connu else ""
    return f"{side} que {times}la valeur du département{known}"


# A name of a file or of a column, as machines write it.
NOM_DE_MACHINE = re.compile(r"\b[a-z]+_[a-z_]+\b")


def list_constats(atlas: AtlasOuvert) -> list[str]:
    """What the data do not say, sources by their names; what only speaks of a file's columns is left out."""
    names = {key: str(source.get("nom") or key) for key, source in atlas.manifeste.sources.items()}
    texts = (str(found["texte"]) for found in atlas.manifeste.constats)
    told = (NOM_DE_MACHINE.sub(lambda found: names.get(found[0], found[0]), text) for text in texts)
    return [text for text in told if not NOM_DE_MACHINE.search(text)]


def count_usages(atlas: AtlasOuvert) -> Counter[str]:
    """source → how many indicators of the atlas rest on it."""
    return Counter(source for d in atlas.definitions.values() for source in d.sources)


def list_sources(atlas: AtlasOuvert) -> list[dict[str, Any]]:
    """The sources of the atlas, by name."""
    sources: dict[str, dict[str, Any]] = atlas.manifeste.sources
    usages = count_usages(atlas)
    rows = [
        {"id": key, "nom": key, "producteur": "", "licence": "", "millesime": "", "url": ""}
        | value
        | {"usages": usages[key]}
        for key, value in sources.items()
    ]
    return sorted(rows, key=lambda row: str(row["nom"]))


def tell_transports(atlas: AtlasOuvert) -> str:
    """Whether public transport counts, on which days, how one walks; a sentence."""
    return typeset(f"{majuscule(say_transports(atlas.manifeste.transports, detail=True))}.")


def find_annees(sources: list[dict[str, Any]]) -> tuple[str, str] | None:
    """The oldest and the newest year the sources describe."""
    years = sorted(y for row in sources for y in re.findall(r"(?:19|20)\d\d", str(row["millesime"])))
    return (years[0], years[-1]) if years else None


@dataclass(frozen=True)
class Etendue:
    """An indicator over the département: its own figure, the extremes, every dot."""

    reference: Chiffre
    points: str
    extremes: tuple[float, float] | None
    bande: str


def read_etendue(atlas: AtlasOuvert, definition: Definition) -> Etendue:
    """How an indicator is spread, by commune where it is known there, else by the finest mesh that has it."""
    held = [n for n in NIVEAUX if n != "departement" and atlas.a(n, definition.id)]
    mean = atlas.reference(definition.id)
    if not held:
        return Etendue(mean, "", None, "")
    values = atlas.colonne(held[0], definition.id).valeurs
    known = values[np.isfinite(values)]
    extremes = (float(known.min()), float(known.max())) if len(known) else None
    dots = bande.nuage(values, pourcent=definition.unite == "part")
    drawing = bande.bande(dots, None, mean.valeur, definition.unite, definition.arrondi, None)
    return Etendue(mean, NIVEAUX[held[0]], extremes, drawing)


@cache
def list_vocabulaire() -> list[tuple[str, list[tuple[str, str]]]]:
    """The words of the pages, by heading."""
    rubriques = read_toml("vocabulaire.toml")["rubriques"]
    return [(r["titre"], list(r["mots"].items())) for r in rubriques]


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
