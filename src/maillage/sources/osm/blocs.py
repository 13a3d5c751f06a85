"""The objects of one block of an OpenStreetMap PBF file, as arrays: nodes, ways or relations.

A block is a message of protocol buffers: its numbers are found by :mod:`noyaux`, the rest is done on
arrays. Texts stay bytes until someone asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.sources.osm.fichier import NOWHERE, UNITS_PER_DEGREE
from maillage.sources.osm.noyaux import Numbers, read_columns, split_fields
from maillage.sources.osm.pbf import GROUP_KIND, NODES

NANO_PER_UNIT = 100  # billionths of a degree in our unit of coordinates
NO_FIELD = 0
# Fields of messages, from the format.
TEXTS, GROUP, DENSE_NODES = 1, 2, 2
SCALES = (17, 18, 19, 20)  # granularity of places, of dates; offsets of latitudes, of longitudes
DEFAULTS = (100, 1000, 0, 0)
OBJECT, INFO = (
    (1, 2, 3, 8, 9, 10),
    4,
)  # id; keys; values; nodes, roles or latitude; members or longitude; their kinds
DENSE, DENSE_INFO = (1, 8, 9, 10), 5  # ids; latitudes; longitudes; keys and values
DATED = (1, 2)  # version and date, of an object's information
EMPTY = np.empty(0, np.int64)
NO_PLACE = np.empty(0, np.int32)


class SpoiltBlock(ValueError):
    """A block that does not follow the format."""


@dataclass(frozen=True)
class Texts:
    """The texts of a block, by number."""

    data: bytes
    begin: Numbers
    end: Numbers

    def read(self, number: int) -> str:
        """One text."""
        return self.data[self.begin[number] : self.end[number]].decode("utf-8", "replace")

    def translate(self, used: Numbers, codes: Mapping[str, int]) -> Numbers:
        """For each text of the block, its code; -1 where it has none or is not ``used``."""
        seen = np.zeros(len(self.begin), bool)
        seen[used] = True
        code = np.full(len(self.begin), -1, np.int64)
        for number in np.flatnonzero(seen).tolist():
            code[number] = codes.get(self.read(number), -1)
        return code


@dataclass(frozen=True)
class BlockTags:
    """Tags of objects: ``row`` of the object, ``key`` and ``value`` as numbers of ``texts``."""

    texts: Texts
    row: Numbers
    key: Numbers
    value: Numbers

    def choose(self, number: Numbers) -> BlockTags:
        """Tags of the rows whose ``number`` is not negative, which is their row from now on."""
        row = number[self.row]
        return BlockTags(self.texts, row[row >= 0], self.key[row >= 0], self.value[row >= 0])

    def list_by_row(self, n: int) -> list[dict[str, str]]:
        """The tags of each of ``n`` rows."""
        found: list[dict[str, str]] = [{} for _ in range(n)]
        read = self.texts.read
        for row, key, value in zip(self.row.tolist(), self.key.tolist(), self.value.tolist(), strict=True):
            found[row][read(key)] = read(value)
        return found


@dataclass(frozen=True)
class Things:
    """Objects of one kind. ``stamp``: seconds since 1970, 0 unknown. ``x``, ``y`` of nodes: 1e-7 degrees.

    A way or relation ``i`` names objects ``ref[start[i]:start[i + 1]]``; of a relation's members, ``role`` is
    the number of a text and ``sort`` 0 for a node, 1 for a way, 2 for a relation.
    """

    id: Numbers
    version: Numbers
    stamp: Numbers
    tags: BlockTags
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    start: Numbers
    ref: Numbers
    role: Numbers
    sort: Numbers

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class _Block:
    """A block, and what all its groups share: texts, and :data:`SCALES`."""

    data: NDArray[np.uint8]
    texts: Texts
    scales: tuple[int, ...]

    def find_columns(
        self, begin: Numbers, end: Numbers, fields: tuple[int, ...], inner: int = NO_FIELD
    ) -> tuple[list[Numbers], Numbers, tuple[Numbers, Numbers]]:
        """See :func:`~maillage.sources.osm.noyaux.read_columns`; values cut to what is written."""
        return _find_columns(self.data, begin, end, fields, inner)

    def place(self, lon: Numbers, lat: Numbers) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Coordinates in our units, :data:`NOWHERE` for a place off the Earth."""
        unit, _, *offsets = self.scales
        y, x = (np.fix((c * unit + o) / NANO_PER_UNIT) for c, o in zip((lat, lon), offsets, strict=True))
        off = (np.abs(x) > 180 * UNITS_PER_DEGREE) | (np.abs(y) > 90 * UNITS_PER_DEGREE)
        x[off], y[off] = NOWHERE, NOWHERE
        return x.astype(np.int32), y.astype(np.int32)

    def date(self, date: Numbers) -> Numbers:
        """Seconds since 1970."""
        return date * self.scales[1] // 1000


def read_things(block: bytes, kind: int) -> Iterator[tuple[int, Things | None]]:
    """The groups of a block, by kind: the objects of those of ``kind``, None for others.

    Raises:
        SpoiltBlock: the block does not follow the format.
    """
    whole, groups = _open(block)
    for begin, end in groups:
        number, start, stop = split_fields(whole.data, begin, end)
        _check(len(number) > 0 or begin == end)
        for field, found in GROUP_KIND.items():
            chosen = number == field
            if not chosen.any():
                continue
            if found != kind:
                yield found, None
            elif field == DENSE_NODES:
                for a, b in zip(start[chosen], stop[chosen], strict=True):
                    yield kind, _read_dense(whole, np.array([a]), np.array([b]))
            else:
                read = _read_nodes if kind == NODES else _read_members
                yield kind, read(whole, start[chosen], stop[chosen])


