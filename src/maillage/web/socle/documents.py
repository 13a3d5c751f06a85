"""Heavy documents: made once for each state of what they say, one at a time, kept on disk for all askers.

Whoever has no account is given all those that are made, and has so many made a minute.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from maillage import __version__
from maillage.web.socle import debit, pannes

GARDES = 400
ATTENTE_S = 60
SANS_COMPTE_PAR_MINUTE = 30
# One is made, few wait for it: an asker beyond is told to come back, and holds no thread.
_places = threading.BoundedSemaphore(10)
_atelier = threading.Lock()


class AtelierPleinError(Exception):
    """Too many documents are asked at once: this one can be asked again in a moment."""


def serve_once(
    request: HttpRequest, state: tuple[Any, ...], nom: str, mime: str, write: Callable[[Path], None]
) -> HttpResponse:
    """The document of this state, to be carried away under a name; else why not now, in words."""
    try:
        path = _find(state, Path(nom).suffix)
        if not path.is_file() and _asks_too_much(request):
            return pannes.write(request, pannes.DEBIT)
        body = make_once(state, Path(nom).suffix, write).read_bytes()
    except AtelierPleinError:
        return pannes.write(request, pannes.ATELIER)
    return carry(body, mime, nom)


def carry(body: bytes, mime: str, nom: str) -> HttpResponse:
    """A file that the browser keeps under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return HttpResponse(body, content_type=mime, headers=headers)


def _asks_too_much(request: HttpRequest) -> bool:
    return (
        not request.user.is_authenticated
        and debit.count_address(request, "documents") > SANS_COMPTE_PAR_MINUTE
    )


def _find(state: tuple[Any, ...], suffix: str) -> Path:
    digest = hashlib.sha256(repr((__version__, state)).encode()).hexdigest()
    return Path(settings.EXPORTS) / "documents" / f"{digest}{suffix}"


def make_once(state: tuple[Any, ...], suffix: str, write: Callable[[Path], None]) -> Path:
    """The document of this state, that ``write`` makes where it is told unless it is already there."""
    path = _find(state, suffix)
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
