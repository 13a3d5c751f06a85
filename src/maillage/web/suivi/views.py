"""Commenting, following, undoing, history: the same pages for every kind of object.

Each app serves them under its own name (:func:`maillage.web.suivi.urls.list_urls`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post, read_day, read_int, read_number
from maillage.web.suivi import commands, courriel, queries
from maillage.web.suivi.models import ObjetSuivi

# What an app adds to the history page: (its context, how it writes a value).
Cadre = Callable[[], tuple[dict[str, Any], queries.Montrer]]


@login_required
@never_cache
def history(request: HttpRequest, sorte: str, cle: str, *, gabarit: str, cadre: Cadre) -> HttpResponse:
    """Who changed what, when, why; two dates side by side."""
    objet = queries.get_lisible(request.user, sorte, cle)
    if not request.user.has_perm(f"{objet.espace}.lire_historique"):
        raise PermissionDenied
    context, show = cadre()
    versions = queries.list_versions(request.user, objet)
    steps = [
        (record, queries.compare(older, record, type(objet), show))
        for record, older in zip(versions, [*versions[1:], None], strict=True)
    ]
    since, until = read_day(request.GET.get("du")), read_day(request.GET.get("au"))
    compared = None
    if since and until:
        before, after = (queries.get_etat(request.user, objet, _end(day)) for day in (since, until))
        compared = queries.compare(before, after, type(objet), show)
    context |= {
        "objet": objet,
        "etapes": steps,
        "du": since,
        "au": until,
        "ecarts": compared,
        "peut_restaurer": request.user.has_perm(f"{objet.espace}.restaurer", objet),
    }
    return render(request, gabarit, context)


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


@login_required
@require_POST
def restore(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Put an object back as one record of its history has it."""
    objet = queries.get_lisible(request.user, sorte, cle)
    record = get_object_or_404(objet.list_etats(request.user), history_id=read_number(request, "etat"))
    version = read_number(request, "version")
    try:
        commands.restore(request.user, objet, record.history_date, version)
    except commands.ConflitVersion:
        messages.error(request, "L’objet a changé entre-temps : relisez son historique.", "erreur")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        text = "L’état choisi est rétabli ; ce qu’il remplace reste dans l’historique."
        messages.success(request, text, "succes")
    return redirect(f"{objet.espace}:historique", sorte, cle)


def offer_undo(request: HttpRequest, text: str, rows: Sequence[ObjetSuivi]) -> None:
    """Say on the next page that it is done, with a button to undo it."""
    choices = [f"{row.cle}@{row.version}" for row in rows]
    held = {"texte": text, "vue": f"{rows[0].espace}:annuler", "sorte": rows[0].SORTE, "choix": choices}
    request.session["annulable"] = held


def read_choices(request: HttpRequest) -> dict[str, int]:
    """Key → version, from boxes whose value is ``key@version``."""
    parts = (part.rpartition("@") for part in request.POST.getlist("choix"))
    read = {key: read_int(version) for key, _, version in parts}
    return {key: version for key, version in read.items() if version is not None}


@login_required
@require_POST
def undo(request: HttpRequest, *, retour: str) -> HttpResponse:
    """Undo one's own last change, on one object or on several; those come back to the view ``retour``."""
    sorte, versions = request.POST.get("sorte", ""), read_choices(request)
    rows = [queries.get_lisible(request.user, sorte, key) for key in versions]
    if not rows:
        raise Http404("Rien à annuler.")
    try:
        commands.undo(request.user, rows, versions)
    except commands.ConflitVersion as conflict:
        text = f"« {conflict.actuel} » a changé depuis : rien n’a été annulé. Son historique dit par qui."
        messages.error(request, text, "erreur")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "Le changement est annulé ; l’historique garde les deux états.", "succes")
    return redirect(rows[0].get_absolute_url() if len(rows) == 1 else retour)


@login_required
@require_POST
def comment(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Say something about an object."""
    objet = queries.get_lisible(request.user, sorte, cle)
    try:
        commands.comment(request.user, objet, request.POST.get("texte", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    return redirect(f"{objet.get_absolute_url()}#discussion")


@login_required
@require_POST
def follow(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Follow an object, or stop."""
    objet = queries.get_lisible(request.user, sorte, cle)
    commands.follow(request.user, objet, oui=request.POST.get("oui") == "1")
    return redirect(objet.get_absolute_url())


@login_required
@require_POST
def mark_read(request: HttpRequest, *, retour: str) -> HttpResponse:
    """Mark as read what changed in what I follow, or around one object."""
    commands.mark_read(request.user, request.POST.get("objet", ""))
    return redirect(retour)


@login_required
@require_POST
def receive_mail(request: HttpRequest, *, retour: str) -> HttpResponse:
    """Also receive what changes by e-mail, or no longer."""
    commands.receive_mail(request.user, oui=request.POST.get("oui") == "1")
    return redirect(retour)


@csrf_exempt
@get_and_post
@for_one_reader
def stop_mail(request: HttpRequest, jeton: str) -> HttpResponse:
    """Stop the digests from a message: a page asks first, since mail readers open links by themselves.

    Open to whoever holds the message, without an account's session; mail readers post to it (RFC 8058).
    """
    personne = courriel.read_jeton(jeton)
    if personne is None:
        raise Http404("Ce lien n’est pas de ceux que nous envoyons.")
    done = request.method == "POST"
    if done:
        commands.stop_mail(personne)
    return render(request, "suivi/arreter.html", {"fait": done})
