"""Vector tiles (Mapbox Vector Tile 2.1): written from shapes, or one layer taken out of a tile of several."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

ETENDUE: Final = 4096
MARGE: Final = 64
"""Width of a tile in its own units, and how far its shapes go beyond its sides."""

POINT, LIGNE, SURFACE = 1, 2, 3
ALLER, TRACER, FERMER = 1, 2, 7


def make_tile(nom: str, shapes: NDArray[np.object_], properties: Sequence[Mapping[str, Any]]) -> bytes:
    """A tile of one layer: shapes in the units of the tile, y downwards, and what each says; no null.

    >>> make_tile("lieux", np.array([], dtype=object), [])
    b''
    """
    keys: dict[str, int] = {}
    values: dict[tuple[type, Any], int] = {}
    features = []
    spots = _list_spots(shapes)
    for shape, spot, told in zip(shapes, spots, properties, strict=True):
        geometry, kind = _draw(shape) if spot is None else ([_command(ALLER, 1), *_move((0, 0), spot)], POINT)
        if not geometry:
            continue
        tags: list[int] = []
        for name, value in told.items():
            if value is not None:
                tags.append(keys.setdefault(name, len(keys)))
                tags.append(values.setdefault((type(value), value), len(values)))
        features.append(_field(2, _pack(tags)) + _number(3, kind) + _field(4, _pack(geometry)))
    if not features:
        return b""
    body = _number(15, 2) + _field(1, nom.encode()) + b"".join(_field(2, one) for one in features)
    body += b"".join(_field(3, key.encode()) for key in keys)
    body += b"".join(_field(4, _write_value(value)) for _, value in values)
    return _field(3, body + _number(5, ETENDUE))


def keep_layer(tile: bytes, nom: str) -> bytes:
    """One layer of a tile, byte for byte; empty when the tile does not have it."""
    kept = b""
    for number, body in _fields(tile):
        if number == 3 and any(n == 1 and part == nom.encode() for n, part in _fields(body)):
            kept += _field(3, body)
    return kept


def _list_spots(shapes: NDArray[np.object_]) -> list[list[int] | None]:
    """Where each shape that is one point stands; None for the others: points come by thousands."""
    alone = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    found: list[list[int] | None] = [None] * len(shapes)
    spots = shapely.get_coordinates(shapes[alone]).astype(int).tolist()
    for row, spot in zip(np.flatnonzero(alone).tolist(), spots, strict=True):
        found[row] = spot
    return found


def _draw(shape: Any) -> tuple[list[int], int]:
    """The commands of a shape and its kind; none when it has vanished."""
    parts = list(shapely.get_parts(shape)) if shape is not None else []
    kind = {0: POINT, 1: LIGNE, 2: SURFACE}.get(
        max((shapely.get_dimensions(one) for one in parts), default=-1), 0
    )
    commands: list[int] = []
    here = (0, 0)
    if kind == POINT:
        spots = np.concatenate([shapely.get_coordinates(one) for one in parts]).astype(int).tolist()
        commands.append(_command(ALLER, len(spots)))
        for spot in spots:
            commands += _move(here, spot)
            here = spot
        return commands, kind
    for one in parts:
        if shapely.get_dimensions(one) != kind - 1:
            continue
        rings = [one] if kind == LIGNE else list(shapely.get_rings(one))
        for ring in rings:
            drawn, here = _line(ring, here, close=kind == SURFACE)
            commands += drawn
    return commands, kind


def _line(ring: Any, here: Any, *, close: bool) -> tuple[list[int], Any]:
    spots = shapely.get_coordinates(ring).astype(int).tolist()
    if close:
        spots = spots[:-1]
    if len(spots) < (3 if close else 2):
        return [], here
    commands = [_command(ALLER, 1), *_move(here, spots[0]), _command(TRACER, len(spots) - 1)]
    for before, after in pairwise(spots):
        commands += _move(before, after)
    return commands + ([_command(FERMER, 1)] if close else []), spots[-1]


def _command(number: int, count: int) -> int:
    return (count << 3) | number


def _move(before: Any, after: Any) -> tuple[int, int]:
    """A step, signs folded into the last bit.

    >>> _move((0, 0), (1, -1))
    (2, 1)
    """
    dx, dy = after[0] - before[0], after[1] - before[1]
    return (dx << 1) ^ (dx >> 63), (dy << 1) ^ (dy >> 63)


def _varint(value: int) -> bytes:
    """A whole number, seven bits a byte.

    >>> _varint(300)
    b'\\xac\\x02'
    """
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _pack(values: Sequence[int]) -> bytes:
    return b"".join(map(_varint, values))


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _write_value(value: Any) -> bytes:
    if isinstance(value, bool):
        return _number(7, int(value))
    if isinstance(value, int):
        return _number(6, (value << 1) ^ (value >> 63))
    if isinstance(value, float):
        return _varint(3 << 3 | 1) + struct.pack("<d", value)
    return _field(1, str(value).encode())


def _fields(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message that hold bytes: (number, bytes); the others are passed over."""
    place = 0
    while place < len(body):
        head, place = _read_varint(body, place)
        kind = head & 7
        if kind == 2:
            size, place = _read_varint(body, place)
            yield head >> 3, body[place : place + size]
            place += size
        elif kind == 0:
            _, place = _read_varint(body, place)
        else:
            place += 8 if kind == 1 else 4


def _read_varint(body: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
