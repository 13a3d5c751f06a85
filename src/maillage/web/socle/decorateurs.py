"""Views that need an atlas, or whose address or content is for one reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import HEADER, NONE
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from maillage.web.socle.atlas import survey


def avec_atlas(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view the atlas of the request; without any, the page that says how to make one (503)."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        atlas = request.atlas  # type: ignore[attr-defined]
        if atlas is None:
            found = survey()
            context = {"ecartes": found.ecartes, "ailleurs": sorted(set(found.codes))}
            return render(request, "socle/sans_atlas.html", context, status=503)
        return view(request, atlas, *args, **kwargs)

    return wrapped


# What a page inside another one may do: be shown.
CADRE_OUVERT = {
    "frame-ancestors": ["*"],
    "script-src": [NONE],
    "connect-src": [NONE],
    "worker-src": [NONE],
    "form-action": [NONE],
}


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that any site may hold in a frame: no script, no form. All others refuse it.

    The policy is written here, so that an answer kept in memory keeps it.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
            response.headers[HEADER] = build_policy(replace=CADRE_OUVERT)
        return response

    return wrapped


def for_one_reader(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that nobody else may find again: kept by no cache, its address told to no other page.

    ``strict-origin`` and not ``no-referrer``: with the latter, browsers send forms without their origin.
    """

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return wrapped
