"""What a département enters itself: its own places, capacity and activity, places in early childhood.

The three formats are ours (docs/guide/donnees-a-fournir.md). Every column of the model must be there; a cell
may stay empty, and is then unknown.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.plausibilite import get_place_bound, get_unit_bound
from maillage.catalogue.statistiques import list_columns
from maillage.catalogue.types_service import list_types
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.implantations import finish, read_points
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.lieux import get_departement
from maillage.sources.plausibilite import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

COMPLEMENT = ("capacite", "activite", "delai_jours", "accessible", "maj")
CAPACITES = ("id", *COMPLEMENT)
AIDES = ("nom", "code_insee")  # beside an id in the model, to know what one fills in; not read
LIEUX = ("id", "type", "nom", "lon", "lat", "code_insee", "horaires", "itinerant", *COMPLEMENT)
PLACES = ("code_insee", "places_collectif", "places_individuel", "date")
OUI_NON = {"oui": True, "non": False, "vrai": True, "faux": False, "true": True, "false": False}


def open_model(
    paths: tuple[Path, ...], columns: tuple[str, ...], aides: tuple[str, ...] = ()
) -> tuple[Path, ctl.Controle, pl.DataFrame]:
    """The only file, its checks begun, its cells as text: exactly the columns of the model."""
    path = single(paths)
    feuille = read_sheet(path, (*columns, *aides))
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, columns)
    ctl.check_unknown_columns(controle, feuille, (*columns, *aides))
    return path, controle, feuille.cells.with_columns(pl.col(columns).cast(pl.String))


def read_places(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The département's own inventory of places: for each type it holds, it replaces national lists.

    Raises:
        EntreeInvalide: with every fault: a type unknown, an id twice, a place with neither point nor commune.
    """
    path, controle, cells = open_model(paths, LIEUX)
    check_filled(controle, cells, "id", "nom", "type")
    ctl.check_unique(controle, cells, "id")
    ctl.check_codes(controle, cells, "code_insee", optional=True)
    check_types(controle, cells)
    nowhere = cells.filter(pl.col("lon").is_null() & pl.col("code_insee").is_null())
    controle.add_rows(nowhere, "nom", "« {} » : ni coordonnées ni code de commune")
    cells = cells.with_columns(ctl.read_dates(controle, cells, "maj"))
    complement = read_complement(controle, cells, "lieux_departement")
    itinerant = read_yes_no(controle, cells, "itinerant").fill_null(value=False)
    frame = read_points(controle, cells, "lon", "lat").drop(COMPLEMENT)
    frame = frame.with_columns(*complement, itinerant, departement=get_departement(cells["code_insee"]))
    controle.refuse()
    return finish("lieux_departement", path, frame, controle, find_vintage(cells["maj"]))


def read_capacities(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Capacity, activity, waiting time, accessibility of implantations known elsewhere, by their id.

    Raises:
        EntreeInvalide: with every fault; whether the ids exist is checked when the tables meet.
    """
    path, controle, cells = open_model(paths, CAPACITES, AIDES)
    cells = cells.filter(pl.any_horizontal(pl.col(COMPLEMENT).is_not_null()))
    check_filled(controle, cells, "id")
    ctl.check_unique(controle, cells, "id")
    cells = cells.with_columns(ctl.read_dates(controle, cells, "maj"))
    complement = read_complement(controle, cells, "capacites")
    frame = pl.DataFrame([cells["id"], *complement])
    provenance = build_provenance("capacites", path, millesime=find_vintage(cells["maj"]))
    return (build_table("capacites", frame, provenance, controle),)


def read_childcare(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Places in early childhood by commune: in nurseries, and with childminders.

    Raises:
        EntreeInvalide: with every fault.
    """
    path, controle, cells = open_model(paths, PLACES)
    ctl.check_codes(controle, cells, "code_insee")
    ctl.check_unique(controle, cells, "code_insee", "commune {} en double")
    dates = ctl.read_dates(controle, cells, "date")
    columns = {c.colonne: c for c in list_columns("places_jeune_enfant") if c.role == "statistique"}
    figures = [
        read_bounded(controle, cells, name, get_unit_bound(column.unite)).alias(column.id)
        for name, column in columns.items()
    ]
    controle.refuse()
    year = find_vintage(dates)
    frame = pl.DataFrame([cells["code_insee"], *figures])
    units = {column.id: column.unite for column in columns.values()}
    provenance = build_provenance("places_jeune_enfant", path, millesime=year)
    vintages = dict.fromkeys(units, provenance.millesime)
    return (build_table("statistiques", frame, provenance, controle, unites=units, millesimes=vintages),)


def read_complement(controle: ctl.Controle, cells: pl.DataFrame, source: str) -> list[pl.Series]:
    """Capacity, activity, waiting time, accessibility, date of each row, and who says so."""
    capacity = read_bounded(controle, cells, "capacite", get_place_bound("capacite"))
    activity = read_bounded(controle, cells, "activite", get_place_bound("activite"))
    alone = cells.filter(activity.is_not_null() & ~(capacity > 0).fill_null(value=False))
    controle.add_rows(
        alone, "id", "« {} » : une activité sans capacité ; sa saturation reste inconnue", fatal=False
    )
    said = cells.select(pl.any_horizontal(pl.col(COMPLEMENT[:-1]).is_not_null())).to_series()
    origin = pl.DataFrame({"said": said, "maj": cells["maj"]}).select(
        complement_source=pl.when("said").then(pl.lit(source)),
        complement_millesime=pl.when("said").then(pl.col("maj").str.head(4).fill_null("")),
    )
    return [
        capacity,
        activity,
        read_bounded(controle, cells, "delai_jours", get_place_bound("delai_jours")),
        read_yes_no(controle, cells, "accessible"),
        cells["maj"],
        *origin.get_columns(),
    ]


def read_yes_no(controle: ctl.Controle, cells: pl.DataFrame, colonne: str) -> pl.Series:
    """``oui`` or ``non``; empty is unknown, anything else is a fault."""
    text = cells[colonne].str.to_lowercase()
    controle.add_rows(
        cells.filter(text.is_not_null() & ~text.is_in(list(OUI_NON))), colonne, "« {} » : écrivez oui ou non"
    )
    return text.replace_strict(OUI_NON, default=None, return_dtype=pl.Boolean).alias(colonne)


def check_filled(controle: ctl.Controle, cells: pl.DataFrame, *columns: str) -> None:
    """No empty cell in these columns."""
    for name in columns:
        controle.add_rows(cells.filter(pl.col(name).is_null()), name, "cellule vide")


def check_types(controle: ctl.Controle, cells: pl.DataFrame) -> None:
    """Types of the catalogue; the nearest one is proposed."""
    known = list_types()
    for ligne, name in cells.select("_ligne", "type").drop_nulls().iter_rows():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            advice = f"Vouliez-vous dire « {close[0]} » ?" if close else "Voir maillage catalogue types."
            controle.add(f"type de service inconnu « {name} »", ligne, "type", advice)


def find_vintage(dates: pl.Series) -> str | None:
    """The newest year of ISO dates; null when none is given."""
    years = dates.drop_nulls().str.head(4)
    return None if years.is_empty() else str(years.max())
