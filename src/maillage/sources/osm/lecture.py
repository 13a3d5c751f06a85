"""Extracts read block by block, each block once: how much was read, and what the objects say of their age.

Blocks lie in the file as nodes, ways, relations; they are read the other way round, so that what a relation
names is known when ways come by, and what a road is made of when nodes do. Only what is kept stays in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.blocs import SpoiltBlock, Things, read_things
from maillage.sources.osm.fichier import NOWHERE, RETRY, UNITS_PER_DEGREE, Progress, refuse
from maillage.sources.osm.pbf import NODES, RELATIONS, SPOILT, WAYS, Box, Pbf, format_date

STAGE = "lecture de l’extrait"
MIXED = "nœuds, voies et relations y sont mêlés dans un même bloc"
SORT = "Triez-le, par exemple avec « osmium sort »"


@dataclass
class Seen:
    """What was met in a file: date of the newest object (seconds); west, south, east, north of all nodes."""

    newest: int = 0
    box: list[int] = field(default_factory=lambda: [NOWHERE, NOWHERE, -NOWHERE, -NOWHERE])

    def look(self, things: Things) -> None:
        """Look at some objects."""
        if len(things):
            self.newest = max(self.newest, int(things.stamp.max()))
        known = things.x != NOWHERE
        if known.any():
            x, y = things.x[known], things.y[known]
            low, high = (int(x.min()), int(y.min())), (int(x.max()), int(y.max()))
            self.box = [*map(min, self.box[:2], low), *map(max, self.box[2:], high)]

    @property
    def date(self) -> str | None:
        """Date of the newest object, None where none is dated."""
        return format_date(self.newest) if self.newest else None

    @property
    def bounds(self) -> Box | None:
        """Bounds of all nodes in degrees."""
        west, south, east, north = (side / UNITS_PER_DEGREE for side in self.box)
        return (west, south, east, north) if west <= east else None


class Reading:
    """The reading of some files; ``tell`` is told the bytes done after each block, of all those to read."""

    def __init__(self, files: Sequence[Pbf], tell: Progress) -> None:
        self.files = files
        self.tell = tell
        self.seen = tuple(Seen() for _ in files)
        self.plans = [{kind: pbf.choose(kind) for kind in (RELATIONS, WAYS, NODES)} for pbf in files]
        again = len(files) > 1  # ways of several files: once to know which are roads, once to take them
        self.total = sum(
            int(pbf.size[plan[kind]].sum()) * (2 if again and kind == WAYS else 1)
            for pbf, plan in zip(files, self.plans, strict=True)
            for kind in plan
        )
        self.done = 0

    def read(self, kind: int) -> Iterator[tuple[int, Things]]:
        """Objects of ``kind``, each with the number of its file.

        Raises:
            EntreeInvalide: a block is spoilt, or holds what it did not begin with.
        """
        for number, (pbf, plan) in enumerate(zip(self.files, self.plans, strict=True)):
            chosen = plan[kind]
            awaited = {other: set(rows.tolist()) for other, rows in plan.items()}
            for row, block in zip(chosen.tolist(), pbf.read_blocks(chosen), strict=True):
                try:
                    for found, things in read_things(block, kind):
                        if row not in awaited[found]:
                            raise refuse(pbf.given, MIXED, SORT)
                        if things is not None:
                            self.seen[number].look(things)
                            yield number, things
                except SpoiltBlock as error:
                    raise refuse(pbf.given, SPOILT, RETRY) from error
                self.done += int(pbf.size[row])
                self.tell(STAGE, self.done, self.total)


class Pieces:
    """Columns gathered piece by piece."""

    def __init__(self, **dtypes: type) -> None:
        self.dtypes = dtypes
        self.pieces: dict[str, list[NDArray[Any]]] = {name: [] for name in dtypes}
        self.height = 0

    def add(self, **columns: NDArray[Any]) -> None:
        """Add a piece of every column; the first tells how many rows there are."""
        for name, column in columns.items():
            self.pieces[name].append(column.astype(self.dtypes[name]))
        self.height += len(next(iter(columns.values())))

    def take(self, name: str) -> NDArray[Any]:
        """A whole column; its pieces are let go."""
        pieces = self.pieces.pop(name)
        return np.concatenate(pieces) if pieces else np.empty(0, self.dtypes[name])


def list_distinct(*values: NDArray[Any]) -> NDArray[np.int64]:
    """The distinct values, ascending: by sorting, which takes less time and memory than ``np.unique`` here.

    >>> list_distinct(np.array([3, 1]), np.array([3, 2])).tolist()
    [1, 2, 3]
    """
    ordered = np.sort(np.concatenate(values))
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return np.asarray(ordered[first])


def list_newest(
    ids: NDArray[np.int64], version: NDArray[np.int64], stamp: NDArray[np.int64]
) -> NDArray[np.int64]:
    """One row for each id, ascending: its newest version, by number then by date, the first of equal ones.

    >>> list_newest(np.array([7, 5, 7, 7]), np.array([1, 4, 2, 2]), np.array([0, 0, 8, 9])).tolist()
    [1, 3]
    """
    if (ids[1:] > ids[:-1]).all():
        return np.arange(len(ids))
    order = np.lexsort((-stamp, -version, ids))
    first = np.ones(len(ids), bool)
    first[1:] = ids[order[1:]] != ids[order[:-1]]
    return np.asarray(order[first])
