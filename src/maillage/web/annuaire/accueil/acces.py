"""Views for accounts that may: others log in, or are refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

LIRE: Final = "GET"
ENVOYER: Final = "POST"
Vue = Callable[..., HttpResponse]


def who_may(permission: str, *methods: str) -> Callable[[Vue], Vue]:
    """A view for accounts that hold a permission, asked by these methods, kept by no cache."""

    def decorate(view: Vue) -> Vue:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded: Vue = login_required(require_http_methods(list(methods))(never_cache(wrapped)))
        return guarded

    return decorate
