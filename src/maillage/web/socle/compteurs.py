"""Counts that the processes of one machine share: a small file in memory, that no base writes to disk.

A count in the base is a commit, and each commit makes every process ask again what the state of the base is.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

CASE = struct.Struct("<16sQQ")  # a hash of the key, its window, how many times
CASES, ESSAIS = 2**16, 16


class CompteursPartages:
    """How many times each key was seen in a window, by all processes that open this file.

    A key has ``ESSAIS`` places of ``CASES``. It takes one whose window is over; where all are in use, that of
    the key seen least: a key that asks much is never the one forgotten.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._opened: tuple[int, int, mmap.mmap] | None = None

    def count(self, key: str, window: int) -> int:
        """Count once more; the count in this window. Windows before it are over."""
        digest = blake2b(key.encode(), digest_size=16).digest()
        with self._lock, self._alone() as held:
            at, count = _find(held, digest, window)
            CASE.pack_into(held, at, digest, window, count + 1)
        return count + 1

    @contextmanager
    def _alone(self) -> Iterator[mmap.mmap]:
        """The file, that no other process writes meanwhile; the system lets go of what a dead one held."""
        descriptor, held = self._open()
        fcntl.lockf(descriptor, fcntl.LOCK_EX)
        try:
            yield held
        finally:
            fcntl.lockf(descriptor, fcntl.LOCK_UN)

    def _open(self) -> tuple[int, mmap.mmap]:
        """Opened by each process for itself, a child of a fork too."""
        if self._opened is None or self._opened[0] != os.getpid():
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.ftruncate(descriptor, CASES * CASE.size)
            self._opened = os.getpid(), descriptor, mmap.mmap(descriptor, CASES * CASE.size)
        return self._opened[1:]


def _find(held: mmap.mmap, digest: bytes, window: int) -> tuple[int, int]:
    """Where this key is counted, or may be; its count so far in this window."""
    first = int.from_bytes(digest[:4], "little")
    free, least = -1, (1 << 64, -1)
    for step in range(ESSAIS):
        at = (first + step) % CASES * CASE.size
        kept, of, count = CASE.unpack_from(held, at)
        if kept == digest:
            return at, count if of == window else 0
        if of < window:
            free = at if free < 0 else free
        else:
            least = min(least, (count, at))
    return (free if free >= 0 else least[1]), 0
