"""Stages of a build: pure functions, run in order, their results kept outside the atlas.

A stage's key is the hash of its name, its parameters, the code that it can run (``empreinte.py``)
and the keys of what it reads; a stage whose key is known is read back instead of run, so a change reruns
only what depends on it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.construction.empreinte import hash_module
from maillage.atlas.construction.provisoire import temporary_folder

Piece = pl.DataFrame | NDArray[Any]
Lot = Mapping[str, Piece]
"""What a stage hands over: tables and arrays by name."""

KEPT_PER_STAGE = 4


class Annulation(Exception):
    """The build was asked to stop."""


class Progress(Protocol):
    """Told of the work's progress, and asked whether to go on."""

    def progress(self, etape: str, share: float) -> None:
        """``etape`` is done up to ``share`` (0 to 1)."""
        ...

    def cancelled(self) -> bool:
        """Whether to stop now."""
        ...


class Silence:
    """Says nothing, never stops."""

    def progress(self, etape: str, share: float) -> None:
        """Nothing."""

    def cancelled(self) -> bool:
        """Never."""
        return False


@dataclass(frozen=True)
class Stage:
    """A stage: ``fonction(lots, parametres)`` reads the lots of ``lit`` and the named ``parametres``."""

    nom: str
    fonction: Callable[[Mapping[str, Lot], Mapping[str, Any]], Lot]
    lit: tuple[str, ...] = ()
    parametres: tuple[str, ...] = ()


@dataclass
class StageRunner:
    """Runs stages and keeps their lots; ``cache`` null keeps nothing on disk."""

    parametres: Mapping[str, Any]
    suivi: Progress
    cache: Path | None = None
    lots: dict[str, Lot] = field(default_factory=dict)
    cles: dict[str, str] = field(default_factory=dict)

    def put(self, nom: str, lot: Lot, cle: str) -> None:
        """An input, with the hash of what it was read from."""
        self.lots[nom], self.cles[nom] = lot, cle

    def run(self, etapes: Iterable[Stage]) -> None:
        """Run every stage, in order; :class:`Annulation` when asked to stop between two."""
        for etape in etapes:
            if self.suivi.cancelled():
                raise Annulation
            self.suivi.progress(etape.nom, 0.0)
            self.put(etape.nom, *self._make(etape))
            self.suivi.progress(etape.nom, 1.0)

    def _make(self, etape: Stage) -> tuple[Lot, str]:
        chosen = {name: self.parametres[name] for name in etape.parametres}
        cle = digest(
            [
                etape.nom,
                hash_module(etape.fonction.__module__),
                chosen,
                [self.cles[name] for name in etape.lit],
            ]
        )
        place = self.cache / f"{etape.nom}-{cle[:24]}" if self.cache else None
        known = load_lot(place) if place else None
        if known is not None:
            return known, cle
        lot = etape.fonction({name: self.lots[name] for name in etape.lit}, chosen)
        if place:
            keep_lot(place, lot)
        return lot, cle


def digest(value: object) -> str:
    """SHA-256 of a JSON value.

    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def frame_of(lot: Lot, name: str) -> pl.DataFrame:
    """A table of a lot."""
    piece = lot[name]
    assert isinstance(piece, pl.DataFrame)  # noqa: S101 - lots are made by the stages of this package
    return piece


def encode(piece: Piece) -> tuple[str, bytes]:
    """A piece's file suffix and bytes, the same on every run."""
    buffer = io.BytesIO()
    if isinstance(piece, pl.DataFrame):
        piece.write_parquet(buffer, compression="zstd", compression_level=3, row_group_size=1_000_000)
        return ".parquet", buffer.getvalue()
    np.save(buffer, np.ascontiguousarray(piece), allow_pickle=False)
    return ".npy", buffer.getvalue()


def load_lot(place: Path) -> Lot | None:
    """The lot kept at ``place``; null when absent or damaged."""
    try:
        names = json.loads((place / "lot.json").read_text("utf-8"))
        lot = {name: decode(place / file) for name, file in names.items()}
        os.utime(place)
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None
    return lot


def decode(path: Path) -> Piece:
    """A piece from its file."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    array: NDArray[Any] = np.load(path, allow_pickle=False)
    return array


def keep_lot(place: Path, lot: Lot) -> None:
    """Write a lot whole or not at all; a full disk is no reason to stop a build."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(place.parent, "lot") as temporary:
            names = {}
            for number, (name, piece) in enumerate(sorted(lot.items())):
                suffix, data = encode(piece)
                names[name] = f"{number:03}{suffix}"
                (temporary / names[name]).write_bytes(data)
            (temporary / "lot.json").write_text(json.dumps(names, ensure_ascii=False), "utf-8")
            temporary.rename(place)
        forget_old(place)


def forget_old(place: Path) -> None:
    """Keep only the latest lots of a stage."""
    stage = place.name.rsplit("-", 1)[0]
    lots = sorted(place.parent.glob(f"{stage}-*"), key=lambda lot: lot.stat().st_mtime, reverse=True)
    for lot in lots[KEPT_PER_STAGE:]:
        shutil.rmtree(lot, ignore_errors=True)
