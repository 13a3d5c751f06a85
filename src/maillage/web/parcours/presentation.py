"""What every view of the course repeats."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def require(action: str) -> Callable[[View], View]:
    """Only who may do this in the course."""

    def decorate(view: View) -> View:
        @wraps(view)
        def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(f"parcours.{action}"):
                raise PermissionDenied(f"parcours.{action}")
            return view(request, *args, **kwargs)

        return check

    return decorate
