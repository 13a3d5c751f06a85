"""Polygons from GeoJSON and GeoPackage, without GDAL: properties and WKB in WGS 84."""

from __future__ import annotations

import sqlite3
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj.exceptions import ProjError
from shapely.geometry import shape

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.colonnes import check_told, give_names, read_told
from maillage.sources.fichiers import read_json
from maillage.sources.geopackage import open_base
from maillage.sources.projections import WGS84, to_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CRS84 = {"urn:ogc:def:crs:OGC:1.3:CRS84": WGS84}
GPKG_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # bytes by envelope code, GeoPackage 1.3 §2.1.3
# What shapely and pyproj let through of a geometry that is none, too deep, or of a projection that is none.
ILLISIBLES = (
    AttributeError, LookupError, RecursionError, TypeError, ValueError, ProjError, struct.error,
    shapely.errors.ShapelyError,
)  # fmt: skip
SURFACES = ("Polygon", "MultiPolygon")
POINTS = ("Point",)


@dataclass(frozen=True)
class Entite:
    """One feature: its row number (the header counts as 1), its properties, its polygon in WGS 84."""

    ligne: int
    proprietes: dict[str, Any]
    geometrie: Any


def read_features(path: Path, kinds: tuple[str, ...] = SURFACES) -> list[Entite]:
    """The polygons (or points) of a GeoJSON or GeoPackage file.

    Raises:
        EntreeInvalide: with every feature that has no polygon or an invalid one.
    """
    with path.open("rb") as stream:
        is_sqlite = stream.read(15) == b"SQLite format 3"
    features = list(read_geopackage(path) if is_sqlite else read_geojson(path))
    if features and (told := read_told(path)):
        check_told(told, features[0].proprietes, path)
        features = [replace(f, proprietes=give_names(told, f.proprietes)) for f in features]
    fautes = tuple(fault for f in features if (fault := find_fault(f, path.name, kinds)))
    if not features:
        fautes = (Faute("aucune entité", path.name),)
    if fautes:
        raise EntreeInvalide(f"Les contours du fichier {path.name} sont refusés.", fautes)
    return features


def find_fault(feature: Entite, fichier: str, kinds: tuple[str, ...]) -> Faute | None:
    """What is wrong with the geometry, if anything."""
    geometry = feature.geometrie
    if geometry is None or geometry.is_empty:
        return Faute("contour absent", fichier, feature.ligne)
    if geometry.geom_type not in kinds:
        return Faute(
            f"contour de nature {geometry.geom_type}, {'polygone' if kinds == SURFACES else 'point'} attendu",
            fichier,
            feature.ligne,
        )
    return None


def read_geojson(path: Path) -> Iterator[Entite]:
    """Features of a GeoJSON collection; its ``crs`` member, when there, must be CRS84 or an EPSG code."""
    document = read_json(path)
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise EntreeInvalide(f"Le fichier {path.name} n'est pas une collection GeoJSON.")
    epsg = read_crs(document.get("crs"), path.name)
    for ligne, feature in enumerate(document["features"], start=2):
        if not isinstance(feature, dict):
            raise EntreeInvalide(
                f"Le fichier {path.name} est abîmé.", (Faute("entité mal formée", path.name, ligne),)
            )
        properties = feature.get("properties")
        known = properties if isinstance(properties, dict) else {}
        yield Entite(ligne, known, build_geometry(feature, epsg, path.name, ligne))


def read_crs(crs: Any, fichier: str) -> int:
    """EPSG code of a GeoJSON ``crs`` member (an older custom), WGS 84 when there is none."""
    if crs is None:
        return WGS84
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else str(crs)
    code = name.rsplit(":", 1)[-1]
    if name in CRS84:
        return WGS84
    if "EPSG" in name and code.isdigit():
        return int(code)
    raise EntreeInvalide(f"Projection inconnue dans {fichier} : {name[:80]}.")


def build_geometry(feature: dict[str, Any], epsg: int, fichier: str, ligne: int) -> Any:
    """The feature's geometry in WGS 84; null when absent."""
    if not feature.get("geometry"):
        return None
    try:
        return reproject(shape(feature["geometry"]), epsg)
    except ILLISIBLES as error:
        faute = Faute("géométrie illisible", fichier, ligne)
        raise EntreeInvalide(f"Le fichier {fichier} est abîmé ou coupé.", (faute,)) from error


def reproject(geometry: Any, epsg: int) -> Any:
    """``geometry`` carried to WGS 84."""
    if epsg == WGS84:
        return geometry

    def carry(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(to_wgs84(points[:, 0], points[:, 1], epsg))

    return shapely.transform(shapely.force_2d(geometry), carry)


def read_geopackage(path: Path) -> Iterator[Entite]:
    """Features of the one layer of a GeoPackage that bears polygons with a commune or district code."""
    try:
        with open_base(path) as base:
            base.row_factory = sqlite3.Row
            layer, column, epsg = find_layer(base, path.name)
            for ligne, row in enumerate(base.execute(f'SELECT * FROM "{layer}"'), start=2):  # noqa: S608 (name from the file's own index)
                properties = {key: row[key] for key in row.keys() if key != column}  # noqa: SIM118 (sqlite3.Row)
                blob = row[column] if column in row.keys() else None  # noqa: SIM118 (sqlite3.Row)
                yield Entite(ligne, properties, read_gpkg_geometry(blob, epsg, path.name, ligne))
    except sqlite3.DatabaseError as error:
        raise EntreeInvalide(f"Le GeoPackage {path.name} est abîmé ou coupé : {error}.") from error


def find_layer(base: sqlite3.Connection, fichier: str) -> tuple[str, str, int]:
    """Layer, geometry column and EPSG code: the layer named commune, qp… or zone…, else the only one."""
    rows = base.execute(
        "SELECT g.table_name, g.column_name, s.organization_coordsys_id FROM gpkg_geometry_columns g "
        "JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.table_name"
    ).fetchall()
    known = {"commune", "communes"}
    named = [r for r in rows if r[0].lower() in known or r[0].lower().startswith(("qp", "zone"))]
    chosen = named or (rows if len(rows) == 1 else [])
    if not chosen:
        names = ", ".join(str(r[0]) for r in rows) or "aucune"
        wanted = "Aucune couche de communes, de QPV ou de zones"
        raise EntreeInvalide(f"{wanted} dans {fichier} (couches : {names}).")
    return str(chosen[0][0]).replace('"', '""'), str(chosen[0][1]), read_epsg(chosen[0][2])


def read_epsg(value: object) -> int:
    """A projection's number; one that is none is 0, which no geometry has."""
    return int(value) if isinstance(value, int) else 0


def read_gpkg_geometry(blob: bytes | None, epsg: int, fichier: str, ligne: int) -> Any:
    """GeoPackage binary (header, envelope, WKB) to a geometry in WGS 84."""
    if not blob:
        return None
    try:
        _, flags = struct.unpack_from("<3sB", blob)
        start = 8 + GPKG_ENVELOPES[(flags >> 1) & 7]
        return reproject(shapely.from_wkb(blob[start:] if blob.startswith(b"GP") else b""), epsg)
    except ILLISIBLES as error:
        faute = Faute("géométrie illisible", fichier, ligne)
        raise EntreeInvalide(f"Le GeoPackage {fichier} est abîmé ou coupé.", (faute,)) from error
