"""The seven dimensions and the generated portraits, territory by territory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.catalogue.indicateurs import Indicateur, load_indicateurs
from maillage.diagnostic.dimensions import Dimension, build_profile
from maillage.francais import avec_unite, typeset
from maillage.reports.diagnostic.document import Cellule, Nombre, Section, Tableau
from maillage.reports.diagnostic.lecture import Lecture

COMPARED = "arrondissement"
TOLD = {"arrondissement": "Arrondissements", "epci": "Intercommunalités"}


def make_profile(lecture: Lecture) -> Section | None:
    """Every figure of the dimensions by arrondissement, beside the département's; null without any."""
    places = lecture.territoires(COMPARED).sort("code")
    if not places.height:
        return None
    codes = places["code"].to_list()
    heads = ("Indicateur", *(typeset(str(name)) for name in places["nom"]), "Département")
    profile = read_dimensions(lecture, codes)
    tables = tuple(make_table(lecture, d, codes, heads) for d in profile if d.renseignee)
    missing = (f"{d.nom} : non renseigné. {d.a_fournir}" for d in profile if not d.renseignee)
    texts = tuple(typeset(text) for text in (PROFIL, *missing))
    return Section("dimensions", "Les sept dimensions de l’accessibilité", texts, tableaux=tables)


PROFIL = (
    "Un profil, pas une note : rien n'est additionné, aucune dimension n'en compense une autre. "
    "Les chiffres service par service sont dans l'atlas."
)


def read_dimensions(lecture: Lecture, codes: list[str]) -> tuple[Dimension, ...]:
    """The profile of the catalogue over these territories: a measure is kept when one of them has it."""
    entries = {key: entry for key, entry in load_indicateurs().items() if not entry.variables}
    figures = read_columns(lecture, codes, entries)
    profiles = [build_profile(row, figures, entries) for row in range(len(codes))]
    return tuple(
        max(same, key=lambda dimension: len(dimension.mesures)) for same in zip(*profiles, strict=True)
    )


def read_columns(
    lecture: Lecture, codes: list[str], entries: Mapping[str, Indicateur]
) -> dict[str, NDArray[np.float64]]:
    """One column per indicator of a dimension, NaN where unknown."""
    wide = lecture.wide(COMPARED)
    held = [key for key, entry in entries.items() if entry.dimension and key in wide.columns]
    rows = pl.DataFrame({"code": codes}).join(
        wide.select("code", *held), on="code", how="left", maintain_order="left"
    )
    return {key: rows[key].cast(pl.Float64).fill_null(float("nan")).to_numpy() for key in held}


def make_table(lecture: Lecture, dimension: Dimension, codes: list[str], heads: tuple[str, ...]) -> Tableau:
    """One dimension: a line per figure."""
    lines = tuple(make_line(lecture, mesure.indicateur, codes) for mesure in dimension.mesures)
    figures = frozenset(range(1, len(heads)))
    return Tableau(f"dimension-{dimension.id}", typeset(dimension.nom), heads, lines, "", figures)


def make_line(lecture: Lecture, indicateur: str, codes: list[str]) -> tuple[Cellule, ...]:
    """One figure: its name, then its value in each territory and in the département."""
    entry = load_indicateurs()[indicateur]
    figures = [lecture.figure(COMPARED, code, indicateur).valeur for code in codes]
    figures.append(lecture.of_departement(indicateur).valeur)
    cells = (Nombre(value, avec_unite(value, short(entry.unite), decimals(entry))) for value in figures)
    return (label(entry), *cells)


def decimals(entry: Indicateur) -> int:
    """Seconds are shown in minutes, with a tenth."""
    return 1 if entry.unite == "s" else entry.arrondi


def short(unite: str) -> str:
    """A unit that stays beside the number; longer ones go with the name.

    >>> short("part"), short("pour 10 000 hab.")
    ('part', '')
    """
    return unite if unite in {"part", "s", "%", "€"} else ""


def label(entry: Indicateur) -> str:
    """The name, with the unit the cells do not show."""
    unite = "" if short(entry.unite) or entry.unite in {"", "indice"} else f" ({entry.unite})"
    return typeset(f"{entry.nom}{'' if unite.strip(' ()') in entry.nom else unite}")


def make_portraits(lecture: Lecture) -> Section | None:
    """The generated portraits in full, one line per territory; null when the atlas wrote none."""
    if not lecture.atlas.has("deficits") or "portrait" not in lecture.atlas.deficits().columns:
        return None
    told = lecture.atlas.deficits().filter(pl.col("portrait").is_not_null())
    tables = tuple(table for niveau in TOLD if (table := tell(lecture, told, niveau)) is not None)
    if not tables:
        return None
    text = "Ces phrases sont composées automatiquement : elles ne disent que ce que les chiffres soutiennent."
    return Section("portraits", "En quelques phrases", (typeset(text),), tableaux=tables)


def tell(lecture: Lecture, told: pl.DataFrame, niveau: str) -> Tableau | None:
    """The portraits of one mesh, by name."""
    names = lecture.territoires(niveau).select("code", nom_du_lieu="nom")
    rows = told.filter(pl.col("niveau") == niveau).join(names, on="code").sort("nom_du_lieu", "code")
    lines = tuple((typeset(row["nom_du_lieu"]), typeset(row["portrait"])) for row in rows.to_dicts())
    return Tableau(f"portraits-{niveau}", TOLD[niveau], ("Territoire", "Portrait"), lines) if lines else None
