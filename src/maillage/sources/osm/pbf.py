"""An OpenStreetMap PBF file as blocks: where each lies and what it begins with; its header; its faults.

A file of another form (XML, blocks packed otherwise than by zlib) is written anew by osmium, and read from
there. Format: https://wiki.openstreetmap.org/wiki/PBF_Format. Licence of the data: ODbL 1.0.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import numpy as np
import osmium
from numpy.typing import NDArray

from maillage.sources.osm.fichier import RETRY, check_present, explain, refuse

HEADER_MOST, BLOCK_MOST = 2**16, 2**25  # bytes of a block's header and of a block, from the format
NODES, WAYS, RELATIONS = 1, 3, 4  # what a block begins with, by the format's field
ANY = 0  # what a block begins with could not be told
GROUP_KIND = {1: NODES, 2: NODES, 3: WAYS, 4: RELATIONS}
PEEK = 64  # bytes of a block that surely hold the size of its table of texts
CUT = "fichier tronqué"
SPOILT = "un bloc est abîmé"
NANO = 1e-9

Box = tuple[float, float, float, float]
"""West, south, east, north, WGS 84 degrees."""


class _Elsewise(Exception):
    """Not a PBF file, or not one packed by zlib: for osmium to read."""


@dataclass(frozen=True)
class Pbf:
    """One file: its blocks of data by ``offset`` and ``size`` in bytes, and ``kind``: what each begins with.

    ``path``: where the bytes lie; ``given``: the file that was asked for.
    """

    path: Path
    given: Path
    header: bytes
    offset: NDArray[np.int64]
    size: NDArray[np.int64]
    kind: NDArray[np.int8]

    def choose(self, kind: int) -> NDArray[np.int64]:
        """Blocks that may hold ``kind``: those that begin with it, and the last before another beginning."""
        last = np.append(self.kind[1:] != self.kind[:-1], [True] * (len(self.kind) > 0))
        return np.flatnonzero((self.kind == kind) | (self.kind == ANY) | last)

    def read_blocks(self, chosen: NDArray[np.int64]) -> Iterator[bytes]:
        """These blocks, unpacked, one at a time."""
        with self.path.open("rb") as stream:
            for row in chosen.tolist():
                stream.seek(int(self.offset[row]))
                try:
                    yield _unpack(stream.read(int(self.size[row])))
                except (zlib.error, ValueError, IndexError) as error:
                    raise refuse(self.given, SPOILT, RETRY) from error

    @cached_property
    def _header(self) -> dict[int, list[int | bytes]]:
        return gather_fields(self.header)

    @property
    def date(self) -> str | None:
        """Date of the data as the header gives it (ISO 8601), or None."""
        seconds = self._header.get(32, [None])[0]
        return format_date(seconds) if isinstance(seconds, int) and seconds else None

    @property
    def box(self) -> Box | None:
        """Bounds that the header states, or None."""
        found = self._header.get(1, [None])[0]
        if not isinstance(found, bytes):
            return None
        sides = gather_fields(found)
        west, east, north, south = (
            NANO * unzigzag(_whole(sides.get(field, [0])[0])) for field in (1, 2, 3, 4)
        )
        return (west, south, east, north) if west < east and south < north else None


def format_date(seconds: int) -> str:
    """Seconds since 1970 as ISO 8601.

    >>> format_date(1369767544)
    '2013-05-28T18:59:04Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def open_pbf(path: Path) -> Iterator[Pbf]:
    """Open a file, written anew by osmium where it is no PBF that we read.

    Raises:
        EntreeInvalide: absent, empty, cut short, spoilt, of another nature, or a history of versions.
    """
    check_present(path)
    if not path.stat().st_size:
        raise refuse(path, "fichier vide", RETRY)
    with tempfile.TemporaryDirectory(prefix="maillage-osm-") as folder:
        try:
            found = _index(path, path)
        except _Elsewise:
            found = _index(_rewrite(path, Path(folder) / "extrait.osm.pbf"), path)
        yield found


def _rewrite(path: Path, copy: Path) -> Path:
    """The same objects as a PBF file of the usual form."""
    try:
        with osmium.io.Reader(str(path)) as reader:
            header = reader.header()
            if header.has_multiple_object_versions:
                raise refuse(path, "historique ou fichier de changements", "Choisissez un extrait d’une date")
            with osmium.SimpleWriter(str(copy), header=header) as writer:
                osmium.apply(reader, writer)
    except RuntimeError as error:
        raise refuse(path, explain(str(error)), RETRY) from error
    return copy


