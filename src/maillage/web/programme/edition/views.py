"""Pages that change an object, and what happens when somebody else did too."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from maillage.sdaasp.programme.lisibilite import list_suggestions, measure
from maillage.web.programme import models, presentation
from maillage.web.programme.edition.formulaires import FORMULAIRES
from maillage.web.programme.noms import get_noms
from maillage.web.programme.saisie.forms import FormulaireObjet, open_form
from maillage.web.socle.demande import get_and_post, read_int
from maillage.web.suivi.commands import ConflitVersion, update
from maillage.web.suivi.queries import compare, get_lisible, get_versions_around
from maillage.web.suivi.views import offer_undo


@login_required
@get_and_post
@never_cache
def edit(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Edit an object; when somebody wrote in between, show both and lose nothing."""
    objet = get_lisible(request.user, sorte, cle)
    if sorte not in FORMULAIRES or not request.user.has_perm(objet.MODIFIER, objet):
        raise PermissionDenied
    noms = get_noms()
    base = _read_base(objet, request.POST.get("version")) if request.method == "POST" else objet
    form = open_form(FORMULAIRES[sorte], request, base, noms)
    if form.is_bound and form.is_valid():
        fields = form.read_fields()
        try:
            row = update(request.user, objet, base.version, fields, form.cleaned_data["motif"])
        except ConflitVersion as conflict:
            return _show_conflict(request, form, fields, base, conflict.actuel)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            offer_undo(request, "C’est enregistré.", [row])
            return redirect(row.get_absolute_url())
    context = {
        "section": "programme",
        "noms": noms,
        "objet": objet,
        "form": form,
        "lisibilite": _read_plainness(objet),
    }
    return render(request, "programme/edition/modifier.html", context)


def _read_base(objet: models.ObjetProgramme, version: str | None) -> Any:
    """The object as it was when the form was opened: what the person's changes are measured against."""
    read = read_int(version)
    if read is None or read == objet.version:
        return objet
    record = objet.history.filter(version=read).order_by("-history_id").first()  # type: ignore[attr-defined]
    return record.instance if record is not None else objet


def _show_conflict(
    request: HttpRequest,
    form: FormulaireObjet,
    fields: dict[str, Any],
    base: Any,
    current: models.ObjetProgramme,
) -> HttpResponse:
    """Both versions side by side, and the form again: the other's text, with this person's changes on top."""
    noms = form.noms
    fresh = type(form)(None, objet=current, noms=noms)
    for name in form.changed_data:
        if name != "version":
            fresh.initial[name] = form.cleaned_data[name]
    rows = [
        (
            current.name_champ(name),
            presentation.show_field(type(current), name, value, noms),
            presentation.show_field(type(current), name, getattr(current, name), noms),
            getattr(current, name) != getattr(base, name),
        )
        for name, value in fields.items()
    ]
    others = [
        ecart
        for ecart in compare(base, current, type(current), partial(presentation.show_field, noms=noms))
        if ecart.champ not in {row[0] for row in rows}
    ]
    author = get_versions_around(current)[0].history_user
    context = {
        "section": "programme",
        "noms": noms,
        "objet": current,
        "form": fresh,
        "lignes": rows,
        "autres": others,
        "autre": author,
    }
    return render(request, "programme/edition/conflit.html", context, status=409)


def _read_plainness(objet: models.ObjetProgramme) -> dict[str, Any] | None:
    text = getattr(objet, "texte_falc", None) or getattr(objet, "libelle", None)
    return {"mesures": measure(text), "conseils": list_suggestions(text)} if text else None
