"""Views that need an atlas, or whose address or content is for one reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

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
            return render(request, "socle/sans_atlas.html", {"ecartes": survey().ecartes}, status=503)
        return view(request, atlas, *args, **kwargs)

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
