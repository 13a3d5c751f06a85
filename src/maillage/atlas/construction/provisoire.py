"""Folders being made: hidden, locked by who makes them, swept by the next when their maker was killed.

The lock is the kernel's (``flock`` on the folder itself): it ends with the process, however it ends, so a
folder that can be locked has no maker left. Making, locking and sweeping go one process at a time.
"""

from __future__ import annotations

import fcntl
import glob
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ASIDE = "-ancien"


@contextmanager
def temporary_folder(parent: Path, name: str) -> Iterator[Path]:
    """A hidden folder of ``parent`` for making ``name``, removed at the end unless it was renamed.

    What killed processes left there of the same name is removed first, never what another is making.
    """
    temporary, held = parent / f".{name}.partiel-{secrets.token_hex(4)}", -1
    try:
        with lock(parent):
            sweep(parent, name)
            temporary.mkdir()
            held = os.open(temporary, os.O_RDONLY)
            take(held)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if held >= 0:
            os.close(held)


def clear_leftovers(place: Path) -> None:
    """Sweep beside ``place`` before anything is decided about it; what cannot be swept stays."""
    with suppress(OSError), lock(place.parent):
        sweep(place.parent, place.name)


def sweep(parent: Path, name: str) -> None:
    """Remove the folders of ``name`` that nobody holds; an atlas one had set aside goes back to its place."""
    left = {Path(str(path).removesuffix(ASIDE)) for path in parent.glob(f".{glob.escape(name)}.partiel-*")}
    for temporary in sorted(left):
        if is_held(temporary):
            continue
        aside = name_aside(temporary)
        if aside.exists() and not (parent / name).exists():
            aside.rename(parent / name)
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)


def name_aside(temporary: Path) -> Path:
    """Where the folder to be replaced waits while ``temporary`` takes its place."""
    return temporary.with_name(f"{temporary.name}{ASIDE}")


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold ``folder``'s lock; wait for it if need be."""
    held = os.open(folder, os.O_RDONLY)
    try:
        take(held)
        yield
    finally:
        os.close(held)


def take(descriptor: int) -> None:
    """Lock an open folder; file systems without locks go without, and nothing is swept there."""
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def is_held(folder: Path) -> bool:
    """Whether a running process holds ``folder``, or nobody can tell; an absent folder is held by nobody."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
