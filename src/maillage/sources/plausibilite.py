"""Figures beyond what a commune, a place or a square may hold: refused with row, column, value and bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.plausibilite import Vraisemblable, get_type_bound
from maillage.francais import nombre
from maillage.sources import controle as ctl

if TYPE_CHECKING:
    from maillage.sources.controle import Controle

VERIFIER = "Vérifiez la cellule et son unité ; videz-la si le chiffre n’est pas connu."


def read_bounded(
    controle: Controle, cells: pl.DataFrame, colonne: str, limites: Vraisemblable | None
) -> pl.Series:
    """Column as float64 within 0 and its bound; what is beyond is a fault."""
    value = ctl.read_number(controle, cells, colonne, minimum=0)
    check_figure(controle, cells, colonne, value, limites)
    return value


def check_figure(
    controle: Controle, cells: pl.DataFrame, colonne: str, value: pl.Series, limites: Vraisemblable | None
) -> None:
    """Every ``value`` (of the rows of ``cells``) is within its bounds; without bounds, anything is."""
    if limites is None:
        return
    unit = f" {limites.unite}" if limites.unite else ""
    most, least = f"{nombre(limites.maximum)}{unit} au plus", f"{nombre(limites.minimum)}{unit} au moins"
    tell(controle, cells, colonne, value > limites.maximum, most)
    tell(controle, cells, colonne, (value > 0) & (value < limites.minimum), least)


def check_facilities(
    controle: Controle, cells: pl.DataFrame, colonne: str, types: pl.Series, counts: pl.Series
) -> None:
    """No commune counts more facilities of a type than any may hold."""
    bounds = {name: get_type_bound(name).maximum for name in types.drop_nulls().unique()}
    most = types.replace_strict(bounds, default=None, return_dtype=pl.Float64)
    beyond = (counts > most).fill_null(value=False)
    for bound in most.filter(beyond).unique().sort():
        text = f"{nombre(bound)} équipements de ce type au plus dans une commune"
        tell(controle, cells, colonne, beyond & (most == bound), text)


def tell(controle: Controle, cells: pl.DataFrame, colonne: str, wrong: pl.Series, limit: str) -> None:
    """One fault for each wrong row."""
    found = cells.filter(wrong.fill_null(value=False))
    controle.add_rows(found, colonne, f"« {{}} » : invraisemblable ({limit})", VERIFIER)
