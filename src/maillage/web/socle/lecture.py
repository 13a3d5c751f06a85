"""What a reader chose for every page: plain versions first. A cookie of preference, nothing of who reads."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from maillage.web.socle.demande import get_and_post

COOKIE: Final = "lecture"
SIMPLE: Final = "simple"
UN_AN: Final = 365 * 24 * 3600


def wants_simple(request: HttpRequest) -> bool:
    """Whether plain versions come first for this reader."""
    return request.COOKIES.get(COOKIE) == SIMPLE


@get_and_post
@never_cache
def choisir(request: HttpRequest) -> HttpResponse:
    """Choose, and go back where one was; any page says it, no account is needed."""
    back = request.POST.get("retour") or request.GET.get("retour", "")
    if not url_has_allowed_host_and_scheme(back, None):
        back = "/"
    if request.method == "GET":
        return render(request, "socle/lecture.html", {"retour": back})
    answer = redirect(back)
    if request.POST.get("lecture") == SIMPLE:
        answer.set_cookie(COOKIE, SIMPLE, UN_AN, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer
