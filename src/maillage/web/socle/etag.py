"""Answers that depend on the atlas and the address alone: their mark is known before they are computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from maillage import __version__
from maillage.web.socle.atlas import AtlasOuvert


def mark(request: HttpRequest, atlas: AtlasOuvert, etat: str = "") -> str:
    """The ETag of an answer of this version of the code, for this address, on this atlas.

    An atlas that opens by itself is not named by the addresses that an answer gives; another is. ``etat``:
    what else it depends on.
    """
    asked = f"{request.get_full_path()} {request.headers.get('Accept', '')}"
    text = f"{__version__} {atlas.empreinte} {atlas.id} {atlas.par_defaut} {asked} {etat}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def par_atlas(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 304 without computing anything when the reader already holds this answer."""

    @wraps(view)
    def wrapped(request: HttpRequest, atlas: AtlasOuvert, *args: Any, **kwargs: Any) -> HttpResponseBase:
        etag = mark(request, atlas)
        early = get_conditional_response(request, etag=etag)
        response = early if early is not None else view(request, atlas, *args, **kwargs)
        if response.status_code in {200, 206, 304}:
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        return response

    return wrapped
