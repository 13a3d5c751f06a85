"""What the figures are worth: reliability, intervals, vintages, and what old figures there are."""

from __future__ import annotations

import re

import polars as pl

from maillage.francais import NON_RENSEIGNE, avec_unite, nombre, typeset
from maillage.reports.diagnostic.document import Cellule, Nombre, Tableau
from maillage.reports.diagnostic.lecture import Lecture

COLUMNS = (
    "Famille de chiffres",
    "Chiffres",
    "Millésimes",
    "Les moins sûrs",
    "Avec intervalle",
    "Couverture la plus basse",
)
OLD_YEARS = 5
WORDS = {"observe": "observés", "impute": "imputés", "estime": "estimés", "simule": "simulés"}
YEAR = re.compile(r"(?:19|20)\d\d")


def make_table(lecture: Lecture, familles: dict[str, str]) -> Tableau:
    """One row per family of figures, at the département; the old ones are said so."""
    index = lecture.atlas.index().filter(pl.col("niveau") == "departement")
    newest = max((year for text in index["millesime"] for year in years_of(text)), default=0)
    rows = [
        make_row(lecture, nom, index.filter(pl.col("famille") == famille), newest)
        for famille, nom in familles.items()
    ]
    note = (
        f"« ancien » : plus de {OLD_YEARS} ans de moins que le chiffre le plus récent de l'atlas ({newest})."
    )
    return Tableau(
        "valeur",
        "Ce que valent les chiffres",
        COLUMNS,
        tuple(row for row in rows if row),
        typeset(note) if newest else "",
        frozenset({1, 4, 5}),
    )


def years_of(millesime: str | None) -> list[int]:
    """The years in a vintage.

    >>> years_of("2013-2024"), years_of(None)
    ([2013, 2024], [])
    """
    return [int(year) for year in YEAR.findall(millesime or "")]


def make_row(lecture: Lecture, nom: str, figures: pl.DataFrame, newest: int) -> tuple[Cellule, ...]:
    """One family; empty when the atlas has no figure of it."""
    if figures.is_empty():
        return ()
    names = figures["indicateur"].to_list()
    found = [lecture.of_departement(name) for name in names]
    years = sorted({year for text in figures["millesime"] for year in years_of(text)})
    old = years and newest - years[0] > OLD_YEARS
    span = f"{years[0]} à {years[-1]}" if len(years) > 1 else str(years[0]) if years else "non daté"
    grades = [grade for grade in reversed(WORDS) if any(f.fiabilite == grade for f in found)]
    ranged = sum(f.bas is not None and f.haut is not None for f in found)
    lowest = min((f.couverture for f in found if f.couverture is not None), default=None)
    return (
        typeset(nom),
        Nombre.entier(len(names)),
        typeset(f"{span} (ancien)" if old else span),
        WORDS[grades[0]] if grades else NON_RENSEIGNE,
        Nombre(float(ranged), nombre(ranged)),
        Nombre(lowest, avec_unite(lowest, "part", 2)),
    )
