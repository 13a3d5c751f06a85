"""Offer known by commune: BPE counts (2013 labels), commune statistics (BPE 2024, SIRENE, schools …)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.plausibilite import get_unit_bound
from maillage.catalogue.statistiques import ColonnePubliee, list_columns
from maillage.catalogue.types_service import list_bpe2013_labels, list_bpe_codes
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.plausibilite import check_facilities, check_figure
from maillage.sources.secret import clear_zeros, report_thresholds

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Provenance, Table

BPE_LONG = ("GEO", "GEO_OBJECT", "FACILITY_TYPE", "BPE_MEASURE", "TIME_PERIOD", "OBS_VALUE")
BPE2013 = ("depcom", "equipement", "nb")


def read_bpe2013(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Counts by commune and type; a commune or type without a row is not listed (zero or unknown: the file
    does not say, and BPE publishes no zero).

    Raises:
        EntreeInvalide: with every fault; an unknown label is one.
    """
    path = single(paths)
    feuille = read_sheet(path, BPE2013)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, BPE2013)
    ctl.check_unknown_columns(controle, feuille, BPE2013)
    cells = feuille.cells
    ctl.check_codes(controle, cells, "depcom")
    labels = list_bpe2013_labels()
    unknown = cells.filter(~pl.col("equipement").is_in(list(labels)).fill_null(value=False))
    controle.add_rows(unknown, "equipement", "type d'équipement inconnu « {} »")
    twice = cells.filter(~pl.struct("depcom", "equipement").is_first_distinct())
    controle.add_rows(twice, "equipement", "« {} » compté deux fois dans la même commune")
    counts = ctl.read_count(controle, cells, "nb")
    controle.add_rows(cells.filter(counts.is_null()), "nb", "nombre absent")
    types = cells["equipement"].replace_strict(labels, default=None, return_dtype=pl.String)
    check_facilities(controle, cells, "nb", types, counts)
    controle.refuse()
    frame = cells.select(
        code_insee="depcom",
        type=types,
        nombre=counts,
    )
    return (build_offer(frame, build_provenance("bpe_2013", path, millesime="2013"), controle),)


def read_bpe_counts(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Counts by commune and type of the present BPE (long file ``DS_BPE``): communes, facilities only.

    Eleven columns, separated by semicolons: ``GEO, GEO_OBJECT, FACILITY_DOM, FACILITY_SDOM, FACILITY_TYPE,
    BPE_MEASURE, UNIT_MEASURE, OBS_STATUS, UNIT_MULT, TIME_PERIOD, OBS_VALUE``; only those used are required.
    The file of changes over the years has the same columns, and is refused.

    Types that the catalogue does not know keep the id ``bpe_<code>``; totals (``_T``) are left out.

    Raises:
        EntreeInvalide: with every fault; two years in one file is one.
    """
    path = single(paths)
    feuille = read_sheet(path, BPE_LONG, only=True)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, BPE_LONG)
    cells = feuille.cells.filter(
        (pl.col("BPE_MEASURE") == "FACILITIES") & ~pl.col("FACILITY_TYPE").str.starts_with("_")
    )
    cells = cells.filter(pl.col("GEO_OBJECT").is_in(["COM", "ARM"]))
    ctl.check_codes(controle, cells, "GEO")
    codes = list_bpe_codes()
    malformed = cells.filter(~pl.col("FACILITY_TYPE").str.contains(r"^[A-G]\d{3}$").fill_null(value=False))
    controle.add_rows(malformed, "FACILITY_TYPE", "type d'équipement inconnu « {} »")
    years = cells["TIME_PERIOD"].cast(pl.String).drop_nulls().unique().sort().to_list()
    if len(years) != 1:
        advice = "Prenez le dénombrement d'une année (DS_BPE_2025_data.csv), non le fichier d'évolution."
        listed = ", ".join(years) or "aucun"
        controle.add(f"millésimes mêlés : {listed}", colonne="TIME_PERIOD", que_faire=advice)
    counts = ctl.read_count(controle, cells, "OBS_VALUE")
    fallback = pl.format("bpe_{}", pl.col("FACILITY_TYPE").str.to_lowercase())
    named = pl.col("FACILITY_TYPE").replace_strict(codes, default=None, return_dtype=pl.String)
    types = cells.select(pl.coalesce(named, fallback)).to_series()
    check_facilities(controle, cells, "OBS_VALUE", types, counts)
    controle.refuse()
    frame = cells.select(code_insee="GEO", type=types, nombre=counts)
    provenance = build_provenance("bpe_denombrement", path, millesime=years[0])
    return (build_offer(frame.drop_nulls("nombre"), provenance, controle),)


def build_offer(frame: pl.DataFrame, provenance: Provenance, controle: ctl.Controle) -> Table:
    """Counts summed by commune and type, sorted, with source and vintage."""
    tidy = frame.group_by("code_insee", "type").agg(pl.col("nombre").sum()).sort("code_insee", "type")
    tidy = tidy.with_columns(source=pl.lit(provenance.id), millesime=pl.lit(provenance.millesime))
    return build_table("offre_commune", tidy, provenance, controle)


def read_statistics(source: str, paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """One commune table: its statistics (wide, our names), and its offer (long) when it counts facilities.

    Secret values are null, and so is a zero that stands for one (``secret.py``).

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    columns = list_columns(source)
    feuille = read_sheet(path, ["code_insee", *(c.colonne for c in columns)])
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, ["code_insee", *(c.colonne for c in columns if c.role != "ignore")])
    ctl.check_unknown_columns(controle, feuille, ["code_insee", *(c.colonne for c in columns)])
    cells = feuille.cells
    ctl.check_codes(controle, cells, "code_insee")
    ctl.check_unique(controle, cells, "code_insee", "commune {} en double")
    check_twins(controle, cells, columns)
    readings = read_columns(controle, cells, columns)
    controle.refuse()
    years = sorted({c.millesime for c in readings})
    provenance = build_provenance(source, path, millesime=years[-1] if years else None)
    codes = cells["code_insee"]
    built = (
        build_statistics(controle, codes, readings, provenance),
        build_counts(controle, codes, readings, provenance),
    )
    return tuple(table for table in built if table)


