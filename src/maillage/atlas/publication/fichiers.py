"""The published tables as files: CSV, (Geo)Parquet, GeoPackage; the same atlas gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from maillage.atlas.export import guard
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.publication.geometrie import WGS84, make_shapes
from maillage.atlas.publication.tables import (
    SEPARATEUR,
    TablePubliee,
    list_tables,
    mark,
    read_frame,
)

GEOMETRIE: Final = "geometrie"
FORMATS: Final = {
    "csv": ("CSV", "text/csv"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "gpkg": ("GeoPackage", "application/geopackage+sqlite3"),
    "pmtiles": ("PMTiles", "application/vnd.pmtiles"),
    "zip": ("Atlas entier", "application/zip"),
    "json": ("JSON", "application/json"),
}
"""Suffix → (name, media type)."""
TROP_LONG: Final = 1_000_000
"""Rows beyond which a table is not written as CSV: no spreadsheet opens them."""
CHIFFRES_PAR_COUCHE: Final = 990
"""Figures to a layer of a GeoPackage, each with its reliability: SQLite holds 2,000 columns in a table."""
DATE_GPKG: Final = "2000-01-01T00:00:00.000Z"
"""The day that GeoPackages say they were changed on: the day they were made would make two of one atlas."""
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class FichierPublie:
    """A file to download. ``table``: of which published table, null for tiles and the whole atlas."""

    nom: str
    format: str
    titre: str
    table: str | None

    @property
    def type(self) -> str:
        """Its media type."""
        return FORMATS[self.format][1]


def list_files(atlas: Atlas) -> tuple[FichierPublie, ...]:
    """The files that an atlas gives, in the order of its tables, then tiles, then the whole atlas."""
    tables = tuple(
        FichierPublie(f"{table.nom}.{suffix}", suffix, table.titre, table.nom)
        for table in list_tables(atlas)
        for suffix in list_formats(atlas, table)
    )
    tiles = tuple(
        FichierPublie(Path(name).name, "pmtiles", f"Tuiles vectorielles : {Path(name).stem}", None)
        for name in sorted(atlas.manifest.tables)
        if name.endswith(".pmtiles")
    )
    return (
        *tables,
        *tiles,
        FichierPublie("atlas.zip", "zip", "L’atlas entier, comme l’application le lit", None),
    )


def list_formats(atlas: Atlas, table: TablePubliee) -> tuple[str, ...]:
    """The suffixes in which a table is given."""
    drawn = table.geometrie is not None or table.sorte == "indicateurs"
    return (*(() if is_long(atlas, table) else ("csv",)), "parquet", *(("gpkg",) if drawn else ()))


def is_long(atlas: Atlas, table: TablePubliee) -> bool:
    """Whether a table has more rows than a spreadsheet opens."""
    if table.sorte != "indicateurs":
        return False
    rows = atlas.index().filter(pl.col("niveau") == table.niveau).height
    return rows * atlas.columns(f"indicateurs/{table.niveau}", ["code"]).height > TROP_LONG


def write_file(atlas: Atlas, fichier: FichierPublie, folder: Path, name: str = "") -> Path:
    """Write one file of the list in a folder, under another name if it is given; its path."""
    path = folder / (name or fichier.nom)
    if fichier.format == "zip":
        write_zip(atlas, path)
    elif fichier.format == "pmtiles":
        path.write_bytes((atlas.dossier / "tuiles" / fichier.nom).read_bytes())
    else:
        table = next(one for one in list_tables(atlas) if one.nom == fichier.table)
        WRITERS[fichier.format](atlas, table, path)
    return path


def write_all(atlas: Atlas, folder: Path, suivi: Progress) -> list[FichierPublie]:
    """Write every file, its schemas (``datapackage.json``) and checksums (``SHA256SUMS``)."""
    files = list(list_files(atlas))
    for rank, fichier in enumerate(files):
        suivi(fichier.nom, rank / len(files))
        write_file(atlas, fichier, folder)
    package = describe_package(atlas, {one.nom: weigh(folder / one.nom) for one in files})
    (folder / "datapackage.json").write_text(
        json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    names = sorted([*(one.nom for one in files), "datapackage.json"])
    sums = "".join(f"{weigh(folder / name)[1]}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(sums, "utf-8")
    return files


def weigh(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def write_csv(atlas: Atlas, table: TablePubliee, path: Path) -> None:
    """UTF-8, comma, decimal point, empty for null; what a spreadsheet would run is guarded."""
    guard(read_frame(atlas, table)).write_csv(path)


def write_parquet(atlas: Atlas, table: TablePubliee, path: Path) -> None:
    """Parquet; GeoParquet 1.1 (WKB, WGS 84) where the table has shapes."""
    frame = read_frame(atlas, table)
    arrow = to_arrow(frame)
    if table.geometrie is not None:
        shapes = make_shapes(atlas, table.geometrie, frame)
        arrow = arrow.append_column(GEOMETRIE, pa.array(shapely.to_wkb(shapes), pa.binary()))
        arrow = arrow.replace_schema_metadata({b"geo": json.dumps(describe_shapes(shapes)).encode()})
    pq.write_table(arrow, path, compression="zstd")


def to_arrow(frame: pl.DataFrame) -> pa.Table:
    """A frame in the plain types that every reader knows."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def describe_shapes(shapes: NDArray[np.object_]) -> dict[str, Any]:
    """The « geo » metadata of GeoParquet 1.1: its column, encoding, kinds, bounds; null CRS is WGS 84."""
    held = shapes[~shapely.is_missing(shapes)]
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted({one.geom_type for one in held})}
    if len(held):
        column["bbox"] = [round(float(bound), 7) for bound in shapely.total_bounds(held)]
    return {"version": "1.1.0", "primary_column": GEOMETRIE, "columns": {GEOMETRIE: column}}


