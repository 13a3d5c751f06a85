"""Changes of communes (INSEE ``v_mvt_commune``): which code became which."""

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
FUSIONS = ("31", "32", "33", "34")  # fusion simple, commune nouvelle, fusion-association, transformation
RECODAGES = ("41", "50")  # changement de département, transfert de chef-lieu: the same commune, another code


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Codes that ceased by merger or by a change of code, each with the one that took it and the date.

    Fourteen columns are published, comma-separated; only the six used are required.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_sheet(path)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, COLONNES)
    cells = feuille.cells
    ctl.check_codes(controle, cells, "COM_AV")
    ctl.check_codes(controle, cells, "COM_AP")
    dated = cells["DATE_EFF"].str.contains(r"^\d{4}-\d{2}-\d{2}$").fill_null(value=False)
    controle.add_rows(cells.filter(~dated), "DATE_EFF", "date illisible « {} »")
    actual = (
        (pl.col("TYPECOM_AV") == "COM")
        & (pl.col("TYPECOM_AP") == "COM")
        & (pl.col("COM_AV") != pl.col("COM_AP"))
    )
    merged = cells.filter(actual & pl.col("MOD").cast(pl.String).is_in([*FUSIONS, *RECODAGES]))
    frame = (
        merged.select(ancien="COM_AV", nouveau="COM_AP", date_effet="DATE_EFF")
        .unique()
        .sort("date_effet", "ancien")
    )
    return (build_table("mouvements", frame, build_provenance("cog_mouvements", path), controle),)


def list_successors(tables: tuple[Table, ...]) -> dict[str, str]:
    """Former code → present code, followed to the end of each chain.

    A code that is present today is left alone: INSEE gives some codes again.
    """
    present = {c for t in tables if t.nature == "communes" for c in t.frame["code_insee"].to_list()}
    steps = dict(
        pair
        for t in tables
        if t.nature == "mouvements"
        for pair in t.frame.select("ancien", "nouveau").iter_rows()
    )
    return {old: last for old in steps if old not in present and (last := follow(old, steps)) != old}


def follow(code: str, steps: dict[str, str]) -> str:
    """The end of the chain from ``code``; a circle stops where it closes.

    >>> follow("a", {"a": "b", "b": "c"})
    'c'
    """
    seen = {code}
    while (following := steps.get(code)) and following not in seen:
        code = following
        seen.add(code)
    return code


def carry(table: Table, successors: dict[str, str]) -> Table:
    """Offer and points under present codes; counts of merged communes are summed."""
    if table.nature not in {"offre_commune", "implantations"} or not successors:
        return table
    moved = table.frame.with_columns(pl.col("code_insee").replace(successors))
    if table.nature == "offre_commune":
        keys = [name for name in moved.columns if name != "nombre"]
        moved = (
            moved.group_by(keys)
            .agg(pl.col("nombre").sum())
            .sort("code_insee", "type")
            .select(table.frame.columns)
        )
    return replace(table, frame=moved)
