"""Which answers are compressed: pages and figures, never parts of files, whose bytes are counted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

COMPRESSIBLES = {
    "text/html",
    "text/csv",
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.mapbox-vector-tile",
    "application/vnd.oai.openapi+json",
}


def is_compressible(response: HttpResponse) -> bool:
    """Whether an answer is whole text, not compressed yet."""
    mime = response.headers.get("Content-Type", "").partition(";")[0]
    whole = response.status_code != 206 and not response.has_header("Content-Encoding")
    return whole and mime in COMPRESSIBLES


class TexteCompresseMiddleware(GZipMiddleware):
    """Compress pages and figures; never parts of files, whose bytes are counted."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Compressed where it is whole text."""
        if not is_compressible(response):
            return response
        return super().process_response(request, response)
