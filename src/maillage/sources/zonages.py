"""What completes a bare list of communes: INSEE's table of membership (zonings), places of town halls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.sources import controle as ctl
from maillage.sources.cog import check_identity, single
from maillage.sources.fichiers import as_text
from maillage.sources.geometries import POINTS, read_features
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.schemas import COMMUNES
from maillage.sources.tableur import read_workbook_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from maillage.sources.base import Table

NIVEAUX = {  # our column → the level's names in INSEE's table, by vintage
    "epci": ("EPCI",),
    "arrondissement": ("ARR",),
    "canton": ("CANOV", "CV"),
    "bassin_vie": ("BV2022",),
}


def read_membership(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Département, EPCI, arrondissement, canton and bassin de vie of each commune, with names.

    Sheets ``COM`` (codes) and ``Zones_supra_communales`` (names). ``ZZZZZ``-like codes (no zone) are null.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_workbook_sheet(path, "COM", "CODGEO")
    names = read_workbook_sheet(path, "Zones_supra_communales", "NIVGEO").cells
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, ["CODGEO", "LIBGEO", "DEP", "EPCI", "ARR", "BV2022"])
    check_identity(controle, feuille.cells, "CODGEO")
    frame = feuille.cells.select("_ligne", code_insee="CODGEO", nom="LIBGEO", departement="DEP")
    for column, levels in NIVEAUX.items():
        level = next((name for name in levels if name in feuille.cells.columns), None)
        if level:
            frame = frame.with_columns(name_zone(feuille.cells[level], names, level, column))
    return (build_table("appartenance", frame, build_provenance("appartenance", path), controle),)


def name_zone(codes: pl.Series, names: pl.DataFrame, level: str, column: str) -> list[pl.Series]:
    """Codes of one level, null where there is no zone, and their names."""
    labels = dict(names.filter(pl.col("NIVGEO") == level).select("CODGEO", "LIBGEO").iter_rows())
    known = codes.str.contains(r"^Z{3,}$").fill_null(value=False)
    kept = codes.set(known, None).alias(column)
    return [kept, kept.replace_strict(labels, default=None, return_dtype=pl.String).alias(f"{column}_nom")]


def read_town_halls(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Longitude and latitude of each commune's town hall; the first where a commune has several.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    features = read_features(path, POINTS)
    controle = ctl.Controle(path.name)
    frame = pl.DataFrame(
        {
            "_ligne": [f.ligne for f in features],
            "code_insee": [as_text(f.proprietes.get("commune")) for f in features],
            "lon": [f.geometrie.x for f in features],
            "lat": [f.geometrie.y for f in features],
        },
        schema_overrides={"code_insee": pl.String},
    )
    ctl.check_codes(controle, frame, "code_insee")
    ctl.check_points(controle, frame, frame["lon"], frame["lat"], "code_insee")
    frame = frame.unique("code_insee", keep="first", maintain_order=True).sort("code_insee")
    return (build_table("mairies", frame, build_provenance("mairies", path), controle),)


def enrich(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Fill what each list of communes lacks from the membership and town-hall tables; what it has is kept."""
    tables = tuple(tables)
    extras = [t.frame for t in tables if t.nature in {"appartenance", "mairies"}]
    return tuple(complete(t, extras) if t.nature == "communes" else t for t in tables)


def complete(table: Table, extras: list[pl.DataFrame]) -> Table:
    """One list of communes with its nulls filled."""
    frame = table.frame
    for extra in extras:
        shared = [name for name in extra.columns if name in COMMUNES and name != "code_insee"]
        joined = frame.join(extra.select("code_insee", *shared), on="code_insee", how="left", suffix="_autre")
        filled = [pl.coalesce(name, f"{name}_autre").alias(name) for name in shared]
        frame = joined.with_columns(filled).select(frame.columns)
    return replace(table, frame=frame)
