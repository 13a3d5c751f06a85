"""Zones that a département draws itself (bassin minier, rural sectors): polygons, or lists of communes.

GeoJSON or GeoPackage polygons with ``code``, ``nom`` and ``type``; or a CSV table with a row per commune of
a zone: ``code_zone``, ``nom_zone``, ``type_zone``, ``code_insee``. ``type`` is in the département's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import shapely

from maillage.sources import controle as ctl
from maillage.sources.contours import build_frame, find_property, mend
from maillage.sources.fichiers import read_sheet
from maillage.sources.geometries import read_features
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.schemas import ZONES_LIBRES

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

EMPTY = pl.lit(None, ZONES_LIBRES["communes"])
CODES = ("code_zone", "code")
NOMS = ("nom_zone", "nom")
NATURES = ("type_zone", "type")
LISTE = ("code_zone", "nom_zone", "type_zone", "code_insee")
CODE_ZONE = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
CONSEIL_CODE = "Écrivez 1 à 40 lettres sans accent, chiffres, tirets : BASSIN-MINIER."


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The zones of every file, one row each: a polygon, or the codes of its communes.

    Raises:
        EntreeInvalide: with every fault; a zone may not be in two files.
    """
    controle = ctl.Controle(", ".join(sorted(path.name for path in paths)))
    frames = [(read_list if is_table(path) else read_polygons)(path) for path in sorted(paths)]
    frame = pl.concat(frames)
    for code in frame.filter(frame["code"].is_duplicated())["code"].unique().sort():
        controle.add(f"zone « {code} » présente dans plusieurs fichiers", que_faire="Gardez-en une seule.")
    return (build_table("zones", frame.sort("code"), build_provenance("zones", *paths), controle),)


def is_table(path: Path) -> bool:
    """Whether the file is delimited text rather than polygons."""
    with path.open("rb") as stream:
        head = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    return not head.startswith((b"SQLite format 3", b"{"))


def read_polygons(path: Path) -> pl.DataFrame:
    """One polygon per zone."""
    features = read_features(path)
    controle = ctl.Controle(path.name)
    frame = build_frame(controle, features, CODES, "code").with_columns(
        pl.Series(column, [find_property(feature, names) for feature in features], pl.String)
        for column, names in (("nom", NOMS), ("type", NATURES))
    )
    check_words(controle, frame, "code", "nom", "type")
    shapes = [mend(controle, feature) for feature in features]
    points = [shape.representative_point() for shape in shapes]
    lon, lat = (pl.Series([getattr(p, axis) for p in points], dtype=pl.Float64) for axis in ("x", "y"))
    ctl.check_points(controle, frame, lon, lat, "code")
    controle.refuse()
    return frame.select(
        "code", "nom", "type", pl.Series("wkb", shapely.to_wkb(shapes).tolist(), pl.Binary), communes=EMPTY
    )


def read_list(path: Path) -> pl.DataFrame:
    """The communes of each zone."""
    feuille = read_sheet(path, LISTE)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, LISTE)
    cells = feuille.cells
    check_words(controle, cells, "code_zone", "nom_zone", "type_zone")
    ctl.check_codes(controle, cells, "code_insee")
    twice = cells.filter(~pl.struct("code_zone", "code_insee").is_first_distinct())
    controle.add_rows(twice, "code_insee", "commune {} deux fois dans la même zone")
    for column in ("nom_zone", "type_zone"):
        other = cells.filter(pl.col(column) != pl.col(column).first().over("code_zone"))
        controle.add_rows(other, column, "« {} » diffère de la première ligne de la même zone")
    controle.refuse()
    return (
        cells.group_by("code_zone", maintain_order=True)
        .agg(pl.col("nom_zone", "type_zone").first(), pl.col("code_insee").unique().sort().alias("communes"))
        .rename({"code_zone": "code", "nom_zone": "nom", "type_zone": "type"})
        .select("code", "nom", "type", pl.lit(None, pl.Binary).alias("wkb"), "communes")
    )


def check_words(controle: ctl.Controle, frame: pl.DataFrame, code: str, *words: str) -> None:
    """A code that fits an address of the web, a name and a type."""
    bad = frame.filter(pl.col(code).is_not_null() & ~pl.col(code).str.contains(CODE_ZONE))
    controle.add_rows(bad, code, f"« {{}} » n'est pas un code de zone. {CONSEIL_CODE}")
    for name in words:
        controle.add_rows(frame.filter(pl.col(name).is_null()), name, "valeur absente")
