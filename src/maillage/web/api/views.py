"""The page that documents the API, and the mark put on each of its answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_GET

from maillage.web.api.api import api, marque
from maillage.web.api.description import REPONSES
from maillage.web.api.securite import tell_quotas

OUVERT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Total-Count",
}


@require_GET
def documentation(request: HttpRequest) -> HttpResponse:
    """Every address of the API, what it takes, an example."""
    schema = api.get_openapi_schema(path_prefix="/api/1/")
    operations = [
        {"chemin": path, "methode": method.upper(), **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    erreurs = [(status, meaning) for status, meaning in REPONSES.items() if status >= 400]
    return render(request, "api/documentation.html", {"operations": operations, "erreurs": erreurs})


def marquer(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """304 when the reader already holds the answer; what is left of her quotas, what an answer varies by."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        etag = marque(request)
        early = get_conditional_response(request, etag=etag) if etag and request.method == "GET" else None
        response = early if early is not None else view(request, *args, **kwargs)
        if etag and response.status_code in {200, 304}:
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        else:
            add_never_cache_headers(response)
        for name, value in {**OUVERT, **tell_quotas(request)}.items():
            response.headers[name] = value
        patch_vary_headers(response, ("Accept", "Authorization"))
        return response

    return wrapped


def marked_urls() -> tuple[list[URLPattern], str, str]:
    """The API's addresses, each view behind its mark."""
    paths, app, namespace = api.urls
    for pattern in paths:
        pattern.callback = marquer(pattern.callback)
    return paths, app, namespace
