"""Pages of a fiche and of a priority objective."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from maillage.sdaasp.completude.interne import check_objectives
from maillage.web.programme import models
from maillage.web.programme.declinaisons.queries import Filtres, list_declinaisons
from maillage.web.programme.discussion import read_page
from maillage.web.programme.indicateurs.queries import list_indicateurs
from maillage.web.programme.lecture import list_objectifs, read_programme
from maillage.web.programme.pratiques.queries import list_pratiques


@require_GET
def fiche(request: HttpRequest, cle: str) -> HttpResponse:
    """One fiche: stakes, who leads, objectives, declinaisons."""
    row = get_object_or_404(models.FicheAction, cle=cle)
    slots = list(list_declinaisons(Filtres(theme=row.theme)))
    context = read_page(request.user, row) | {
        "objectifs": list(list_objectifs(row.cle)),
        "declinaisons": slots,
        "indicateurs": list(list_indicateurs([row.cle])),
    }
    return render(request, "programme/fiches/fiche.html", context)


@require_GET
def objectif(request: HttpRequest, cle: str) -> HttpResponse:
    """One OP: effects, means, obstacles, who serves it, its targets, what it lacks."""
    row = get_object_or_404(models.ObjectifPrioritaire, cle=cle)
    context = read_page(request.user, row) | {
        "fiche": get_object_or_404(models.FicheAction, cle=row.fiche),
        "declinaisons": list(list_declinaisons(Filtres(op=row.cle))),
        "indicateurs": list(list_indicateurs([row.cle])),
        "pratiques": list_pratiques(objectifs=row.cle),
        "constats": [c for c in check_objectives(read_programme()) if c.objet == cle],
    }
    return render(request, "programme/fiches/objectif.html", context)
