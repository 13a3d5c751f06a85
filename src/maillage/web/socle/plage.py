"""Files served whole or by one part, as RFC 9110 (14) says; several parts at once are the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

PLAGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
MORCEAU = 64 * 2**10
# More digits than any file has bytes.
CHIFFRES_MAX = 18


class HorsDuFichierError(ValueError):
    """A part that begins after the end of the file."""


def read_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked of a file of ``size`` bytes; None for the whole.

    >>> read_part("bytes=2-4", 10), read_part("bytes=8-99", 10), read_part("bytes=-3", 10)
    ((2, 4), (8, 9), (7, 9))
    >>> read_part("", 10), read_part("bytes=4-2", 10), read_part("bytes=0-1,4-5", 10)
    (None, None, None)
    """
    found = PLAGE.fullmatch(header.strip())
    if found is None or found[0] == "bytes=-":
        return None
    first, last = (_count(text, size) for text in found.groups())
    if first is None:
        start, end = max(0, size - (last or 0)), size - 1
    else:
        start, end = first, size - 1 if last is None else min(last, size - 1)
        if last is not None and last < first:
            return None
    if start >= size:
        raise HorsDuFichierError
    return start, end


def _count(text: str, size: int) -> int | None:
    if not text:
        return None
    return int(text) if len(text) <= CHIFFRES_MAX else size + int(text[:CHIFFRES_MAX])


def serve_file(request: HttpRequest, path: Path, mime: str, etag: str) -> HttpResponseBase:
    """The file, 200, or the part asked, 206; 416 when that part lies outside."""
    size = path.stat().st_size
    asked = request.headers.get("Range", "")
    try:
        part = read_part(asked, size) if request.headers.get("If-Range", etag) == etag else None
    except HorsDuFichierError:
        return HttpResponse(
            status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        )
    headers = {"Accept-Ranges": "bytes", "ETag": etag}
    if part is None:
        return FileResponse(path.open("rb"), content_type=mime, headers=headers)
    start, end = part
    headers |= {"Content-Range": f"bytes {start}-{end}/{size}", "Content-Length": str(end - start + 1)}
    body = _read(path, start, end - start + 1)
    return StreamingHttpResponse(body, status=206, content_type=mime, headers=headers)


def _read(path: Path, start: int, left: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while left > 0 and (data := file.read(min(MORCEAU, left))):
            left -= len(data)
            yield data
