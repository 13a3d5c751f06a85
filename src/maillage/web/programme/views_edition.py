"""Pages that change the programme: fiches, objectives, declinaisons; conflicts; history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.sdaasp.programme.lisibilite import list_suggestions, measure
from maillage.sdaasp.programme.modele import Declinaison as DeclinaisonPure
from maillage.web.programme import commands, forms, models, presentation, queries
from maillage.web.programme.adresses import get_adresse
from maillage.web.programme.conversion import name_field
from maillage.web.programme.forms_suivi import FormulaireLot
from maillage.web.programme.rules import MODIFIER
from maillage.web.socle.demande import read_number
from maillage.web.socle.formats import accord

get_and_post = require_http_methods(["GET", "POST"])


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Edit an object; when somebody wrote in between, show both and lose nothing."""
    objet = queries.get_objet(sorte, cle)
    if sorte not in forms.FORMULAIRES or not request.user.has_perm(MODIFIER[sorte], objet):
        raise PermissionDenied
    noms = queries.get_noms()
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
    return render(request, "programme/modifier.html", context)


def open_form(request: HttpRequest, base: Any, noms: queries.Noms) -> forms.FormulaireSuivi:
    """The form of an object: as sent, as sent with one more blank line, or filled from the object."""
    kind = forms.FORMULAIRES[base.SORTE]
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
    author = queries.list_versions(current)[0].history_user
    context = {
        "section": "programme",
        "noms": noms,
        "objet": current,
        "form": fresh,
        "lignes": rows,
        "autres": others,
        "autre": author,
    }
    return render(request, "programme/conflit.html", context, status=409)


def _read_plainness(objet: models.Suivi) -> dict[str, Any] | None:
    text = getattr(objet, "texte_falc", None) or getattr(objet, "libelle", None)
    return {"mesures": measure(text), "conseils": list_suggestions(text)} if text else None


@login_required
@get_and_post
def nouvelle_declinaison(request: HttpRequest) -> HttpResponse:
    """Fill a hole: a new declinaison, its place given by the address."""
    noms = queries.get_noms()
    theme, place = request.GET.get("theme", ""), request.GET.get("arrondissement", "")
    if theme not in noms.declinables or place not in noms.arrondissements:
        choices = {"section": "programme", "noms": noms, "theme": theme, "arrondissement": place}
        return render(request, "programme/nouvelle.html", choices)
    draft = models.Declinaison(
        theme=theme, arrondissement=place, annee=_read_year(request, noms), cle="nouvelle"
    )
    if not request.user.has_perm("programme.modifier_declinaison", draft):
        raise PermissionDenied
    form = open_form(request, draft, noms)
    if not form.is_bound:
        form.initial["objectifs"] = request.GET.getlist("op") or form.initial["objectifs"]
        form.initial["zones"] = request.GET.getlist("zone") or form.initial["zones"]
    elif form.is_valid():
        pure = DeclinaisonPure(theme=theme, arrondissement=place, annee=draft.annee)
        row = commands.creer_declinaison(request.user, pure)
        row = commands.modifier(request.user, row, row.version, form.read_fields(), "Création")  # type: ignore[assignment]
        return redirect(get_adresse(row))
    return render(
        request,
        "programme/modifier.html",
        {"section": "programme", "noms": noms, "objet": draft, "form": form, "creation": True},
    )


def _read_year(request: HttpRequest, noms: queries.Noms) -> int:
    year = request.GET.get("annee", "")
    first, last = noms.schema["debut"], noms.schema["fin"]
    wanted = int(year) if year.isdigit() else timezone.localdate().year
    return max(first, min(last, wanted))


@login_required
@require_POST
def lot(request: HttpRequest) -> HttpResponse:
    """The same change on the ticked declinaisons: all, or none."""
    form = FormulaireLot(request.POST)
    versions = read_choices(request)
    back = request.POST.get("retour", "")
    target = redirect(f"{redirect('programme:declinaisons').url}{back if back.startswith('?') else ''}")
    if not form.is_valid() or not versions or not form.read_fields():
        messages.error(request, "Cochez au moins une déclinaison et donnez ce qu’il faut changer.", "erreur")
        return target
    try:
        rows = commands.modifier_en_lot(
            request.user, versions, form.read_fields(), form.cleaned_data["motif"]
        )
    except commands.ConflitVersion as conflict:
        text = (
            f"« {conflict.actuel} » a changé entre-temps : rien n’a été modifié. Relisez, puis recommencez."
        )
        messages.error(request, text, "erreur")
    else:
        offer_undo(request, f"{accord(len(rows), 'déclinaison modifiée', 'déclinaisons modifiées')}.", rows)
    return target


@login_required
@require_POST
def annuler(request: HttpRequest) -> HttpResponse:
    """Undo one's own last change, on one object or on several declinaisons."""
    sorte, versions = request.POST.get("sorte", ""), read_choices(request)
    rows = [queries.get_objet(sorte, key) for key in versions]
    if not rows:
        raise Http404("Rien à annuler.")
    try:
        if len(rows) == 1:
            commands.annuler(request.user, rows[0], versions[rows[0].cle])
        else:
            commands.annuler_en_lot(request.user, versions)
    except commands.ConflitVersion as conflict:
        text = f"« {conflict.actuel} » a changé depuis : rien n’a été annulé. Son historique dit par qui."
        messages.error(request, text, "erreur")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "Le changement est annulé ; l’historique garde les deux états.", "succes")
    return redirect(get_adresse(rows[0]) if len(rows) == 1 else "programme:declinaisons")


@login_required
@never_cache
def historique(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Who changed what, when, why; two dates side by side."""
    objet = queries.get_objet(sorte, cle)
    if not request.user.has_perm("programme.lire_historique"):
        raise PermissionDenied
    noms = queries.get_noms()
    versions = queries.list_versions(objet)
    steps = [
        (record, presentation.compare(older, record, type(objet), noms))
        for record, older in zip(versions, [*versions[1:], None], strict=True)
    ]
    since, until = _read_day(request, "du"), _read_day(request, "au")
    compared = None
    if since and until:
        before, after = queries.get_etat(objet, _end(since)), queries.get_etat(objet, _end(until))
        compared = presentation.compare(before, after, type(objet), noms)
    context = {
        "section": "programme",
        "noms": noms,
        "objet": objet,
        "etapes": steps,
        "du": since,
        "au": until,
        "ecarts": compared,
        "peut_restaurer": request.user.has_perm("programme.restaurer", objet),
    }
    return render(request, "programme/historique.html", context)


def _read_day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


@login_required
@require_POST
def restaurer(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Put an object back as one record of its history has it."""
    objet = queries.get_objet(sorte, cle)
    record = get_object_or_404(objet.history, history_id=read_number(request, "etat"))  # type: ignore[attr-defined]
    version = read_number(request, "version")
    try:
        commands.restaurer(request.user, objet, record.history_date, version)
    except commands.ConflitVersion:
        messages.error(request, "L’objet a changé entre-temps : relisez son historique.", "erreur")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(
            request, "L’état choisi est rétabli ; ce qu’il remplace reste dans l’historique.", "succes"
        )
    return redirect("programme:historique", sorte, cle)
