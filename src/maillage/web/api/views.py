"""The page that documents the API, and the mark put on each of its answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_GET, require_safe

from maillage.web.api.api import api, marque, refuse
from maillage.web.api.demande import MIMES
from maillage.web.api.description import DROITS, REPONSES, SALLES
from maillage.web.api.listes import DEFAUT, MAXIMUM
from maillage.web.api.securite import Limite, tell_quotas
from maillage.web.socle.origines import answer_preflight

COMMUNS = {"page", "limit", "format"}
"""What every list takes."""
OUVERT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Total-Count",
}


@require_GET
def documentation(request: HttpRequest) -> HttpResponse:
    """Every address of the API by room, what it takes, what a key adds."""
    schema = api.get_openapi_schema(path_prefix="/api/1/")
    rooms: dict[str, list[dict[str, Any]]] = {tag: [] for tag in SALLES}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            rooms[operation["tags"][0]].append(_describe(path, method, operation))
    context = {
        "salles": [(tag, SALLES[tag], DROITS.get(tag, ""), operations) for tag, operations in rooms.items()],
        "erreurs": [(status, meaning) for status, meaning in REPONSES.items() if status >= 400],
        "limites": (Limite.PUBLIQUE, Limite.AVEC_CLE, Limite.PAR_JOUR),
        "page": (DEFAUT, MAXIMUM),
    }
    return render(request, "api/documentation.html", context)


def _describe(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """An operation; what every list takes is said once for all."""
    told = operation.get("parameters", [])
    own = [one | {"valeurs": _list_values(one["schema"])} for one in told if one["name"] not in COMMUNS]
    return {
        "chemin": path,
        "methode": method.upper(),
        "resume": operation["summary"],
        "description": operation["description"],
        "parametres": own,
        "liste": any(one["name"] == "page" for one in told),
        "formes": [name for name, mime in MIMES.items() if mime in operation["responses"][200]["content"]],
    }


def _list_values(schema: dict[str, Any]) -> list[str]:
    """What a parameter may be, where that is a list."""
    parts = [schema, *schema.get("anyOf", [])]
    return [str(value) for part in parts for value in part.get("enum", [])]


def marquer(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """304 when the reader already holds the answer; what is left of her quotas, what an answer varies by."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        etag = marque(request) if request.method == "GET" else None
        early = get_conditional_response(request, etag=etag) if etag else None
        response = early if early is not None else _answer(request, view, *args, **kwargs)
        if etag and response.status_code in {200, 304}:
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        else:
            add_never_cache_headers(response)
        for name, value in {**OUVERT, **tell_quotas(request)}.items():
            response.headers[name] = value
        patch_vary_headers(response, ("Accept", "Authorization"))
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]  # as ninja has its own: POST is a 405 in words
    return wrapped


def _answer(
    request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """What the operation says; a method that it lacks is refused in words, or told to who asks first."""
    response = view(request, *args, **kwargs)
    if response.status_code != 405:
        return response
    held = {one.strip() for one in response.headers["Allow"].split(",")}
    allowed = sorted({*held, "OPTIONS", *({"HEAD"} if "GET" in held else ())})
    if request.method == "OPTIONS":
        return answer_preflight(allowed)
    told = ", ".join(allowed)
    refused = refuse(request, 405, f"Cette adresse ne prend pas {request.method} ; elle prend {told}.")
    refused.headers["Allow"] = told
    return refused


def marked_urls() -> tuple[list[URLPattern], str, str]:
    """The API's addresses, each view behind its mark."""
    paths, app, namespace = api.urls
    for pattern in paths:
        # The document and the root are no operations: they would answer to any method.
        view = require_safe(pattern.callback) if isinstance(pattern.callback, partial) else pattern.callback
        pattern.callback = marquer(view)
    return paths, app, namespace
