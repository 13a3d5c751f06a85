"""Tags of what is kept of an extract, by key: columns, the same whatever the order in which they were met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.blocs import BlockTags
from maillage.sources.osm.lecture import Pieces


@dataclass(frozen=True)
class TagColumn:
    """One key: rows that carry it (``row`` int32, ascending) and their value (``values[code]``, sorted)."""

    row: NDArray[np.int32]
    code: NDArray[np.int32]
    values: tuple[str, ...]


class TagColumns:
    """Tags of some keys, gathered row by row."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = sorted(keys)
        self.code = {key: code for code, key in enumerate(self.keys)}
        self.values: list[dict[str, int]] = [{} for _ in self.keys]
        self.pieces = Pieces(row=np.int32, key=np.int16, value=np.int32)

    def add(self, tags: BlockTags, first: int) -> None:
        """Tags of a block, whose row 0 is row ``first`` here."""
        key = tags.texts.translate(tags.key, self.code)[tags.key]
        ours = key >= 0
        pair = key[ours] * len(tags.texts.begin) + tags.value[ours]
        met, which = np.unique(pair, return_inverse=True)
        keys, texts = np.divmod(met, max(len(tags.texts.begin), 1))
        codes = [
            self._code_value(k, tags.texts.read(t))
            for k, t in zip(keys.tolist(), texts.tolist(), strict=True)
        ]
        self.pieces.add(row=first + tags.row[ours], key=key[ours], value=np.array(codes, np.int32)[which])

    def add_row(self, row: int, tags: Mapping[str, str]) -> None:
        """Tags of one row."""
        keys = [self.code[key] for key in tags if key in self.code]
        values = [self._code_value(key, tags[self.keys[key]]) for key in keys]
        self.pieces.add(row=np.full(len(keys), row), key=np.array(keys), value=np.array(values))

    def _code_value(self, key: int, text: str) -> int:
        values = self.values[key]
        return values.setdefault(text, len(values))

    def freeze(self, number: NDArray[np.int32]) -> dict[str, TagColumn]:
        """The columns, row ``r`` called ``number[r]`` from now on, or left out where that is negative."""
        row, key, value = (self.pieces.take(name) for name in ("row", "key", "value"))
        row = number[row]
        columns = {}
        for code, name in enumerate(self.keys):
            chosen = (key == code) & (row >= 0)
            if chosen.any():
                columns[name] = tidy(row[chosen], value[chosen], tuple(self.values[code]))
        return columns


def tidy(row: NDArray[np.int32], code: NDArray[np.int32], values: tuple[str, ...]) -> TagColumn:
    """A column by ascending rows, with the values that it bears and no other, sorted.

    >>> tidy(np.array([4, 2]), np.array([0, 2]), ("oui", "non", "jamais"))
    TagColumn(row=array([2, 4], dtype=int32), code=array([0, 1], dtype=int32), values=('jamais', 'oui'))
    """
    order = np.argsort(row, kind="stable")
    used = sorted(np.flatnonzero(np.bincount(code)).tolist(), key=values.__getitem__)
    rank = np.zeros(len(values), np.int32)
    rank[used] = np.arange(len(used), dtype=np.int32)
    return TagColumn(row[order].astype(np.int32), rank[code[order]], tuple(values[i] for i in used))
