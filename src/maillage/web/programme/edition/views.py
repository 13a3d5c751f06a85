"""Pages that change an object, and what happens when somebody else did too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.sdaasp.programme.lisibilite import list_suggestions, measure
from maillage.web.programme import models
from maillage.web.programme.adresses import get_adresse
from maillage.web.programme.conversion import name_field
from maillage.web.programme.declinaisons.commands import annuler_en_lot
from maillage.web.programme.edition import commands, forms, formulaires, presentation
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.rules import MODIFIER
from maillage.web.programme.suivi.queries import get_objet, list_versions

get_and_post = require_http_methods(["GET", "POST"])


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Edit an object; when somebody wrote in between, show both and lose nothing."""
    objet = get_objet(sorte, cle)
    if sorte not in formulaires.FORMULAIRES or not request.user.has_perm(MODIFIER[sorte], objet):
        raise PermissionDenied
    noms = get_noms()
    base = _read_base(objet, request.POST.get("version")) if request.method == "POST" else objet
    form = open_form(request, base, noms)
    if form.is_bound and form.is_valid():
        fields = form.read_fields()
        try:
            row = commands.modifier(request.user, objet, base.version, fields, form.cleaned_data["motif"])
        except commands.ConflitVersion as conflict:
            return _show_conflict(request, form, fields, base, conflict.actuel)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            offer_undo(request, "C’est enregistré.", [row])
            return redirect(get_adresse(row))
    context = {
        "section": "programme",
        "noms": noms,
        "objet": objet,
        "form": form,
        "lisibilite": _read_plainness(objet),
    }
    return render(request, "programme/edition/modifier.html", context)


def open_form(request: HttpRequest, base: Any, noms: Noms) -> forms.FormulaireSuivi:
    """The form of an object: as sent, as sent with one more blank line, or filled from the object."""
    kind = formulaires.FORMULAIRES[base.SORTE]
    if request.method == "POST":
        form = kind(request.POST, objet=base, noms=noms)
        more = request.POST.get("ajouter", "")
        return form.keep_typed(more) if more else form
    form = kind(None, objet=base, noms=noms)
    form.preset(dict(request.GET.lists()))
    return form


def offer_undo(request: HttpRequest, text: str, rows: Sequence[models.Suivi]) -> None:
    """Say on the next page that it is done, with a button to undo it."""
    choices = [f"{row.cle}@{row.version}" for row in rows]
    request.session["annulable"] = {"texte": text, "sorte": rows[0].SORTE, "choix": choices}


def read_choices(request: HttpRequest) -> dict[str, int]:
    """Key → version, from boxes whose value is ``key@version``."""
    parts = (part.rpartition("@") for part in request.POST.getlist("choix"))
    return {key: int(version) for key, _, version in parts if version.isdigit()}


def _read_base(objet: models.Suivi, version: str | None) -> Any:
    """The object as it was when the form was opened: what the person's changes are measured against."""
    if version is None or not version.isdigit() or int(version) == objet.version:
        return objet
    record = objet.history.filter(version=int(version)).order_by("-history_id").first()  # type: ignore[attr-defined]
    return record.instance if record is not None else objet


def _show_conflict(
    request: HttpRequest,
    form: forms.FormulaireSuivi,
    fields: dict[str, Any],
    base: Any,
    current: models.Suivi,
) -> HttpResponse:
    """Both versions side by side, and the form again: the other's text, with this person's changes on top."""
    noms = form.noms
    fresh = type(form)(None, objet=current, noms=noms)
    for name in form.changed_data:
        if name != "version":
            fresh.initial[name] = form.cleaned_data[name]
    rows = [
        (
            name_field(type(current), name),
            presentation.show(value, noms),
            presentation.show(getattr(current, name), noms),
            getattr(current, name) != getattr(base, name),
        )
        for name, value in fields.items()
    ]
    others = [
        ecart
        for ecart in presentation.compare(base, current, type(current), noms)
        if ecart.champ not in {row[0] for row in rows}
    ]
    author = list_versions(current)[0].history_user
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


def _read_plainness(objet: models.Suivi) -> dict[str, Any] | None:
    text = getattr(objet, "texte_falc", None) or getattr(objet, "libelle", None)
    return {"mesures": measure(text), "conseils": list_suggestions(text)} if text else None


@login_required
@require_POST
def annuler(request: HttpRequest) -> HttpResponse:
    """Undo one's own last change, on one object or on several declinaisons."""
    sorte, versions = request.POST.get("sorte", ""), read_choices(request)
    rows = [get_objet(sorte, key) for key in versions]
    if not rows:
        raise Http404("Rien à annuler.")
    try:
        if len(rows) == 1:
            commands.annuler(request.user, rows[0], versions[rows[0].cle])
        else:
            annuler_en_lot(request.user, versions)
    except commands.ConflitVersion as conflict:
        text = f"« {conflict.actuel} » a changé depuis : rien n’a été annulé. Son historique dit par qui."
        messages.error(request, text, "erreur")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "Le changement est annulé ; l’historique garde les deux états.", "succes")
    return redirect(get_adresse(rows[0]) if len(rows) == 1 else "programme:declinaisons")
