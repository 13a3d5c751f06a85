"""The seven dimensions and the generated portraits, territory by territory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.indicateurs import Indicateur, load_indicateurs
from maillage.diagnostic.dimensions import Dimension, build_profile
from maillage.francais import nombre, typeset
from maillage.reports.diagnostic.deficits import list_judged
from maillage.reports.diagnostic.document import Section
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

COMPARED = "arrondissement"
TOLD = {"arrondissement": "Arrondissements", "epci": "Intercommunalités"}


def make_profile(lecteur: Lecteur) -> Section | None:
    """Every figure of the dimensions by arrondissement, beside the département's; null without any."""
    places = lecteur.territoires(COMPARED)
    if not places:
        return None
    codes = [place.code for place in places]
    heads = ("Indicateur", *(typeset(place.nom) for place in places), "Département")
    profile = read_dimensions(lecteur, codes)
    tables = tuple(make_table(lecteur, d, codes, heads) for d in profile if d.renseignee)
    missing = (f"{d.nom} : non renseigné. {d.a_fournir}" for d in profile if not d.renseignee)
    texts = tuple(typeset(text) for text in (PROFIL, *missing))
    return Section("dimensions", "Les sept dimensions de l’accessibilité", texts, tableaux=tables)


PROFIL = (
    "Un profil, pas une note : rien n'est additionné, aucune dimension n'en compense une autre. "
    "Les chiffres service par service sont dans l'atlas."
)


def read_dimensions(lecteur: Lecteur, codes: list[str]) -> tuple[Dimension, ...]:
    """The profile of the catalogue over these territories: a measure is kept when one of them has it."""
    entries = {key: entry for key, entry in load_indicateurs().items() if not entry.variables}
    figures = read_columns(lecteur, codes, entries)
    profiles = [build_profile(row, figures, entries) for row in range(len(codes))]
    return tuple(
        max(same, key=lambda dimension: len(dimension.mesures)) for same in zip(*profiles, strict=True)
    )


def read_columns(
    lecteur: Lecteur, codes: list[str], entries: Mapping[str, Indicateur]
) -> dict[str, NDArray[np.float64]]:
    """One column per indicator of a dimension, NaN where unknown."""
    held = [key for key, entry in entries.items() if entry.dimension and lecteur.a(COMPARED, key)]
    nan = float("nan")
    figures = {key: [lecteur.chiffre(COMPARED, code, key).valeur for code in codes] for key in held}
    return {key: np.array([nan if v is None else v for v in values]) for key, values in figures.items()}


def make_table(lecteur: Lecteur, dimension: Dimension, codes: list[str], heads: tuple[str, ...]) -> Tableau:
    """One dimension: a line per figure."""
    lines = tuple(make_line(lecteur, mesure.indicateur, codes) for mesure in dimension.mesures)
    figures = frozenset(range(1, len(heads)))
    return Tableau(typeset(dimension.nom), heads, lines, id=f"dimension-{dimension.id}", numeriques=figures)


def make_line(lecteur: Lecteur, indicateur: str, codes: list[str]) -> tuple[Cellule, ...]:
    """One figure: its name, then its value in each territory and in the département."""
    entry = load_indicateurs()[indicateur]
    figures = [lecteur.chiffre(COMPARED, code, indicateur) for code in codes]
    return (label(entry), *(show(figure) for figure in (*figures, lecteur.reference(indicateur))))


def show(chiffre: Chiffre) -> Nombre:
    """A figure; a unit too long to stay beside the number goes with the name."""
    return (
        Nombre.de(chiffre)
        if short(chiffre.definition.unite)
        else Nombre(chiffre.valeur, nombre(chiffre.valeur, chiffre.definition.arrondi))
    )


def short(unite: str) -> str:
    """A unit that stays beside the number; longer ones go with the name.

    >>> short("part"), short("pour 10 000 hab.")
    ('part', '')
    """
    return unite if unite in {"part", "s", "min", "%", "€"} else ""


def label(entry: Indicateur) -> str:
    """The name, with the unit the cells do not show."""
    unite = "" if short(entry.unite) or entry.unite in {"", "indice"} else f" ({entry.unite})"
    return typeset(f"{entry.nom}{'' if unite.strip(' ()') in entry.nom else unite}")


def make_portraits(lecteur: Lecteur) -> Section | None:
    """The generated portraits in full, one line per territory; null when the atlas wrote none."""
    tables = tuple(table for niveau in TOLD if (table := tell(lecteur, niveau)) is not None)
    if not tables:
        return None
    text = "Ces phrases sont composées automatiquement : elles ne disent que ce que les chiffres soutiennent."
    return Section("portraits", "En quelques phrases", (typeset(text),), tableaux=tables)


def tell(lecteur: Lecteur, niveau: str) -> Tableau | None:
    """The portraits of one mesh, by name."""
    told = [(t.nom, t.code, d.portrait) for t, d in list_judged(lecteur, niveau) if d.portrait]
    lines = tuple((typeset(nom), " ".join(sentences)) for nom, _, sentences in sorted(told))
    return (
        Tableau(
            f"{TOLD[niveau]}, en quelques phrases",
            ("Territoire", "Portrait"),
            lines,
            id=f"portraits-{niveau}",
        )
        if lines
        else None
    )
