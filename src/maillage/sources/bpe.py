"""The geolocated BPE of INSEE: one row per facility, Lambert 93 (UTM overseas), type by code.

Two published layouts: until 2021 ``DEPCOM, TYPEQU, LAMBERT_X, LAMBERT_Y``; since 2022 ``DEPCOM (or DCLT),
TYPEQU, LAMBERT_X, LAMBERT_Y, LONGITUDE, LATITUDE`` with ``QUALITE_XY``. Only the columns used are required.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.emprises import get_box
from maillage.catalogue.types_service import list_bpe_codes
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.implantations import finish
from maillage.sources.lieux import get_departement
from maillage.sources.projections import project_columns

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

UTILES = ("AN", "NOMRS", "DEPCOM", "TYPEQU", "LAMBERT_X", "LAMBERT_Y")
CODE_TYPE = r"^[A-G]\d{3}$"


def read_geolocated(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Implantations; facilities without coordinates keep their commune, ``precision = commune``.

    A type that the catalogue does not know keeps a readable id ``bpe_<code>`` with a warning: the
    nomenclature changes every year. A code that is not of the nomenclature's form is a fault.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_sheet(path, UTILES, only=True)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, ["DEPCOM", "TYPEQU", "LAMBERT_X", "LAMBERT_Y"])
    cells = feuille.cells
    ctl.check_codes(controle, cells, "DEPCOM")
    cells = cells.with_columns(name_types(controle, cells), get_departement(cells["DEPCOM"]))
    frame = project(controle, cells)
    ctl.check_points(controle, frame, frame["lon"], frame["lat"], "LAMBERT_X")
    frame = frame.select(
        "_ligne", "type", "lon", "lat", "departement",
        id=pl.format("bpe:{}", pl.col("_ligne") - 1),
        nom=pl.col("NOMRS") if "NOMRS" in cells.columns else pl.lit(None, pl.String),
        code_insee=pl.col("DEPCOM"),
        precision=pl.lit("adresse"),
    )  # fmt: skip
    vintage = (
        str(cells["AN"].drop_nulls().max())
        if "AN" in cells.columns and cells["AN"].drop_nulls().len()
        else None
    )
    return finish("bpe", path, frame, controle, vintage)


def name_types(controle: ctl.Controle, cells: pl.DataFrame) -> pl.Series:
    """Type ids of the BPE codes."""
    codes = list_bpe_codes()
    malformed = cells.filter(~pl.col("TYPEQU").str.contains(CODE_TYPE).fill_null(value=False))
    controle.add_rows(malformed, "TYPEQU", "type d'équipement inconnu « {} »")
    known = pl.col("TYPEQU").is_in(list(codes))
    new = cells.filter(~known & pl.col("TYPEQU").str.contains(CODE_TYPE)).unique(
        "TYPEQU", maintain_order=True
    )
    controle.add_rows(new, "TYPEQU", "type « {} » absent du catalogue", fatal=False)
    fallback = pl.format("bpe_{}", pl.col("TYPEQU").str.to_lowercase())
    named = pl.col("TYPEQU").replace_strict(codes, default=None, return_dtype=pl.String)
    return cells.select(type=pl.coalesce(named, fallback))["type"]


def project(controle: ctl.Controle, cells: pl.DataFrame) -> pl.DataFrame:
    """Longitude and latitude, in the legal projection of each row's territory."""
    x, y = ctl.read_number(controle, cells, "LAMBERT_X"), ctl.read_number(controle, cells, "LAMBERT_Y")
    epsg = {d: get_box(d).epsg for d in cells["departement"].drop_nulls().unique()}
    placed = cells.with_columns(
        x, y, epsg=pl.col("departement").replace_strict(epsg, default=None, return_dtype=pl.Int64)
    )
    groups = []
    for (code,), group in placed.group_by("epsg", maintain_order=True):
        if code is None:
            groups.append(group.with_columns(lon=pl.lit(None, pl.Float64), lat=pl.lit(None, pl.Float64)))
            continue
        groups.append(
            group.with_columns(project_columns(group["LAMBERT_X"], group["LAMBERT_Y"], int(str(code))))
        )
    return pl.concat(groups).sort("_ligne")
