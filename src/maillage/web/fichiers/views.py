"""Giving a file, reading it, taking it away."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.web.fichiers import commands, queries
from maillage.web.fichiers.forms import FormulaireFichier
from maillage.web.socle import magasin
from maillage.web.suivi.queries import get_lisible


@login_required
@require_POST
def donner(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Give a file to an object."""
    objet = get_lisible(request.user, sorte, cle)
    if not request.user.has_perm(objet.MODIFIER, objet):
        raise PermissionDenied(objet.MODIFIER)
    form = FormulaireFichier(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0], "erreur")
        return redirect(objet)
    given = form.cleaned_data["fichier"]
    try:
        row = commands.give(request.user, objet, given.name, given.read(), form.cleaned_data["description"])
    except ValidationError as error:
        messages.error(request, f"« {given.name[:80]} » : {' '.join(error.messages)}", "erreur")
    else:
        messages.success(request, f"« {row.nom} » est joint.", "succes")
    return redirect(objet)


@require_GET
@never_cache
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """What was given: a photo is shown, a document is carried away; nothing in it may act here."""
    row, _ = queries.get_fichier(request.user, pk)
    try:
        body = magasin.read(settings.MAILLAGE_FICHIERS, row.empreinte)
    except FileNotFoundError:
        raise Http404("Le contenu de ce fichier n’est plus là : dites-le à l’administration.") from None
    answer = HttpResponse(body, content_type=row.mime)
    answer["Content-Disposition"] = content_disposition_header(not row.is_photo, row.nom)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@login_required
@require_POST
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    row, objet = queries.get_fichier(request.user, pk)
    commands.withdraw(request.user, row, objet)
    messages.success(request, f"« {row.nom} » est retiré.", "succes")
    return redirect(objet)
