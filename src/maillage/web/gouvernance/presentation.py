"""How the history of governance writes a value, and what every view repeats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from maillage.web.socle.demande import read_number
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import compare, get_versions_around


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


def answer_form(
    request: HttpRequest, row: Any, form: Form, act: Callable[[], Any], context: dict[str, Any], gabarit: str
) -> HttpResponse:
    """The form, what it does, or what somebody else wrote in between with the form on top of it."""
    context |= {"objet": row, "form": form}
    if form.is_bound and form.is_valid():
        try:
            act()
        except ConflitVersion as conflict:
            said = _explain(request, row, conflict.actuel, form)
            return render(request, gabarit, context | said, status=409)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "C’est enregistré.", "succes")
            return redirect(row)
    return render(request, gabarit, context)


def _explain(request: HttpRequest, seen: Any, current: Any, form: Form) -> dict[str, Any]:
    """What the other person wrote, and the form again with the version to write on."""
    base = seen.history.filter(version=read_number(request, "version")).order_by("-history_id").first()
    fresh = form.data.copy()
    fresh["version"] = str(current.version)
    form.data = fresh
    return {
        "ecarts": compare(base, current, type(current), show_champ),
        "autre": get_versions_around(current)[0].history_user,
    }
