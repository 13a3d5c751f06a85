"""What partners completed, for everybody; my lines; one line; the file for the next atlas."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.web.complements import commands, export, queries
from maillage.web.complements.forms import FormulaireReprise
from maillage.web.complements.models import ComplementPropose
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.suivi.queries import get_lisible, read_discussion

SECTION: Final = "carte"
PAR_PAGE: Final = 50


@require_GET
@never_cache
@avec_atlas
def complements(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What partners completed: by type and organisation, then line by line; only what was accepted."""
    rows = queries.list_acceptees()
    page = Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": SECTION,
        "onglet": "faits",
        "page": page,
        "lignes": [(row, queries.find_suite(atlas, row)) for row in page],
        "comptes": queries.count_by(rows),
        "total": len(rows),
    }
    return render(request, "complements/complements.html", context)


@login_required
@require_GET
@never_cache
@avec_atlas
def lignes(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The lines of my organisations: where each stands, and why."""
    if not request.user.has_perm(commands.LIRE):
        raise PermissionDenied(commands.LIRE)
    rows = queries.list_miennes(request.user)
    wanted = request.GET.get("etat", "")
    kept = [row for row in rows if not wanted or row.etat == wanted]
    page = Paginator(kept, PAR_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": SECTION,
        "onglet": "lignes",
        "page": page,
        "lignes": [(row, queries.find_suite(atlas, row)) for row in page],
        "etat": wanted,
        "etats": [
            (value, label, sum(row.etat == value for row in rows))
            for value, label in ComplementPropose.Etat.choices
        ],
        "total": len(rows),
    }
    return render(request, "complements/lignes.html", context)


@login_required
@require_GET
@never_cache
@avec_atlas
def ligne(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """One line: what was, what is proposed, who says it, what was decided, what became of it."""
    row = get_lisible(request.user, ComplementPropose.SORTE, cle)
    return render(request, "complements/ligne.html", describe(request, atlas, row))


def describe(request: HttpRequest, atlas: AtlasOuvert, row: ComplementPropose) -> dict[str, Any]:
    """What the page of a line shows."""
    mine = row.ouverte and request.user.has_perm(commands.REPRENDRE, row)
    known = {name: getattr(row, name) for name in FormulaireReprise.base_fields}
    known["verifie_le"] = row.verifie_le.isoformat()
    return {
        "section": SECTION,
        "onglet": "relire" if request.user.has_perm(commands.RELIRE, row) else "lignes",
        "objet": row,
        "suite": queries.find_suite(atlas, row),
        "rivales": queries.list_rivales(row),
        "peut_relire": row.etat != row.Etat.RETIREE and request.user.has_perm(commands.RELIRE, row),
        "la_mienne": mine,
        "reprise": FormulaireReprise(initial=known) if mine else None,
        "seule": row.relu_par_id is not None and row.relu_par_id == row.auteur_id,
        **read_discussion(request.user, row),
    }


@login_required
@require_GET
@never_cache
def exporter(request: HttpRequest) -> HttpResponse:
    """The accepted lines, for the folder of the next atlas."""
    if not request.user.has_perm(commands.LIRE):
        raise PermissionDenied(commands.LIRE)
    headers = {"Content-Disposition": 'attachment; filename="complements.csv"'}
    body = export.write_csv(queries.list_acceptees())
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
