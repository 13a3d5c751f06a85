"""Places beyond the border of the département: another country's, or a neighbour's of no national file.

A table of ours (docs/guide/donnees-a-fournir.md), written by hand or by ``maillage network lieux --voisins``
from an OpenStreetMap extract. These places add to the inventory of their type and replace nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.departements import list_countries
from maillage.sources import controle as ctl
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.saisies import check_filled, check_types, find_vintage, open_model

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

SOURCE = "lieux_voisins"
COLONNES = ("id", "type", "nom", "lon", "lat", "pays", "origine", "date")


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Places by type, each with its country (``pays``), who says so (``origine``) and when (``date``).

    Raises:
        EntreeInvalide: with every fault: a type or country unknown, an id twice, no point.
    """
    path, controle, cells = open_model(paths, COLONNES)
    check_filled(controle, cells, "id", "type", "pays", "origine")
    ctl.check_unique(controle, cells, "id")
    check_types(controle, cells)
    dates = ctl.read_dates(controle, cells, "date")
    strange = cells.filter(~pl.col("pays").is_in(list(list_countries())).fill_null(value=True))
    controle.add_rows(strange, "pays", "pays inconnu « {} » (deux lettres : BE, LU, DE…)")
    lon = read_degrees(controle, cells, "lon", 180)
    lat = read_degrees(controle, cells, "lat", 90)
    controle.refuse()
    provenance = build_provenance(SOURCE, path, millesime=find_vintage(dates))
    dated = {"source": pl.lit(SOURCE), "millesime": pl.lit(provenance.millesime)}
    frame = cells.select("id", "type", "nom", lon, lat, "pays", **dated)
    return (build_table("lieux_voisins", frame, provenance, controle),)


def read_degrees(controle: ctl.Controle, cells: pl.DataFrame, name: str, most: float) -> pl.Series:
    """A coordinate; absent or beyond ``most`` degrees (>) is a fault."""
    value = ctl.read_number(controle, cells, name)
    controle.add_rows(cells.filter(cells[name].is_null()), name, "coordonnée absente")
    beyond = cells.filter((value.abs() > most).fill_null(value=False))
    controle.add_rows(beyond, name, "« {} » n'est pas une coordonnée")
    return value


def tabulate(places: pl.DataFrame, pays: str, origine: str, millesime: str) -> pl.DataFrame:
    """The table of places of an extract, in the columns that :func:`read` expects."""
    told = {"pays": pl.lit(pays), "origine": pl.lit(origine), "date": pl.lit(millesime)}
    return places.select("id", "type", "nom", "lon", "lat", **told)
