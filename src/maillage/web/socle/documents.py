"""Heavy documents: made once for each state of what they say, one at a time, kept on disk for all askers."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage import __version__

GARDES = 200
ATTENTE_S = 60
# One is made, few wait for it: an asker beyond is told to come back, and holds no thread.
_places = threading.BoundedSemaphore(6)
_atelier = threading.Lock()


class AtelierPleinError(Exception):
    """Too many documents are asked at once: this one can be asked again in a moment."""


def make_once(state: tuple[Any, ...], suffix: str, write: Callable[[Path], None]) -> Path:
    """The document of this state, that ``write`` makes where it is told unless it is already there."""
    digest = hashlib.sha256(repr((__version__, state)).encode()).hexdigest()
    path = Path(settings.EXPORTS) / "documents" / f"{digest}{suffix}"
    if path.is_file():
        return path
    if not _places.acquire(blocking=False):
        raise AtelierPleinError
    try:
        return _make(path, write)
    finally:
        _places.release()


def _make(path: Path, write: Callable[[Path], None]) -> Path:
    if not _atelier.acquire(timeout=ATTENTE_S):
        raise AtelierPleinError
    try:
        if not path.is_file():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = path.with_name(f"partiel-{path.name}")
            try:
                write(partial)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            _forget_oldest(path.parent)
        return path
    finally:
        _atelier.release()


def _forget_oldest(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[GARDES:]:
        path.unlink(missing_ok=True)
