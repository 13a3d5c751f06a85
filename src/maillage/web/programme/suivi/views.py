"""Commenting, following, history."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.web.programme.adresses import get_adresse
from maillage.web.programme.edition import commands as edition_commands
from maillage.web.programme.edition import presentation
from maillage.web.programme.edition.commands import ConflitVersion
from maillage.web.programme.noms import get_noms
from maillage.web.programme.suivi import commands, queries
from maillage.web.socle.demande import read_number


@login_required
@never_cache
def historique(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Who changed what, when, why; two dates side by side."""
    objet = queries.get_objet(sorte, cle)
    if not request.user.has_perm("programme.lire_historique"):
        raise PermissionDenied
    noms = get_noms()
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
    return render(request, "programme/suivi/historique.html", context)


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
        edition_commands.restaurer(request.user, objet, record.history_date, version)
    except ConflitVersion:
        messages.error(request, "L’objet a changé entre-temps : relisez son historique.", "erreur")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(
            request, "L’état choisi est rétabli ; ce qu’il remplace reste dans l’historique.", "succes"
        )
    return redirect("programme:historique", sorte, cle)


@login_required
@require_POST
def commenter(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Say something about an object."""
    objet = queries.get_objet(sorte, cle)
    try:
        commands.commenter(request.user, objet, request.POST.get("texte", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    return redirect(f"{get_adresse(objet)}#discussion")


@login_required
@require_POST
def suivre(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Follow an object, or stop."""
    objet = queries.get_objet(sorte, cle)
    commands.suivre(request.user, objet, oui=request.POST.get("oui") == "1")
    return redirect(get_adresse(objet))


@login_required
@require_POST
def lu(request: HttpRequest) -> HttpResponse:
    """Mark as read what changed in what I follow, or around one object."""
    commands.marquer_lu(request.user, request.POST.get("objet", ""))
    return redirect("programme:taches")


@login_required
@require_POST
def courriel(request: HttpRequest) -> HttpResponse:
    """Also receive what changes by e-mail, or no longer."""
    commands.recevoir_par_courriel(request.user, oui=request.POST.get("oui") == "1")
    return redirect("programme:taches")
