"""The spaces for exchange: which are mine, what is said in one, saying and taking away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.constantes import read_constant
from maillage.web.echanges import commands, queries
from maillage.web.echanges.models import EspaceEchange
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.suivi.queries import list_suivis

CADRE = {"section": "programme", "onglet": "echanges"}


@login_required
@require_GET
@never_cache
def espaces(request: HttpRequest) -> HttpResponse:
    """The spaces open to my mandates: one row a theme, one column a place."""
    if not request.user.has_perm("echanges.lire"):
        raise PermissionDenied("echanges.lire")
    noms = get_noms()
    rows = queries.list_cases(request.user, noms)
    places = [cell.lieu for cell in rows[0][1]] if rows else []
    context = CADRE | {
        "noms": noms,
        "lignes": rows,
        "fermes": any(not cell.ouvert for _, cells in rows for cell in cells),
        "lieux": [noms.arrondissements.get(code, "Tout le département") for code in places],
    }
    return render(request, "echanges/espaces.html", context)


@login_required
@require_GET
@never_cache
def espace(request: HttpRequest, theme: str, lieu: str) -> HttpResponse:
    """One space: its messages and their answers, its documents, the good practices of its theme."""
    noms = get_noms()
    row = queries.get_espace(request.user, noms, theme, lieu)
    context = CADRE | {
        "noms": noms,
        "objet": row,
        "theme": noms.themes[theme],
        "pratiques": queries.list_pratiques(row),
        "peut_pratique": request.user.has_perm("programme.contribuer_pratique"),
    }
    if row.pk:
        text = request.GET.get("texte", "")[:120]
        context |= read_fichiers(request.user, row) | {
            "texte": text,
            "page": queries.read_fils(row, text, request.GET.get("page")),
            "suivi": list_suivis(request.user).filter(objet=row.cle).exists(),
            "modere": request.user.has_perm(row.MODERER, row),
            "garde": round(read_constant("garde_des_messages_retires")),
        }
    return render(request, "echanges/espace.html", context)


def _find(request: HttpRequest, theme: str, lieu: str) -> tuple[Noms, EspaceEchange]:
    noms = get_noms()
    return noms, queries.get_espace(request.user, noms, theme, lieu)


@login_required
@require_POST
def ouvrir(request: HttpRequest, theme: str, lieu: str) -> HttpResponse:
    """Open a space that nobody had."""
    _, row = _find(request, theme, lieu)
    return redirect(commands.open_espace(request.user, row))


@login_required
@require_POST
def ecrire(request: HttpRequest, theme: str, lieu: str) -> HttpResponse:
    """Say something."""
    _, row = _find(request, theme, lieu)
    if not row.pk:
        raise Http404("Cet espace n’est pas encore ouvert.")
    return _say(request, row, None)


@login_required
@require_POST
def repondre(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a message."""
    parent = queries.get_message(request.user, pk)
    return _say(request, parent.espace, parent)


def _say(request: HttpRequest, row: EspaceEchange, parent: Any) -> HttpResponse:
    try:
        said = commands.write_message(request.user, row, request.POST.get("texte", ""), parent)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
        return redirect(row)
    return redirect(said)


@login_required
@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a message is, on whichever page of its space."""
    row = queries.get_message(request.user, pk)
    page = queries.find_page(row)
    query = f"?page={page}" if page > 1 else ""
    return redirect(f"{row.espace.get_absolute_url()}{query}#message-{row.pk}")


@login_required
@require_POST
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a message away, saying why."""
    row = queries.get_message(request.user, pk)
    if not request.user.has_perm("echanges.retirer", row):
        raise PermissionDenied("echanges.retirer")
    try:
        commands.remove_message(request.user, row, request.POST.get("motif", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(
            request, "Le message est retiré ; ce qui reste dit par qui, quand et pourquoi.", "succes"
        )
    return redirect(row)
