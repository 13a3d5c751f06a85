"""Answers that processes of one server share: files, named by what they answer and the state they come from.

The state is in the path: another is never found, nothing expires by time. A file is whole, or it is none.
What else an answer comes from is in its file, for whoever keeps it to read; it takes the place of the former.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import threading
import time
import zlib
from collections.abc import Hashable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.conf import settings

RACINE = Path(__file__).parents[2]
SOMME = 4
# The folder is weighed each time a process has written such a part of what it may weigh; no file is heavier.
PARTS = 4
# What one process still writes to under a state, another may have left: its folder is then this old at least.
DELAISSE_S = 120


class Commun:
    """Bytes by key, under one state; ``maximum``: what a state may weigh, bytes, all processes together.

    Each looks at what it weighs once it has written a part of it; those found longest ago then leave.
    """

    def __init__(self, folder: Path, maximum: int) -> None:
        self.folder, self.maximum = folder, maximum
        self._lock = threading.Lock()
        self._current, self._written = "", 0

    def find(self, key: Hashable, state: Hashable) -> bytes | None:
        """What was kept under this very state, by this process or another."""
        path = self._place(key, state)
        try:
            held = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)  # it leaves after those that nobody asks
        return held[SOMME:] if held[:SOMME] == sum_up(held[SOMME:]) else None

    def keep(self, key: Hashable, state: Hashable, body: bytes) -> None:
        """Keep it for the others; a disk that is full keeps nothing."""
        if len(body) > self.maximum // PARTS:
            return
        path = self._place(key, state)
        with self._lock:
            if path.parent.name != self._current:
                self._current, self._written = path.parent.name, 0
                self._sweep()
            self._written += len(body)
            heavy = self._written > self.maximum // PARTS
            if heavy:
                self._written = 0
        if heavy:
            self._make_room(path.parent)
        partial = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.write_bytes(sum_up(body) + body)
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()

    def _make_room(self, folder: Path) -> None:
        """Where it weighs too much, leave half of it: what was found or written last."""
        held: list[tuple[float, int, Path]] = []
        with suppress(OSError):
            for path in folder.iterdir():
                with suppress(OSError):
                    told = path.stat()
                    held.append((told.st_mtime, told.st_size, path))
        weight = sum(size for _, size, _ in held)
        if weight <= self.maximum:
            return
        for _, size, path in sorted(held):
            with suppress(OSError):
                path.unlink()
            weight -= size
            if weight <= self.maximum // 2:
                return

    def _place(self, key: Hashable, state: Hashable) -> Path:
        under = digest((sign_code(), state))
        return self.folder / under / digest(key)

    def _sweep(self) -> None:
        """Leave out the states that nobody writes to any more."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.name != self._current and path.stat().st_mtime < time.time() - DELAISSE_S:
                    shutil.rmtree(path, ignore_errors=True)


def digest(told: Hashable) -> str:
    """A name for a value that is written the same in every process."""
    return hashlib.sha256(repr(told).encode()).hexdigest()


def sum_up(body: bytes) -> bytes:
    """What tells a whole file from one that a power cut left short."""
    return zlib.crc32(body).to_bytes(SOMME, "little")


@cache
def sign_code() -> str:
    """What this process is: the life of the server that started it, its settings, its code.

    After a restart, or in a process of another version, nothing is found of what others kept.
    """
    settled = [(name, repr(getattr(settings, name))) for name in sorted(dir(settings)) if name.isupper()]
    return digest((read_life(os.getppid()), sys.version, settled, tuple(_list_code())))


def read_life(pid: int) -> tuple[int, str]:
    """A process of this boot of the machine, and when it began: numbers are given again."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        began = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    except OSError:
        return pid, ""
    return pid, f"{boot} {began}"


def _list_code() -> Iterator[tuple[str, int, int]]:
    for path in sorted(RACINE.rglob("*")):
        if path.suffix in {".py", ".html", ".txt", ".toml", ".json"}:
            told = path.stat()
            yield str(path.relative_to(RACINE)), told.st_size, told.st_mtime_ns