def build_statistics(
    controle: ctl.Controle,
    codes: pl.Series,
    readings: dict[ColonnePubliee, pl.Series],
    provenance: Provenance,
) -> Table | None:
    """The wide table of statistics; null when the source has none."""
    kept = [c for c in readings if c.role == "statistique"]
    if not kept:
        return None
    frame = pl.DataFrame([codes, *(readings[c] for c in kept)])
    units = {c.id: c.unite for c in kept}
    vintages = {c.id: c.millesime for c in kept}
    return build_table("statistiques", frame, provenance, controle, unites=units, millesimes=vintages)


def build_counts(
    controle: ctl.Controle,
    codes: pl.Series,
    readings: dict[ColonnePubliee, pl.Series],
    provenance: Provenance,
) -> Table | None:
    """The long table of offer, zeros kept (the source publishes them); null when the source has none."""
    offers = [series for c, series in readings.items() if c.role == "offre"]
    if not offers:
        return None
    wide = pl.DataFrame([codes, *offers])
    long = wide.unpivot(index="code_insee", variable_name="type", value_name="nombre").drop_nulls("nombre")
    return build_offer(long.with_columns(pl.col("nombre").cast(pl.Int64)), provenance, controle)


def read_columns(
    controle: ctl.Controle, cells: pl.DataFrame, columns: tuple[ColonnePubliee, ...]
) -> dict[ColonnePubliee, pl.Series]:
    """The statistics and the offer of the file, zeros that hide a secret set aside and counted."""
    read = [c for c in columns if c.role in {"statistique", "offre"}]
    zeros: dict[int, list[int]] = {}
    for column in (c for c in read if c.secret_sous):
        zero = (cells[column.colonne].cast(pl.Float64, strict=False) == 0).sum()
        zeros.setdefault(column.secret_sous or 0, []).append(int(zero))
    report_thresholds(controle, zeros)
    found = {c.colonne: read_column(controle, cells, c) for c in read}
    units = {c.colonne: c.unite for c in read}
    cleared = clear_zeros(controle, columns[0].source, cells, found, units)
    return {c: cleared[c.colonne] for c in read}


def read_column(controle: ctl.Controle, cells: pl.DataFrame, column: ColonnePubliee) -> pl.Series:
    """One column, named by our id; negative values are faults, zeros under secrecy are null."""
    values = ctl.read_number(controle, cells, column.colonne, minimum=0)
    if column.secret_sous:
        small = ((values > 0) & (values < column.secret_sous)).fill_null(value=False)
        hushed = f"un effectif est sous le seuil de secret ({column.secret_sous}) : il ne sera pas montré"
        controle.add_rows(cells.filter(small), column.colonne, hushed, fatal=False)
        values = values.set((values == 0).fill_null(value=False), None)
    if column.role == "offre":
        check_facilities(
            controle, cells, column.colonne, pl.repeat(column.id, cells.height, eager=True), values
        )
    else:
        check_figure(controle, cells, column.colonne, values, get_unit_bound(column.unite))
    return values.alias(column.id)


def check_twins(controle: ctl.Controle, cells: pl.DataFrame, columns: tuple[ColonnePubliee, ...]) -> None:
    """Columns published twice are equal; the second is dropped."""
    for column in columns:
        if column.role == "double":
            differ = cells.filter(pl.col(column.colonne) != pl.col(column.id))
            controle.add_rows(differ, column.colonne, f"diffère de la colonne « {column.id} » ({{}})")
