"""Outlines of communes (GeoJSON, GeoPackage: IGN Admin Express) and of QPV districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import shapely

from maillage.catalogue.limites import read_limit
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.geometries import Entite, read_features
from maillage.sources.lecture import build_provenance, build_table

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Nature, Table

ECHANTILLON = 500  # segments of an outline by which it is told tangled; shorter ones are mended whatever
REDESSINER = "Prenez les contours du producteur, ou enregistrez la couche à nouveau."
CODES_COMMUNE = ("code", "code_insee", "insee_com", "codgeo")
CODES_QPV = ("code_qp", "codeqp", "code_qpv", "qp")
NOMS_QPV = ("lib_qp", "nom_qp", "libqp", "nom_qpv")
CODE_QPV = r"^(QP|QN)[0-9A-Z]{6}$"


def read_communes(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """One polygon per commune; the code's column is ``code``, ``code_insee`` or ``INSEE_COM``.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    features = read_features(path)
    controle = ctl.Controle(path.name)
    frame = build_frame(controle, features, CODES_COMMUNE, "code_insee")
    ctl.check_codes(controle, frame, "code_insee")
    return (finish("contours", path, features, frame, controle),)


def read_qpv(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """One polygon per district: code (QP or QN and six characters) and name.

    A district that is published in parts, one for each commune that it touches, is united.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    features = read_features(path)
    controle = ctl.Controle(path.name)
    frame = build_frame(controle, features, CODES_QPV, "code", parts=True)
    bad = frame.filter(~pl.col("code").str.contains(CODE_QPV).fill_null(value=False))
    controle.add_rows(bad, "code", "« {} » n'est pas un code de quartier prioritaire")
    names = [find_property(f, NOMS_QPV) for f in features]
    frame = frame.with_columns(nom=pl.Series(names, dtype=pl.String))
    return (finish("qpv", path, features, frame, controle),)


def find_property(feature: Entite, names: tuple[str, ...]) -> str | None:
    """The first property of that name, whatever its case."""
    by_lower = {str(key).lower(): value for key, value in feature.proprietes.items()}
    return next((str(by_lower[name]) for name in names if by_lower.get(name) is not None), None)


def build_frame(
    controle: ctl.Controle,
    features: list[Entite],
    codes: tuple[str, ...],
    colonne: str,
    *,
    parts: bool = False,
) -> pl.DataFrame:
    """Row numbers and codes, each present, and once unless ``parts`` of a territory may share its code."""
    frame = pl.DataFrame(
        {"_ligne": [f.ligne for f in features], colonne: [find_property(f, codes) for f in features]},
        schema={"_ligne": pl.Int64, colonne: pl.String},
    )
    controle.add_rows(frame.filter(pl.col(colonne).is_null()), colonne, "code absent")
    if not parts:
        ctl.check_unique(controle, frame, colonne, "{} en double")
    return frame


def finish(
    nature: Nature, path: Path, features: list[Entite], frame: pl.DataFrame, controle: ctl.Controle
) -> Table:
    """WKB of the polygons, in France, valid; invalid ones are mended and said."""
    geometries = [mend(controle, f) for f in features]
    points = [g.representative_point() for g in geometries]
    lon = pl.Series("lon", [p.x for p in points], pl.Float64)
    lat = pl.Series("lat", [p.y for p in points], pl.Float64)
    ctl.check_points(controle, frame, lon, lat, frame.columns[1])
    code = frame.columns[1]
    table = unite(controle, frame, geometries)
    return build_table(nature, table.sort(code), build_provenance(nature, path), controle)


def unite(controle: ctl.Controle, frame: pl.DataFrame, geometries: list[shapely.Geometry]) -> pl.DataFrame:
    """One row per code with its WKB: outlines that share one (communes merged since, parts) are united."""
    code = frame.columns[1]
    groups: dict[str | None, list[shapely.Geometry]] = {}
    for key, geometry in zip(frame[code], geometries, strict=True):
        groups.setdefault(key, []).append(geometry)
    for key in (key for key, parts in groups.items() if len(parts) > 1):
        controle.warn(f"{len(groups[key])} contours réunis sous le code {key}")
    whole = [
        shapely.to_wkb(parts[0] if len(parts) == 1 else shapely.union_all(parts)) for parts in groups.values()
    ]
    return frame.unique(code, keep="first", maintain_order=True).with_columns(
        pl.Series("wkb", whole, pl.Binary)
    )


def is_tangled(geometry: shapely.Geometry) -> bool:
    """Whether its segments meet so often that mending it would have no end: told on a sample of them."""
    points = shapely.get_coordinates(geometry)
    if len(points) < ECHANTILLON:
        return False
    segments = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
    sample = segments[:: max(1, len(segments) // ECHANTILLON)]
    met = shapely.STRtree(segments).query(sample).shape[1]
    return bool(met > read_limit("contour", "recoupements") * len(sample))


def mend(controle: ctl.Controle, feature: Entite) -> shapely.Geometry:
    """The polygon in two dimensions, made valid where it crosses itself."""
    geometry = shapely.force_2d(feature.geometrie)
    if shapely.is_valid(geometry):
        return geometry
    if is_tangled(geometry):
        controle.add("contour qui se recoupe en trop d'endroits", feature.ligne, que_faire=REDESSINER)
        return shapely.envelope(geometry)
    controle.warn("contour qui se recoupe, réparé", feature.ligne)
    return shapely.make_valid(geometry)