def write_gpkg(atlas: Atlas, table: TablePubliee, path: Path) -> None:
    """A GeoPackage of one layer, or as many as its columns need; figures by territory go wide.

    Each figure has its reliability beside it. A layer after the first bears its name and its rank.
    """
    import pyogrio  # noqa: PLC0415 - GDAL is loaded for who asks for this format

    frames = [read_frame(atlas, table)] if table.geometrie else widen_figures(atlas, table)
    kind = table.geometrie or ("carres" if table.niveau == "carreau" else "polygones")
    shapes = make_shapes(atlas, kind, frames[0])
    drawn = pa.array(shapely.to_wkb(shapes), pa.binary())
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE_GPKG})
    for rank, frame in enumerate(frames, 1):
        pyogrio.write_arrow(
            to_arrow(frame).append_column(GEOMETRIE, drawn),
            path,
            layer=table.nom.replace("-", "_") + (f"_{rank}" if rank > 1 else ""),
            driver="GPKG",
            geometry_name=GEOMETRIE,
            geometry_type=find_kind(shapes),
            crs=WGS84,
            layer_metadata={
                "titre": table.titre,
                "licence": table.licence.nom,
                "sources": SEPARATEUR.join(table.mentions),
            },
        )


def find_kind(shapes: NDArray[np.object_]) -> str:
    """The one kind of the shapes of a layer."""
    kinds = {one.geom_type for one in shapes if one is not None}
    return kinds.pop() if len(kinds) == 1 else "Unknown"


def widen_figures(atlas: Atlas, table: TablePubliee) -> list[pl.DataFrame]:
    """The figures of one mesh, a row per territory: each value and its reliability.

    As many frames as :data:`CHIFFRES_PAR_COUCHE` asks for, the same territories in each, in the same order.
    """
    niveau = str(table.niveau)
    wide = atlas.indicateurs(niveau).with_columns(
        pl.col("code").cast(pl.String), pl.lit(niveau).alias("niveau")
    )
    names = [
        name
        for name in atlas.index().filter(pl.col("niveau") == niveau)["indicateur"]
        if name in wide.columns
    ]

    def take(some: Sequence[str]) -> pl.DataFrame:
        figures = [part for name in some for part in (name, f"{name}_fiabilite") if part in wide.columns]
        found = mark(atlas, wide.select("niveau", "code", "nom", *figures)).with_columns(
            pl.col(pl.Enum).cast(pl.String)
        )
        return found.join(cells, on="code", how="left") if cells is not None else found

    held = atlas.carreaux() if niveau == "carreau" else None
    place = (pl.col("id").alias("code"), "x_3035", "y_3035", "taille_m", "lon", "lat")
    cells = held.select(place) if held is not None else None
    firsts = range(0, max(len(names), 1), CHIFFRES_PAR_COUCHE)
    return [take(names[first : first + CHIFFRES_PAR_COUCHE]) for first in firsts]


WRITERS: Final = {"csv": write_csv, "parquet": write_parquet, "gpkg": write_gpkg}


def write_zip(atlas: Atlas, path: Path) -> None:
    """The folder of the atlas as it is, without its journal: what builds do not share."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in ("manifest.json", *sorted(atlas.manifest.tables)):
            entry = zipfile.ZipInfo(f"{atlas.dossier.name}/{name}", ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as out, (atlas.dossier / name).open("rb") as held:
                while block := held.read(2**20):
                    out.write(block)


def describe_package(atlas: Atlas, weights: dict[str, tuple[int, str]]) -> dict[str, Any]:
    """The Frictionless data package of the CSV files: fields, keys, licences, sources, weights."""
    tables = [table for table in list_tables(atlas) if "csv" in list_formats(atlas, table)]
    manifest = atlas.manifest
    return {
        "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
        "name": f"atlas-{manifest.departement.lower()}",
        "id": manifest.empreinte,
        "title": f"Atlas de l’accès aux services au public : {manifest.nom}",
        "description": "Jeu d’essai : chiffres simulés." if manifest.jeu_essai else "Atlas de Maillage.",
        "version": manifest.version_code,
        "resources": [describe_resource(table, weights.get(f"{table.nom}.csv")) for table in tables],
    }


def describe_resource(table: TablePubliee, weight: tuple[int, str] | None) -> dict[str, Any]:
    """One CSV file of the package; bytes and SHA-256 where they are known."""
    weighed = {} if weight is None else {"bytes": weight[0], "hash": f"sha256:{weight[1]}"}
    fields = [{"name": one.nom, "type": one.type, "description": one.description} for one in table.champs]
    return {
        "name": table.nom,
        "type": "table",
        "path": f"{table.nom}.csv",
        "title": table.titre,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **weighed,
        "licenses": [{"title": table.licence.nom, "path": table.licence.adresse}],
        "sources": [{"title": mention} for mention in table.mentions],
        "schema": {"fields": fields, "primaryKey": list(table.cle), "missingValues": [""]},
    }
