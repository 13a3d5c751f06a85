"""The two compiled loops that find the numbers of protocol buffers, checked at every byte.

Format: https://protobuf.dev/programming-guides/encoding/. A message that does not follow it gives ``False``
or a negative place, never a read beyond its end.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
NUMBER, LONG, TEXT, SHORT = 0, 1, 2, 5  # what follows a field's key: a number, 8 bytes, a sized text, 4 bytes


@njit(cache=True, inline="always")
def _read_varint(data: NDArray[np.uint8], at: int, stop: int) -> tuple[int, int]:
    """The number at ``at``, seven bits a byte, and where it ends: -1 where it does not."""
    value, shift = 0, 0
    while at < stop and shift < 64:
        byte = int(data[at])
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    return value, -1


@njit(cache=True, inline="always")
def _read_field(data: NDArray[np.uint8], at: int, stop: int) -> tuple[int, int, int]:
    """Number of the field at ``at``, begin and end of its content; -1 for the end of what is no field."""
    key, at = _read_varint(data, at, stop)
    if at < 0:
        return 0, at, -1
    sort = key & 7
    if sort == TEXT:
        size, at = _read_varint(data, at, stop)
        return key >> 3, at, at + size if 0 <= at <= stop - size and size >= 0 else -1
    if sort == NUMBER:
        _, end = _read_varint(data, at, stop)
        return key >> 3, at, end
    size = 8 if sort == LONG else 4
    return key >> 3, at, at + size if sort in (LONG, SHORT) and at + size <= stop else -1


@njit(cache=True)
def split_fields(data: NDArray[np.uint8], begin: int, end: int) -> tuple[Numbers, Numbers, Numbers]:
    """Every field of a message: number, begin and end of its content; none of what is no message."""
    n, at = 0, begin
    while 0 <= at < end:
        _, _, at = _read_field(data, at, end)
        n += 1
    n = n if at == end else 0
    number, start, stop = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    at = begin
    for i in range(n):
        number[i], start[i], at = _read_field(data, at, end)
        stop[i] = at
    return number, start, stop


@njit(cache=True)
def read_columns(
    data: NDArray[np.uint8], begin: Numbers, end: Numbers, fields: Numbers, inner: int
) -> tuple[bool, Numbers, Numbers, Numbers, Numbers]:
    """The numbers of some ``fields`` of many messages, packed or not, in the order of the messages.

    Whether all is well; ``values[f]``, of which ``count[f].sum()`` are written, ``count[f, m]`` of message
    ``m``; begin and end of the content of field ``inner`` of each message, both 0 where there is none.
    """
    n = len(begin)
    values = np.empty((len(fields), (end - begin).sum()), np.int64)
    count = np.zeros((len(fields), n), np.int64)
    filled = np.zeros(len(fields), np.int64)
    start, stop = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for m in range(n):
        at = begin[m]
        while at < end[m]:
            number, first, at = _read_field(data, at, end[m])
            if at < 0:
                return False, values, count, start, stop
            if number == inner:
                start[m], stop[m] = first, at
            for f in range(len(fields)):
                if fields[f] == number:
                    while first < at:
                        value, first = _read_varint(data, first, at)
                        if first < 0:
                            return False, values, count, start, stop
                        values[f, filled[f]] = value
                        filled[f] += 1
                        count[f, m] += 1
    return True, values, count, start, stop
