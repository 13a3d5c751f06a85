"""Answers that a page of another site may read, and what its browser asks first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

LECTURE: Final = ("GET", "HEAD", "OPTIONS")
ENTETES: Final = "Accept, Authorization, Content-Type, If-None-Match"
JOUR_S: Final = "86400"
OUVERT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Last-Modified, Retry-After",
}
Vue = Callable[..., HttpResponseBase]


def answer_preflight(methods: Iterable[str] = LECTURE) -> HttpResponse:
    """What a browser asks before it sends the request of another site (Fetch, « CORS-preflight »)."""
    allowed = ", ".join(methods)
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": ENTETES,
        "Access-Control-Max-Age": JOUR_S,
    }
    return HttpResponse(status=204, headers=headers)


def open_to_sites(view: Vue) -> Vue:
    """A view that any site reads from its own pages; it is only read."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = answer_preflight()
        elif request.method not in LECTURE:
            response = HttpResponse(
                "Cette adresse se lit seulement : GET.",
                status=405,
                content_type="text/plain; charset=utf-8",
                headers={"Allow": ", ".join(LECTURE)},
            )
        else:
            response = view(request, *args, **kwargs)
        for name, value in OUVERT.items():
            response.headers[name] = value
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is written: POST is a 405 like the others
    return wrapped
