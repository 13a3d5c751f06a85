"""Reading what a request says."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.views.decorators.http import require_http_methods

get_and_post = require_http_methods(["GET", "POST"])


def read_number(request: HttpRequest, name: str) -> int:
    """The number of a row in a form; what is not one names nothing: 404."""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404("Ce que ce formulaire désigne n’existe pas ici.")
    return int(text)
