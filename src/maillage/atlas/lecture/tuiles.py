"""The tiles that an atlas holds: one of an archive, and the zooms it goes through."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression

from maillage.atlas.lecture.ouvert import refuse_table


def find_archive(dossier: Path, nom: str) -> Path | None:
    """The archive of that name; null when the atlas was built without it."""
    path = dossier / "tuiles" / f"{nom}.pmtiles"
    return path if path.is_file() else None


def _open(file: Any) -> Any:
    return Reader(MmapSource(file))  # type: ignore[no-untyped-call]


def read_zooms(path: Path) -> tuple[int, int]:
    """The first and last zoom of an archive."""
    with path.open("rb") as file:
        header = _open(file).header()
    return int(header["min_zoom"]), int(header["max_zoom"])


def read_tile(path: Path, zoom: int, row: int, col: int) -> bytes:
    """One tile, uncompressed; empty where the archive has none."""
    try:
        with path.open("rb") as file:
            reader = _open(file)
            held = reader.get(zoom, col, row)
            packed = reader.header()["tile_compression"] == Compression.GZIP
    except (OSError, ValueError) as error:
        raise refuse_table(path) from error
    if not held:
        return b""
    return gzip.decompress(held) if packed else bytes(held)
