"""Population grids: Eurostat 1 km, INSEE Filosofi 200 m and 1 km (Inspire identifiers, overseas too)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.emprises import list_boxes
from maillage.catalogue.plausibilite import Vraisemblable, limit_people
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import FeuilleLue, read_sheet
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.plausibilite import check_figure
from maillage.sources.projections import LAEA, project_columns

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

PUBLIE = {
    "T": "population",
    "M": "hommes",
    "F": "femmes",
    "Y_LT15": "moins_15",
    "Y_1564": "de_15_a_64",
    "Y_GE65": "plus_65",
}
PUBLIE_AUTRES = (
    "EMP",
    "NAT",
    "EU_OTH",
    "OTH",
    "SAME",
    "CHG_IN",
    "CHG_OUT",
    "LAND_SURFACE",
    "POPULATED",
    "CNTR_ID",
)
ABORDS_3035 = (3_040_000, 1_900_000, 4_430_000, 3_300_000)  # metropolitan France and 150 km around it, metres
ABSENT = -9999  # Eurostat's mark for a figure that a country does not give
EUROSTAT = ("x_3035", "y_3035", "population")
AGES = ("hommes", "femmes", "moins_15", "de_15_a_64", "plus_65")
EUROSTAT_AUTRES = (*AGES, "population_confidentielle", "dans_le_nord", "dans_departement")
TAILLE_EUROSTAT_M = 1000
ECART_ARRONDI = 15  # Eurostat rounds and perturbs: sexes and ages may differ a little from the total
INSPIRE = r"^CRS(\d+)RES(\d+)mN(-?\d+)E(-?\d+)$"
# Legal projections and the UTM zones that INSEE's older files name (Martinique 2010: 32620).
PROJECTIONS = ("3035", *sorted({str(box.epsg) for box in list_boxes()}), "32620", "32622", "32738", "32740")
COTES = ("200", "1000", "2000", "4000", "8000", "16000", "32000", "64000")  # metres; idcar_nat merges cells
IDENTIFIANTS = ("idcar_200m", "idcar_1km", "idinspire", "id_carr1km", "id_carr_200m", "idcar_nat")
FILOSOFI_AGES_PLUS_65 = ("ind_65_79", "ind_80p")


def read_eurostat(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The Eurostat grid: lower-left corners in EPSG:3035, people by sex and age.

    Raises:
        EntreeInvalide: with every fault (corner off the grid, cell twice, negative, sexes not adding up …).
    """
    path = single(paths)
    controle = ctl.Controle(path.name)
    useful = {*EUROSTAT, *EUROSTAT_AUTRES, "GRD_ID", *PUBLIE}
    feuille = adapt(read_sheet(path, useful, only=True), controle)
    ctl.check_columns(controle, feuille, EUROSTAT)
    ctl.check_unknown_columns(controle, feuille, [*EUROSTAT, *EUROSTAT_AUTRES])
    cells = feuille.cells
    numbers = [ctl.read_count(controle, cells, name) for name in (*EUROSTAT, *AGES) if name in cells.columns]
    frame = cells.select("_ligne").with_columns(numbers)
    check_grid(controle, frame)
    check_totals(controle, frame)
    inside = next((name for name in ("dans_departement", "dans_le_nord") if name in cells.columns), None)
    controle.refuse()
    frame = place(frame).with_columns(
        id=pl.format("CRS3035RES1000mN{}E{}", "y_3035", "x_3035"),
        taille_m=pl.lit(TAILLE_EUROSTAT_M),
        dans_departement=read_flag(cells[inside]) if inside else pl.lit(None, pl.Boolean),
    )
    return (build_table("carreaux", frame, build_provenance("carreaux_eurostat", path), controle),)