def _index(path: Path, given: Path) -> Pbf:
    """Where blocks lie. Every one is looked at, and only as far as its first object: a cut shows at once."""
    offset: list[int] = []
    size: list[int] = []
    kind: list[int] = []
    header = b""
    end = path.stat().st_size
    with path.open("rb") as stream:
        while stream.tell() < end:
            head = stream.read(4)
            length = int.from_bytes(head, "big")
            name, body = _read_head(stream.read(length)) if 0 < length <= HEADER_MOST else (b"", 0)
            if not offset and not header and name != b"OSMHeader":
                raise _Elsewise
            at = stream.tell()
            packed = stream.read(body)
            if not name or not 0 < body <= BLOCK_MOST or len(packed) < body:
                raise refuse(given, CUT if stream.tell() >= end else SPOILT, RETRY)
            if name == b"OSMHeader":
                header = _check_header(_read_packed(packed, given), given)
            elif name == b"OSMData":
                offset.append(at)
                size.append(body)
                kind.append(_peek(packed, given))
    spots, sizes = np.array(offset, np.int64), np.array(size, np.int64)
    return Pbf(path, given, header, spots, sizes, np.array(kind, np.int8))


def _read_head(data: bytes) -> tuple[bytes, int]:
    """A block's name and size; nothing where it cannot be read."""
    try:
        fields = gather_fields(data)
        return bytes(_text(fields[1][0])), _whole(fields[3][0])
    except (ValueError, IndexError, KeyError):
        return b"", 0


def _read_packed(packed: bytes, given: Path) -> bytes:
    try:
        return _unpack(packed)
    except (zlib.error, ValueError, IndexError) as error:
        raise refuse(given, SPOILT, RETRY) from error


def _unpack(packed: bytes) -> bytes:
    """The content of a block, never more than the format allows."""
    fields = gather_fields(packed)
    if 1 in fields:
        return _text(fields[1][0])
    if 3 not in fields:
        raise _Elsewise
    machine = zlib.decompressobj()
    content = machine.decompress(_text(fields[3][0]), BLOCK_MOST)
    if not machine.eof:
        raise ValueError("bloc trop grand ou coupé")
    return content


def _check_header(header: bytes, given: Path) -> bytes:
    if b"HistoricalInformation" in gather_fields(header).get(4, []):
        raise refuse(given, "historique de versions", "Choisissez un extrait d’une date")
    return header


def _peek(packed: bytes, given: Path) -> int:
    """What the block begins with, unpacking no more than its table of texts."""
    try:
        fields = gather_fields(packed)
        if 1 in fields:
            return _tell_kind(_text(fields[1][0]))
        if 3 not in fields:
            raise _Elsewise
        machine = zlib.decompressobj()
        head = machine.decompress(_text(fields[3][0]), PEEK)
        size, at = read_varint(head, 1)
        if head[0] == 0x0A and at + size + PEEK > len(head):
            head += machine.decompress(machine.unconsumed_tail, at + size + PEEK - len(head))
        return _tell_kind(head)
    except (zlib.error, ValueError, IndexError) as error:
        raise refuse(given, SPOILT, RETRY) from error


def _tell_kind(block: bytes) -> int:
    """The kind of the first group of a block whose table of texts comes first, as it does everywhere."""
    try:
        size, at = read_varint(block, 1)
        at += size
        if block[0] != 0x0A or block[at] != 0x12:
            return ANY
        _, at = read_varint(block, at + 1)
        return GROUP_KIND.get(block[at] >> 3, ANY)
    except IndexError:
        return ANY


def gather_fields(data: bytes) -> dict[int, list[int | bytes]]:
    """Numbers and texts of a small message, by field.

    >>> gather_fields(bytes([8, 150, 1, 18, 2, 104, 105]))
    {1: [150], 2: [b'hi']}
    """
    found: dict[int, list[int | bytes]] = {}
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == 2:
            if at + value > len(data):
                raise ValueError("champ coupé")
            found.setdefault(key >> 3, []).append(data[at : at + value])
            at += value
        elif key & 7 == 0:
            found.setdefault(key >> 3, []).append(value)
        else:
            raise ValueError("champ d’une autre forme")
    return found


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at ``at``, seven bits a byte, and where it ends.

    >>> read_varint(bytes([150, 1]), 0)
    (150, 2)
    """
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise ValueError("nombre sans fin")


def unzigzag(value: int) -> int:
    """A signed number from the way it is written.

    >>> [unzigzag(n) for n in range(4)]
    [0, -1, 1, -2]
    """
    return (value >> 1) ^ -(value & 1)


def _text(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else _fail("texte attendu")


def _whole(value: int | bytes) -> int:
    return value if isinstance(value, int) else _fail("nombre attendu")


def _fail(what: str) -> NoReturn:
    raise ValueError(what)
