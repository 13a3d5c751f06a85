"""Good practices, where they were taken up, and labels."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.web.programme import models
from maillage.web.programme.discussion import read_page
from maillage.web.programme.noms import get_noms
from maillage.web.programme.pratiques import commands, queries
from maillage.web.programme.pratiques.forms import FormulaireLabel, FormulairePratique
from maillage.web.programme.saisie.forms import open_form
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.queries import find_objets

FILTRES = ("territoire", "objectifs", "labels")
CREATIONS = {
    "pratique": (
        models.BonnePratique,
        FormulairePratique,
        commands.create_pratique,
        "Nouvelle bonne pratique",
    ),
    "label": (models.Label, FormulaireLabel, commands.create_label, "Nouveau label"),
}
HORS_PERIMETRE = (
    "Votre mandat ne couvre pas cette pratique : rattachez-la à votre arrondissement et à un objectif de "
    "votre thème."
)


@require_GET
def pratiques(request: HttpRequest) -> HttpResponse:
    """Every good practice, filtered in the address, then the labels."""
    chosen = {name: request.GET.get(name, "")[:120] for name in FILTRES}
    text = request.GET.get("texte", "")[:120]
    labels = list(queries.list_labels())
    held = queries.list_pratiques()
    rows = queries.list_pratiques(text, **chosen) if text or any(chosen.values()) else held
    context = {
        "section": "programme",
        "noms": get_noms(),
        "pratiques": rows,
        "total": len(held),
        "reprises": sum(len(row.reprises) for row in rows),
        "labels": [(label, sum(label.cle in row.labels for row in held)) for label in labels],
        "noms_labels": {label.cle: label.nom for label in labels},
        "choix": chosen,
        "texte": text,
        "peut_pratique": request.user.has_perm(models.BonnePratique.MODIFIER),
        "peut_label": request.user.has_perm(models.Label.MODIFIER),
    }
    return render(request, "programme/pratiques/pratiques.html", context)


@require_GET
def pratique(request: HttpRequest, cle: str) -> HttpResponse:
    """One good practice: what was done, what it serves, where it was taken up."""
    row = get_object_or_404(models.BonnePratique, cle=cle)
    context = read_page(request.user, row) | {
        "liens": find_objets([*row.objectifs, *row.declinaisons, *row.labels]),
    }
    return render(request, "programme/pratiques/pratique.html", context)


@require_GET
def label(request: HttpRequest, cle: str) -> HttpResponse:
    """One label, and the good practices that bear it."""
    row = get_object_or_404(models.Label, cle=cle)
    context = read_page(request.user, row) | {
        "pratiques": queries.list_pratiques(labels=cle),
    }
    return render(request, "programme/pratiques/label.html", context)


@login_required
@get_and_post
@never_cache
def create(request: HttpRequest, sorte: str) -> HttpResponse:
    """A new good practice or label; the address may say what it serves (``?objectifs=sante.1``)."""
    if sorte not in CREATIONS:
        raise Http404("Cela ne se crée pas ici.")
    model, kind, command, title = CREATIONS[sorte]
    if not request.user.has_perm(model.MODIFIER):
        raise PermissionDenied
    noms = get_noms()
    form = open_form(kind, request, model(), noms)
    del form.fields["motif"]
    if form.is_bound and form.is_valid():
        try:
            row: Any = command(request.user, form.read_fields())
        except PermissionDenied:
            form.add_error(None, HORS_PERIMETRE)
        else:
            return redirect(row.get_absolute_url())
    context = {"section": "programme", "noms": noms, "form": form, "titre": title}
    return render(request, "programme/pratiques/creer.html", context)
