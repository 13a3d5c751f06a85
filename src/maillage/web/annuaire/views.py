"""Finding a service, the record of one, and the card to print; anyone reads them, nothing is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from maillage.catalogue.besoins import list_besoins
from maillage.web.annuaire import carte, fiches, mobilite
from maillage.web.annuaire.accueil.equipe import describe_for_team
from maillage.web.annuaire.cherche import read_search
from maillage.web.annuaire.question import FormulaireTrouver, read_question
from maillage.web.annuaire.reseau import queries as conventions
from maillage.web.annuaire.simple.views import read_simple
from maillage.web.annuaire.trouver import answer
from maillage.web.socle import adresses
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import get_and_post

SECTION = "annuaire"
PROPOSES = ("demarche_en_ligne", "papiers", "emploi", "argent", "manger", "sante", "logement", "mobilite")


@csrf_exempt  # nothing is written: no cookie has to be set for who asks
@get_and_post
@sensitive_post_parameters("ou", "lon", "lat", "besoin")
@avec_atlas
def trouver(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The form; asked by POST, so that where one lives is in no address, no history and no log."""
    held = read_search()
    asked = request.method == "POST"
    initial = {"besoin": request.GET.get("besoin", "")[:200], "quand": "maintenant", "comment": "transports"}
    form = FormulaireTrouver(request.POST if asked else None, initial=initial)
    context: dict[str, Any] = {
        "section": SECTION,
        "form": form,
        "besoins": [one.nom for one in list_besoins().values()],
        "proposes": [list_besoins()[key] for key in PROPOSES],
        "offres": len(held.index),
        "structures": len(held.tenu.annuaire.structures),
        "adresses": adresses.actives(),
    }
    if asked and form.is_valid():
        question = read_question(form.cleaned_data, timezone.localtime())
        found = answer(atlas, question)
        context |= {
            "question": question,
            "reponse": found,
            "carte": carte.draw(atlas, found),
            "aides": mobilite.find_help(atlas, held.tenu, held.index, found),
        }
    response = render(request, "annuaire/trouver.html", context)
    if asked or request.GET or request.user.is_authenticated:  # the bare form is the same for everybody
        add_never_cache_headers(response)
    return response


@require_GET
@never_cache
@avec_atlas
def fiche(request: HttpRequest, atlas: AtlasOuvert, pk: int) -> HttpResponse:
    """One record: what its source says, what we correct, how fresh it is."""
    told = fiches.describe(pk, request.user)
    context = {
        "section": SECTION,
        **told,
        "accueil": describe_for_team(request.user, told["fiche"]),
        "conventions": conventions.read_of(told["fiche"], told["structure"]),
        **read_simple(told["fiche"]),
        "peut_lire": request.user.has_perm("annuaire.corriger"),
    }
    return render(request, "annuaire/fiche.html", context)


@require_GET
@never_cache
@avec_atlas
def imprimer(request: HttpRequest, atlas: AtlasOuvert, pk: int) -> HttpResponse:
    """The card of a record, to print: large, with its map, its code to scan, in two languages."""
    told = fiches.describe(pk, request.user)
    address = request.build_absolute_uri(told["fiche"].get_absolute_url())
    context = {
        "section": SECTION,
        **told,
        **carte.make_card(atlas, told, request.GET.get("langue", ""), address),
    }
    return render(request, "annuaire/carte.html", context)
