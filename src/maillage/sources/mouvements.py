"""Changes of communes (INSEE ``v_mvt_commune``): which code became which, and which was split."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.lecture import build_provenance, build_table

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

COLONNES = ("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP")
ETABLIS = ("20", "21")  # création, rétablissement: a commune taken out of another
FUSIONS = ("31", "32", "33", "34")  # fusion simple, commune nouvelle, fusion-association, transformation
RECODAGES = ("41", "50")  # changement de département, transfert de chef-lieu: the same commune, another code


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Codes that ceased by merger or by a change of code, each with the one that took it and the date.

    ``nature``: fusion, recodage, or partage (``ancien`` lost ``nouveau``, restored or created out of it).

    Fourteen columns are published, comma-separated; only the six used are required.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_sheet(path, (*COLONNES, "LIBELLE_AV"))
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, COLONNES)
    cells = feuille.cells
    ctl.check_codes(controle, cells, "COM_AV")
    ctl.check_codes(controle, cells, "COM_AP")
    controle.add_rows(cells.filter(pl.col("DATE_EFF").is_null()), "DATE_EFF", "date absente")
    cells = cells.with_columns(ctl.read_dates(controle, cells, "DATE_EFF"))
    actual = (
        (pl.col("TYPECOM_AV") == "COM")
        & (pl.col("TYPECOM_AP") == "COM")
        & (pl.col("COM_AV") != pl.col("COM_AP"))
    )
    kinds = {**dict.fromkeys(FUSIONS, "fusion"), **dict.fromkeys(RECODAGES, "recodage")}
    nature = (
        pl.col("MOD")
        .cast(pl.String)
        .replace_strict(kinds | dict.fromkeys(ETABLIS, "partage"), default=None, return_dtype=pl.String)
    )
    frame = (
        cells.filter(actual)
        .select(ancien="COM_AV", nouveau="COM_AP", date_effet="DATE_EFF", nature=nature)
        .drop_nulls("nature")
        .unique()
        .sort("date_effet", "ancien", "nouveau")
    )
    table = build_table("mouvements", frame, build_provenance("cog_mouvements", path), controle)
    return (replace(table, noms=list_names(cells)),)


def list_names(cells: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """(Code after, name or code before) of every commune renamed or merged, where the file names them."""
    if "LIBELLE_AV" not in cells.columns:
        return ()
    communes = (pl.col("TYPECOM_AV") == "COM") & (pl.col("TYPECOM_AP") == "COM")
    kept = cells.filter(communes & ~pl.col("MOD").cast(pl.String).is_in(ETABLIS))
    codes = kept.filter(pl.col("COM_AV") != pl.col("COM_AP")).select("COM_AP", nom="COM_AV")
    named = kept.select("COM_AP", nom="LIBELLE_AV").drop_nulls()
    return tuple(pl.concat([named, codes]).unique(maintain_order=True).rows())
