"""How the history of governance writes a value, and what every view repeats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from maillage.web.suivi.commands import ConflitVersion


def show_champ(model: type[Any], champ: str, value: Any) -> str:
    """A value of a field, in words."""
    if value in (None, "", []):
        return "rien"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return "\n".join(_show_item(item) for item in value)
    return str(dict(model._meta.get_field(champ).flatchoices).get(value, value))  # noqa: SLF001  Django's name


def _show_item(item: Any) -> str:
    if isinstance(item, dict):
        return " · ".join(str(part) for part in item.values() if part not in (None, ""))
    return "-".join(map(str, item)) if isinstance(item, list) else str(item)


def require_lire(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Governance is read by whoever holds a mandate."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("gouvernance.lire"):
            raise PermissionDenied("gouvernance.lire")
        return view(request, *args, **kwargs)

    return check


def write(request: HttpRequest, act: Callable[[], Any], done: str, back: Any) -> HttpResponse:
    """Do one act and say it; what the rules refuse, or somebody else wrote in between, is said instead."""
    try:
        act()
    except ConflitVersion:
        said = "Quelqu’un a enregistré entre-temps : relisez, rien de ce que vous demandiez n’a été fait."
        messages.error(request, said, "erreur")
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, f"{text[:1].upper()}{text[1:]}", "erreur")
    else:
        messages.success(request, done, "succes")
    return redirect(back)
