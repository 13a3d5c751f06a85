"""Pages of methods, sources and words: one click from every figure."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.francais import FIABILITES
from maillage.web.methodes import queries
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas


@require_GET
@avec_atlas
def methodes(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Every indicator, by dimension; how deficits are found."""
    context = {
        "rubriques": queries.list_rubriques(atlas),
        "regle": queries.read_regle(atlas),
        "section": "methodes",
    }
    return render(request, "methodes/methodes.html", context)


@require_GET
@avec_atlas
def indicateur(request: HttpRequest, atlas: AtlasOuvert, indicateur: str) -> HttpResponse:
    """One indicator: meaning, formula, worked example, limits, sources, where it is known."""
    if indicateur not in atlas.definitions:
        raise Http404(f"L’indicateur « {indicateur} » n’est pas dans cet atlas.")
    definition = atlas.definitions[indicateur]
    entree = queries.entree(definition)
    spread = queries.read_etendue(atlas, definition)
    context = {
        "definition": definition,
        "reference": spread.reference,
        "points": spread.points,
        "extremes": spread.extremes,
        "bande": spread.bande,
        "entree": entree,
        "niveaux": [NIVEAUX[n] for n in NIVEAUX if atlas.a(n, indicateur)],
        "section": "methodes",
    }
    return render(request, "methodes/indicateur.html", context)


@require_GET
@avec_atlas
def formule(request: HttpRequest, atlas: AtlasOuvert, indicateur: str) -> HttpResponse:
    """The formula of an indicator, typeset."""
    definition = atlas.definitions.get(indicateur)
    entree = queries.entree(definition) if definition else None
    if entree is None:
        raise Http404(f"L’indicateur « {indicateur} » n’a pas de formule.")
    return HttpResponse(queries.draw_formule(entree.formule), content_type="image/svg+xml")


@require_GET
@avec_atlas
def sources(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What the atlas was made from, what it lacks, and the other atlases."""
    rows = queries.list_sources(atlas)
    context = {
        "sources": rows,
        "annees": queries.find_annees(rows),
        "transports": queries.tell_transports(atlas),
        "manques": atlas.manifeste.manques,
        "constats": queries.list_constats(atlas),
        "parametres": atlas.manifeste.parametres,
        "fiabilites": FIABILITES,
        "atlas_tous": [atlases.choose(name) for name in atlases.list_ids()],
        "section": "methodes",
    }
    return render(request, "methodes/sources.html", context)


@require_GET
def glossaire(request: HttpRequest) -> HttpResponse:
    """The words, one sentence each."""
    context = {
        "lecteurs": queries.list_vocabulaire(),
        "termes": queries.list_glossaire(),
        "section": "methodes",
    }
    return render(request, "methodes/glossaire.html", context)
