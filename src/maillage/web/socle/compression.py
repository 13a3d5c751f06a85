"""Which answers are compressed: pages and figures, never parts of files, whose bytes are counted."""

from __future__ import annotations

import gzip
import secrets
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

COMPRESSIBLES = {
    "text/html",
    "text/csv",
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.mapbox-vector-tile",
    "application/vnd.oai.openapi+json",
}
PRESSE_MIN = 200
# A page of 190 kB: 5 ms and 46 kB; at 6, which is usual, 14 ms and 41 kB.
NIVEAU = 4
# The header of gzip, where a name may follow: its length, drawn, hides that of what is said (BREACH).
DRAPEAUX, NOM, ENTETE = 3, 8, 10
ALEA_MAX: Final = 100


def is_compressible(response: HttpResponse) -> bool:
    """Whether an answer is whole text, not compressed yet."""
    mime = response.headers.get("Content-Type", "").partition(";")[0]
    whole = response.status_code != 206 and not response.has_header("Content-Encoding")
    return whole and mime in COMPRESSIBLES


def accepts_gzip(request: HttpRequest) -> bool:
    """As Django's own compression reads it."""
    return "gzip" in request.headers.get("Accept-Encoding", "")


def press(body: bytes, *, blurred: bool = False) -> bytes:
    """The body compressed; ``blurred``: with a length that tells nothing of a secret in it."""
    small = gzip.compress(body, NIVEAU, mtime=0)
    if not blurred:
        return small
    head = bytearray(small[:ENTETE])
    head[DRAPEAUX] |= NOM
    return bytes(head) + b"a" * secrets.randbelow(ALEA_MAX + 1) + b"\0" + small[ENTETE:]


class TexteCompresseMiddleware(GZipMiddleware):
    """Compress pages and figures; never parts of files, whose bytes are counted."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Compressed where it is whole text, and shorter so."""
        if not is_compressible(response):
            return response
        if response.streaming or len(response.content) < PRESSE_MIN:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        small = press(response.content, blurred=True) if accepts_gzip(request) else response.content
        if len(small) >= len(response.content):
            return response
        response.content = small
        response.headers["Content-Length"] = str(len(small))
        response.headers["Content-Encoding"] = "gzip"
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):  # weak: the same page, in other bytes
            response.headers["ETag"] = f"W/{etag}"
        return response