def adapt(feuille: FeuilleLue, controle: ctl.Controle) -> FeuilleLue:
    """The file as Eurostat publishes it (GRD_ID, T, M, F, Y_LT15 …) under our names, near France only."""
    if "GRD_ID" not in feuille.cells.columns:
        return feuille
    ctl.check_columns(controle, feuille, PUBLIE)
    ctl.check_unknown_columns(controle, feuille, ["GRD_ID", *PUBLIE, *PUBLIE_AUTRES])
    check_inspire(controle, feuille.cells, "GRD_ID")
    figures = [
        pl.when(pl.col(old).cast(pl.Float64, strict=False).ne_missing(ABSENT)).then(pl.col(old)).alias(new)
        for old, new in PUBLIE.items()
    ]
    corner = [
        pl.col("GRD_ID").str.extract(INSPIRE, n).alias(name) for name, n in (("y_3035", 3), ("x_3035", 4))
    ]
    west, south, east, north = ABORDS_3035
    x, y = pl.col("x_3035").cast(pl.Int64, strict=False), pl.col("y_3035").cast(pl.Int64, strict=False)
    near = (x.is_between(west, east) & y.is_between(south, north)).fill_null(value=True)
    cells = feuille.cells.select("_ligne", *corner, *figures).filter(near)
    return FeuilleLue(feuille.fichier, cells, entetes=tuple(cells.columns[1:]))


def read_flag(column: pl.Series) -> pl.Series:
    """A boolean column, or its text (true, 1, oui)."""
    if column.dtype == pl.Boolean:
        return column
    return column.cast(pl.String).str.to_lowercase().is_in(["true", "1", "oui"])


def place(frame: pl.DataFrame) -> pl.DataFrame:
    """Centres of the cells in WGS 84."""
    half = TAILLE_EUROSTAT_M / 2
    lon, lat = project_columns(frame["x_3035"] + half, frame["y_3035"] + half, LAEA)
    return frame.with_columns(lon, lat)


def check_grid(controle: ctl.Controle, frame: pl.DataFrame) -> None:
    """Corners on whole kilometres, each cell once, populations plausible."""
    for name in ("x_3035", "y_3035"):
        controle.add_rows(frame.filter(pl.col(name).is_null()), name, "coordonnée absente")
        off = frame.filter(pl.col(name) % TAILLE_EUROSTAT_M != 0)
        controle.add_rows(off, name, "{} n'est pas un coin de la grille de 1 km")
    controle.add_rows(
        frame.filter((pl.col("x_3035") < 900_000) | (pl.col("x_3035") > 7_400_000)),
        "x_3035",
        "{} hors de l'Europe",
    )
    twice = frame.filter(~pl.struct("x_3035", "y_3035").is_first_distinct())
    controle.add_rows(twice, "x_3035", "carreau en double (x = {})")
    controle.add_rows(frame.filter(pl.col("population").is_null()), "population", "population absente")
    most = limit_people(TAILLE_EUROSTAT_M)
    for name in ("population", *(name for name in AGES if name in frame.columns)):
        check_figure(controle, frame, name, frame[name], Vraisemblable(most, unite="habitants dans 1 km²"))


def check_totals(controle: ctl.Controle, frame: pl.DataFrame) -> None:
    """Sexes, then ages, add up to the population but for the producer's rounding; beyond, a warning."""
    for parts in (AGES[:2], AGES[2:]):
        if set(parts) <= set(frame.columns):
            gap = (pl.sum_horizontal(parts) - pl.col("population")).abs()
            wide = frame.filter(gap > pl.max_horizontal(pl.lit(ECART_ARRONDI), pl.col("population") * 0.05))
            controle.add_rows(
                wide, "population", f"{' + '.join(parts)} s'écarte de la population ({{}})", fatal=False
            )


def find_inspire_column(feuille_columns: list[str]) -> str | None:
    """The column of Inspire identifiers, in lower case: ``idcar_200m``, ``idcar_1km``, ``IdINSPIRE``…"""
    by_lower = {name.lower() for name in feuille_columns}
    return next((name for name in IDENTIFIANTS if name in by_lower), None)


