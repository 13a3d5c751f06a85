"""Pages of a fiche and of a priority objective."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.sdaasp.completude.interne import check_objectives
from maillage.web.programme import models
from maillage.web.programme.declinaisons.queries import Filtres, list_declinaisons
from maillage.web.programme.demarches.queries import list_nouvelles_citees
from maillage.web.programme.discussion import read_page
from maillage.web.programme.fiches.commands import create_objectif
from maillage.web.programme.fiches.forms import FormulaireObjectif
from maillage.web.programme.indicateurs.queries import list_indicateurs
from maillage.web.programme.lecture import list_objectifs, read_programme
from maillage.web.programme.noms import get_noms
from maillage.web.programme.pratiques.queries import list_pratiques
from maillage.web.programme.saisie.forms import open_form
from maillage.web.programme.visibilite import hide_reserved, list_hidden
from maillage.web.socle.demande import get_and_post


@require_GET
def fiche(request: HttpRequest, cle: str) -> HttpResponse:
    """One fiche: stakes, who leads, objectives, declinaisons."""
    row = get_object_or_404(models.FicheAction, cle=cle)
    slots = list(list_declinaisons(Filtres(theme=row.theme)))
    context = read_page(request.user, row) | {
        "objectifs": list(list_objectifs(row.cle)),
        "peut_objectif": request.user.has_perm(
            models.ObjectifPrioritaire.MODIFIER, models.ObjectifPrioritaire(fiche=row.cle)
        ),
        "declinaisons": slots,
        "indicateurs": list(list_indicateurs([row.cle])),
        "nouvelles": list_nouvelles_citees(row),
    }
    return render(request, "programme/fiches/fiche.html", context)


@login_required
@get_and_post
@never_cache
def nouvel_objectif(request: HttpRequest, cle: str) -> HttpResponse:
    """A new priority objective of a fiche."""
    row = get_object_or_404(models.FicheAction, cle=cle)
    draft = models.ObjectifPrioritaire(fiche=row.cle, ordre=1, cle="nouveau")
    if not request.user.has_perm(draft.MODIFIER, draft):
        raise PermissionDenied
    noms = get_noms()
    form = open_form(FormulaireObjectif, request, draft, noms)
    if form.is_bound and form.is_valid():
        try:
            return redirect(create_objectif(request.user, draft, form.read_fields()).get_absolute_url())
        except ValidationError as error:
            form.add_error(None, error)
    context = {"section": "programme", "noms": noms, "form": form, "titre": "Nouvel objectif prioritaire"}
    return render(request, "programme/fiches/creer.html", context | {"fiche": row})


@require_GET
def objectif(request: HttpRequest, cle: str) -> HttpResponse:
    """One OP: effects, means, obstacles, who serves it, its targets, what it lacks."""
    (row,) = hide_reserved(request.user, [get_object_or_404(models.ObjectifPrioritaire, cle=cle)])
    context = read_page(request.user, row) | {
        "fiche": get_object_or_404(models.FicheAction, cle=row.fiche),
        "declinaisons": list(list_declinaisons(Filtres(op=row.cle))),
        "indicateurs": list(list_indicateurs([row.cle])),
        "pratiques": list_pratiques(objectifs=row.cle),
        "freins_lus": "freins" not in list_hidden(request.user, "objectifs"),
        "constats": [c for c in check_objectives(read_programme()) if c.objet == cle],
    }
    return render(request, "programme/fiches/objectif.html", context)