def _open(block: bytes) -> tuple[_Block, list[tuple[int, int]]]:
    """A block's texts and scales, and where its groups lie."""
    data = np.frombuffer(block, np.uint8)
    number, start, stop = split_fields(data, 0, len(data))
    table = np.flatnonzero(number == TEXTS)
    _check(len(table) == 1)
    kinds, begin, end = split_fields(data, start[table[0]], stop[table[0]])
    _check(bool((kinds == TEXTS).all()))
    said, _, _ = _find_columns(data, np.array([0]), np.array([len(data)]), SCALES, NO_FIELD)
    scales = tuple(
        int(value[-1]) if len(value) else usual for value, usual in zip(said, DEFAULTS, strict=True)
    )
    groups = [(int(start[row]), int(stop[row])) for row in np.flatnonzero(number == GROUP).tolist()]
    return _Block(data, Texts(block, begin, end), scales), groups


def _find_columns(
    data: NDArray[np.uint8], begin: Numbers, end: Numbers, fields: tuple[int, ...], inner: int
) -> tuple[list[Numbers], Numbers, tuple[Numbers, Numbers]]:
    well, values, count, start, stop = read_columns(data, begin, end, np.array(fields), inner)
    _check(bool(well))
    return [column[:n] for column, n in zip(values, count.sum(axis=1), strict=True)], count, (start, stop)


def _read_dense(block: _Block, begin: Numbers, end: Numbers) -> Things:
    """Nodes written side by side: each number is what it adds to the one before."""
    (ids, lat, lon, words), _, inner = block.find_columns(begin, end, DENSE, DENSE_INFO)
    (version, date), _, _ = block.find_columns(*inner, DATED)
    n = len(ids)
    _check(len(lat) == len(lon) == n and len(version) in {0, n} and len(date) in {0, n})
    ends = words == 0
    row, pairs = (np.cumsum(ends) - ends)[~ends], words[~ends]
    _check(len(pairs) % 2 == 0 and bool((row[::2] == row[1::2]).all()) and (len(row) == 0 or row[-1] < n))
    silent = np.zeros(n, np.int64)
    return Things(
        np.cumsum(_unzigzag(ids)),
        version if len(version) else silent,
        block.date(np.cumsum(_unzigzag(date))) if len(date) else silent,
        _tag(block.texts, row[::2], pairs[::2], pairs[1::2]),
        *block.place(np.cumsum(_unzigzag(lon)), np.cumsum(_unzigzag(lat))),
        *(np.zeros(n + 1, np.int64), EMPTY, EMPTY, EMPTY),
    )


def _read_nodes(block: _Block, begin: Numbers, end: Numbers) -> Things:
    """Nodes written one after the other."""
    n = len(begin)
    (ids, keys, values, lat, lon, _), count, inner = block.find_columns(begin, end, OBJECT, INFO)
    _check(bool((count[3:5] == 1).all()))
    dated = _read_common(block, ids, keys, values, count, inner)
    places = block.place(_unzigzag(lon), _unzigzag(lat))
    return Things(_unzigzag(ids), *dated, *places, np.zeros(n + 1, np.int64), EMPTY, EMPTY, EMPTY)


def _read_members(block: _Block, begin: Numbers, end: Numbers) -> Things:
    """Ways or relations: a relation's members have roles and kinds, a way's nodes neither."""
    (ids, keys, values, first, second, third), count, inner = block.find_columns(begin, end, OBJECT, INFO)
    dated = _read_common(block, ids, keys, values, count, inner)
    is_relation = len(third) > 0
    _check(not is_relation or bool((count[3] == count[4]).all() and (count[5] == count[4]).all()))
    start = np.concatenate([[0], np.cumsum(count[4 if is_relation else 3])])
    ref = _undo_differences(_unzigzag(second if is_relation else first), start)
    role, sort = (_known(block.texts, first), third) if is_relation else (EMPTY, EMPTY)
    return Things(ids, *dated, NO_PLACE, NO_PLACE, start, ref, role, sort)


def _read_common(
    block: _Block,
    ids: Numbers,
    keys: Numbers,
    values: Numbers,
    count: Numbers,
    inner: tuple[Numbers, Numbers],
) -> tuple[Numbers, Numbers, BlockTags]:
    """Version, date and tags of objects written one after the other."""
    (version, date), known, _ = block.find_columns(*inner, DATED)
    n = len(ids)
    _check(bool((count[0] == 1).all() and (count[1] == count[2]).all() and (known <= 1).all()))
    versions, dates = np.zeros(n, np.int64), np.zeros(n, np.int64)
    versions[known[0] == 1], dates[known[1] == 1] = version, block.date(date)
    return versions, dates, _tag(block.texts, np.repeat(np.arange(n), count[1]), keys, values)


def _tag(texts: Texts, row: Numbers, key: Numbers, value: Numbers) -> BlockTags:
    return BlockTags(texts, row, _known(texts, key), _known(texts, value))


def _known(texts: Texts, number: Numbers) -> Numbers:
    """Numbers of texts that the block holds."""
    _check(len(number) == 0 or (int(number.min()) >= 0 and int(number.max()) < len(texts.begin)))
    return number


def _unzigzag(value: Numbers) -> Numbers:
    """Signed numbers from the way they are written: 0, -1, 1, -2…"""
    return np.asarray((value >> 1) ^ -(value & 1))


def _undo_differences(value: Numbers, start: Numbers) -> Numbers:
    """Sums of what each number adds to the one before, beginning again at each ``start``."""
    total = np.concatenate([[0], np.cumsum(value)])
    return np.asarray(total[1:] - np.repeat(total[start[:-1]], np.diff(start)))


def _check(well: bool) -> None:  # noqa: FBT001 - the only thing it is told
    if not well:
        raise SpoiltBlock
