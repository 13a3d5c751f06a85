"""Without a car: where it changes most, and a route explained; anyone reads them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from maillage.atlas.lecture.transports import list_horaires
from maillage.web.socle import adresses
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.territoires.sans_voiture import contenu
from maillage.web.territoires.sans_voiture import trajet as trajets

SECTION = "territoires-portraits"


@require_GET
@avec_atlas
def page(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The hours of the département without and with a car, and the communes where a car changes most."""
    here = atlas.departement
    types = list_horaires(atlas)
    kind = request.GET.get("type", "")
    context: dict[str, Any] = {
        "section": SECTION,
        "territoire": here,
        "sans_voiture": contenu.read_hours(atlas, here) if here else None,
        "types": types,
        "ou": contenu.read_gaps(atlas, kind if kind in types else next(iter(types), "")),
    }
    return render(request, "territoires/sans_voiture/page.html", context)


@require_GET
@avec_atlas
def trajet(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """A route there and home, leg by leg, from the timetables of the atlas.

    A start that was not found may be found in a moment, when the service of addresses answers again.
    """
    transports = trajets.find_timetables(atlas)
    context: dict[str, Any] = {
        "section": SECTION,
        "question": None,
        "adresses": settings.MAILLAGE_ADRESSES if adresses.actives() else None,
    }
    if transports is not None:
        context["question"] = question = trajets.read_question(request.GET, atlas, transports)
        context["gares"] = gares = trajets.find_near(atlas, transports, question)
        chaise = trajets.find_in_wheelchair(atlas, question)
        context["reponse"] = trajets.answer(transports, question, gares, chaise)
        context["en_fauteuil"] = trajets.tell_wheelchair(chaise[1]) if chaise else []
    response = render(request, "territoires/sans_voiture/trajet.html", context)
    if context["question"] and context["question"].faute:
        add_never_cache_headers(response)
    return response
