"""INSEE's communal files as published: housing with car ownership (census), incomes and poverty (Filosofi).

Their column names carry the year: ``P22_RP``, ``MED21``; the vintage is read from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.plausibilite import get_unit_bound
from maillage.catalogue.statistiques import list_statistics
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import find_year, read_sheet, rename_columns
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.plausibilite import check_figure
from maillage.sources.secret import clear_zeros

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

LOGEMENT = {
    "RP": "residences_principales_recensement",
    "RP_VOIT1P": "menages_avec_voiture",
    "RP_VOIT2P": "menages_deux_voitures",
}
FILOSOFI = {
    "NBMENFISC": "menages_fiscaux",
    "NBPERSMENFISC": "personnes_menages_fiscaux",
    "MED": "revenu_median",
    "TP60": "taux_pauvrete",
    "D1": "revenu_d1",
    "D9": "revenu_d9",
}
SANS_VOITURE = "menages_sans_voiture"
UNITES = {
    "residences_principales_recensement": "ménages",
    "menages_avec_voiture": "ménages",
    "menages_deux_voitures": "ménages",
    SANS_VOITURE: "ménages",
}


def read_housing(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Households by commune, with and without a car (without = all − at least one, floored at 0).

    Raises:
        EntreeInvalide: with every fault; more households with a car than households is one.
    """
    path = single(paths)
    controle, cells, year, columns = open_yearly(path, "P??_RP", "P{}_{}", LOGEMENT)
    frame = pl.DataFrame(read_figures(controle, "logements_recensement", cells, columns, UNITES))
    without = frame["residences_principales_recensement"] - frame["menages_avec_voiture"]
    absurd = cells.filter((without < -1).fill_null(value=False))
    controle.add_rows(absurd, next(iter(columns)), "plus de ménages avec voiture que de ménages ({})")
    frame = frame.with_columns(without.clip(0).alias(SANS_VOITURE), cells["CODGEO"].alias("code_insee"))
    return (finish("logements_recensement", path, frame, controle, year, UNITES),)


def read_incomes(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Median income, deciles and poverty by commune; ``s`` and ``ns`` (secret) are null.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    controle, cells, year, columns = open_yearly(path, "MED??", "{1}{0}", FILOSOFI)
    units = {name: list_statistics()[name].unite for name in columns.values()}
    figures = read_figures(controle, "revenus_insee", cells, columns, units)
    frame = pl.DataFrame([cells["CODGEO"].alias("code_insee"), *figures])
    return (finish("revenus_insee", path, frame, controle, year, units),)


def read_figures(
    controle: ctl.Controle, source: str, cells: pl.DataFrame, columns: dict[str, str], units: dict[str, str]
) -> list[pl.Series]:
    """Each column under our name, without the zeros that stand for a secret (``secret.py``)."""
    found = {old: ctl.read_number(controle, cells, old, minimum=0) for old in columns}
    for old, new in columns.items():
        check_figure(controle, cells, old, found[old], get_unit_bound(units[new]))
    cleared = clear_zeros(controle, source, cells, found, {old: units[new] for old, new in columns.items()})
    return [cleared[old].alias(new) for old, new in columns.items()]


def open_yearly(
    path: Path, key: str, template: str, names: dict[str, str]
) -> tuple[ctl.Controle, pl.DataFrame, str, dict[str, str]]:
    """The cells (communes only), the year in the columns' names, and published name → ours."""
    feuille = read_sheet(path)
    controle = ctl.Controle(path.name)
    short = next((year for name in feuille.entetes if (year := find_year(name, key))), "00")
    columns = {template.format(short, old): new for old, new in names.items()}
    feuille = rename_columns(feuille, ["CODGEO", *columns])
    ctl.check_columns(controle, feuille, ["CODGEO", *columns])
    cells = feuille.cells.with_columns(pl.col("CODGEO").cast(pl.String))
    ctl.check_codes(controle, cells, "CODGEO")
    ctl.check_unique(controle, cells, "CODGEO", "commune {} en double")
    return controle, cells, f"20{short}", columns


def finish(
    source: str, path: Path, frame: pl.DataFrame, controle: ctl.Controle, year: str, units: dict[str, str]
) -> Table:
    """The table, its year on every column."""
    controle.refuse()
    provenance = build_provenance(source, path, millesime=year)
    vintages = dict.fromkeys(units, year)
    return build_table("statistiques", frame, provenance, controle, unites=units, millesimes=vintages)
