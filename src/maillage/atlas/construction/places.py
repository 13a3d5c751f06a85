"""The explicit list of places: read from a file, checked whole, given to a build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import polars as pl

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.atlas.construction.entrees import Entrees
from maillage.atlas.construction.stages import digest
from maillage.atlas.etapes.inventaires import LIEU, PLACES, STATISTIQUE, USAGES, fit
from maillage.catalogue.statistiques import list_statistics
from maillage.catalogue.types_service import list_types
from maillage.sources import controle as ctl
from maillage.sources.fichiers import FeuilleLue, read_sheet
from maillage.sources.plausibilite import check_facilities

REQUIRED: Final = ("id", "type", "lon", "lat")
FILLED: Final = ("id", "type", "lon", "lat", "effectif", "source", "precision", "fiabilite", "usage")
DEFAULTS: Final[dict[str, Any]] = {
    "usage": LIEU,
    "effectif": 1,
    "source": "offre_donnee",
    "millesime": "",
    "precision": "adresse",
    "fiabilite": "observe",
    "itinerant": False,
}
PRECISIONS: Final = ("adresse", "commune", "base_mobile")
BOOLEANS: Final = {"true": True, "false": False, "oui": True, "non": False}


def read_places(path: Path) -> pl.DataFrame:
    """An explicit list of places (CSV or Parquet), as ``maillage atlas offre`` writes it; docs/atlas.md.

    Raises:
        EntreeInvalide: every fault of every row, and nothing is kept.
    """
    feuille, controle = read_sheet(path), ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, REQUIRED)
    ctl.check_unknown_columns(controle, feuille, PLACES)
    places = fill(read_columns(controle, feuille))
    numbered = places.with_columns(feuille.cells["_ligne"])
    check_places(controle, numbered)
    controle.refuse(f"La liste de lieux {path.name} est refusée.")
    return fit(places, PLACES).sort("usage", "type", "id")


def read_columns(controle: ctl.Controle, feuille: FeuilleLue) -> pl.DataFrame:
    """The cells in their types; what cannot be read is a fault, what is absent is null."""
    cells = feuille.cells
    readers: dict[Any, Callable[[str], pl.Series]] = {
        pl.Float64: lambda name: ctl.read_number(controle, cells, name),
        pl.Int64: lambda name: ctl.read_count(controle, cells, name),
        pl.Boolean: lambda name: read_flag(controle, cells, name),
    }
    found = []
    for name, kind in PLACES.items():
        if name not in cells.columns:
            empty = kind if kind in readers else pl.String
            found.append(pl.repeat(None, cells.height, dtype=empty, eager=True).alias(name))
        elif kind in readers:
            found.append(readers[kind](name).alias(name))
        else:
            found.append(cells[name].cast(pl.String).alias(name))
    return pl.DataFrame(found)


def read_flag(controle: ctl.Controle, cells: pl.DataFrame, name: str) -> pl.Series:
    """A boolean: true, false, oui, non; empty is unknown."""
    text = cells[name].cast(pl.String).str.strip_chars().str.to_lowercase()
    value = text.replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    wrong = text.is_not_null() & (text != "") & value.is_null()
    controle.add_rows(cells.filter(wrong), name, "« {} » n'est ni oui ni non")
    return value


def fill(places: pl.DataFrame) -> pl.DataFrame:
    """The list with its defaults, in the columns of :data:`PLACES`; reliabilities are not checked yet."""
    imputed = pl.when(pl.col("precision") == "commune").then(pl.lit("impute"))
    graded = places.with_columns(pl.coalesce("fiabilite", imputed).alias("fiabilite"))
    filled = (pl.coalesce(name, pl.lit(value)).alias(name) for name, value in DEFAULTS.items())
    return fit(graded.with_columns(filled), PLACES | {"fiabilite": pl.String})


def check_places(controle: ctl.Controle, places: pl.DataFrame) -> None:
    """Every row stands for a place: known type and usage, one id, a point, one facility or more."""
    for name in FILLED:
        controle.add_rows(places.filter(pl.col(name).is_null()), name, "cellule vide")
    ctl.check_unique(controle, places, "id")
    ctl.check_codes(controle, places, "code_insee", optional=True)
    for name, allowed in (("usage", USAGES), ("precision", PRECISIONS), ("fiabilite", FIABILITES)):
        strange = places.filter(~pl.col(name).is_in(list(allowed)))
        controle.add_rows(strange, name, f"« {{}} » inconnu (possibles : {', '.join(allowed)})")
    controle.add_rows(
        places.filter(pl.col("effectif") < 1), "effectif", "effectif {} : il en faut 1 au moins"
    )
    check_facilities(controle, places, "effectif", places["type"], places["effectif"])
    ctl.check_points(controle, places, places["lon"], places["lat"], "lon")
    seats = pl.col("usage") == STATISTIQUE
    check_known(controle, places.filter(~seats), list(list_types()))
    check_known(controle, places.filter(seats), list(list_statistics()))


def check_known(controle: ctl.Controle, places: pl.DataFrame, known: list[str]) -> None:
    """Each type is of the catalogue; a near one is suggested."""
    for row, name in places.filter(~pl.col("type").is_in(known)).select("_ligne", "type").iter_rows():
        close = get_close_matches(str(name), known, n=1)
        advice = f"Vouliez-vous dire « {close[0]} » ?" if close else "Voir maillage catalogue types."
        controle.add(f"type « {name} » inconnu", row, "type", advice)


def give_places(entrees: Entrees, places: pl.DataFrame) -> Entrees:
    """The inputs of a build with this list of places instead of that of the sources."""
    key = digest([entrees.cle, places.write_csv()])
    return replace(entrees, lot={**entrees.lot, "places": places}, cle=key)