def read_filosofi(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The INSEE Filosofi grid: Inspire identifiers (EPSG:3035 in metropolitan France, UTM overseas).

    ``ind`` (people, may be imputed and fractional) and age bands; INSEE has no bound at 15: ``moins_15``
    and ``de_15_a_64`` are null, ``plus_65`` is the sum of 65-79 and 80 or more.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    useful = {*IDENTIFIANTS, "ind", *FILOSOFI_AGES_PLUS_65}
    feuille = read_sheet(path, useful, only=True)
    controle = ctl.Controle(path.name)
    name = find_inspire_column(feuille.cells.columns) or "idcar_200m"
    cells = feuille.cells.rename(str.lower)
    ctl.check_columns(controle, replace(feuille, cells=cells), ["ind", name])
    check_inspire(controle, cells, name)
    bands = [band for band in ("ind", *FILOSOFI_AGES_PLUS_65) if band in cells.columns]
    population, *older = [ctl.read_number(controle, cells, band, minimum=0) for band in bands]
    check_crowds(controle, cells.with_columns(population, *older), name, bands)
    controle.refuse()
    frame = place_inspire(cells, name).with_columns(population.alias("population"))
    if len(older) == len(FILOSOFI_AGES_PLUS_65):
        frame = frame.with_columns((older[0] + older[1]).alias("plus_65"))
    return (build_table("carreaux", frame, build_provenance("carreaux_filosofi", path), controle),)


def check_crowds(controle: ctl.Controle, cells: pl.DataFrame, name: str, bands: list[str]) -> None:
    """No more people in a cell than its side allows; a band of ages is no more than all of them, twice."""
    side = cells[name].str.extract(INSPIRE, 2).cast(pl.Int64, strict=False)
    for (metres,), group in cells.with_columns(_cote=side).drop_nulls("_cote").group_by("_cote"):
        most = Vraisemblable(limit_people(int(str(metres))), unite=f"habitants dans un carreau de {metres} m")
        for band in bands:
            check_figure(controle, group, band, group[band], most)


def check_inspire(controle: ctl.Controle, cells: pl.DataFrame, name: str) -> None:
    """Well-formed identifiers of known projections and sizes, each once."""
    known = pl.col(name).str.extract(INSPIRE, 1).is_in(PROJECTIONS) & pl.col(name).str.extract(
        INSPIRE, 2
    ).is_in(COTES)
    strange = cells.filter((~known).fill_null(value=False))
    controle.add_rows(strange, name, "carreau d'une projection ou d'une taille inconnue « {} »")
    bad = cells.filter(~pl.col(name).str.contains(INSPIRE).fill_null(value=False))
    controle.add_rows(bad, name, "identifiant de carreau illisible « {} »")
    ctl.check_unique(controle, cells, name, "carreau {} en double")


def place_inspire(cells: pl.DataFrame, name: str) -> pl.DataFrame:
    """Corner, size and centre of cells from their identifiers, projection by projection."""
    parts = cells.select(
        "_ligne",
        id=pl.col(name),
        epsg=pl.col(name).str.extract(INSPIRE, 1).cast(pl.Int64),
        taille_m=pl.col(name).str.extract(INSPIRE, 2).cast(pl.Int64),
        y=pl.col(name).str.extract(INSPIRE, 3).cast(pl.Int64),
        x=pl.col(name).str.extract(INSPIRE, 4).cast(pl.Int64),
    )
    groups = []
    for (epsg,), group in parts.group_by("epsg", maintain_order=True):
        half = group["taille_m"] / 2
        lon, lat = project_columns(group["x"] + half, group["y"] + half, int(str(epsg)))
        groups.append(group.with_columns(lon, lat))
    placed = pl.concat(groups).sort("_ligne")
    european = pl.col("epsg") == LAEA
    return placed.select(
        "_ligne",
        "id",
        "taille_m",
        "lon",
        "lat",
        x_3035=pl.when(european).then("x"),
        y_3035=pl.when(european).then("y"),
    )
