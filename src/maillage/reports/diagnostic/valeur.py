"""What the figures are worth: reliability, intervals, vintages, and what old figures there are."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.seuils import load_seuils
from maillage.diagnostic.millesimes import is_old, years_of
from maillage.francais import NON_RENSEIGNE, nombre, typeset
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

COLUMNS = (
    "Famille de chiffres",
    "Chiffres",
    "Millésimes",
    "Les moins sûrs",
    "Avec intervalle",
    "Couverture la plus basse",
)
WORDS = {"observe": "observés", "impute": "imputés", "estime": "estimés", "simule": "simulés"}


def make_table(lecteur: Lecteur, familles: dict[str, str]) -> Tableau:
    """One row per family of figures, at the département; the old ones are said so."""
    index = [lecteur.definition(name) for name in lecteur.indicateurs("departement")]
    newest = max((year for d in index for year in years_of(d.millesime)), default=0)
    rows = [
        make_row(lecteur, nom, [d for d in index if d.famille == famille], newest)
        for famille, nom in familles.items()
    ]
    years = nombre(float(load_seuils()["chiffre_ancien_ans"].valeur))  # type: ignore[arg-type]
    note = f"« ancien » : plus de {years} ans de moins que le chiffre le plus récent de l'atlas ({newest})."
    return Tableau(
        "Ce que valent les chiffres",
        COLUMNS,
        tuple(row for row in rows if row),
        id="valeur",
        note=typeset(note) if newest else "",
        numeriques=frozenset({1, 4, 5}),
    )


def make_row(lecteur: Lecteur, nom: str, figures: Sequence[Definition], newest: int) -> tuple[Cellule, ...]:
    """One family; empty when the atlas has no figure of it."""
    if not figures:
        return ()
    found = [lecteur.reference(d.id) for d in figures]
    years = sorted({year for d in figures for year in years_of(d.millesime)})
    old = any(is_old(d.millesime, newest) for d in figures)
    span = f"{years[0]} à {years[-1]}" if len(years) > 1 else str(years[0]) if years else "non daté"
    grades = [grade for grade in reversed(WORDS) if any(f.fiabilite == grade for f in found)]
    ranged = sum(f.bas is not None and f.haut is not None for f in found)
    lowest = min((f.couverture for f in found if f.couverture is not None), default=None)
    return (
        typeset(nom),
        Nombre.entier(len(figures)),
        typeset(f"{span} (ancien)" if old else span),
        WORDS[grades[0]] if grades else NON_RENSEIGNE,
        Nombre.entier(float(ranged)),
        Nombre.part(lowest),
    )
