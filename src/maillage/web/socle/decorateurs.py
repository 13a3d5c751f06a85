"""Views that need an atlas."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

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
