"""Pages of where to act: closures to fear, sites to open, a tour; each answer becomes a scenario."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.question import QuestionPlacement, check
from maillage.scenarios.tournee import check_size
from maillage.scenarios.tournees.modele import Semaine
from maillage.scenarios.veille import Menace, list_overlaps, watch
from maillage.web.atelier import agir, calcul, commands
from maillage.web.atelier.forms import list_kinds
from maillage.web.socle import debit, pannes, queries
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas, for_one_reader
from maillage.web.socle.demande import get_and_post, read_number

MONTRES = 20
TOUS = "tous"
VEILLES_PAR_MINUTE = 20


@require_GET
@never_cache
@avec_atlas
def veille(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The closures to fear of one service, and the places that overlap most."""
    if not request.user.is_authenticated and debit.count_address(request, "veille") > VEILLES_PAR_MINUTE:
        return pannes.write(request, pannes.DEBIT)
    held = set(atlas.types_de_lieux())
    kinds = [(kind, label) for kind, label in list_kinds() if kind in held]
    asked = request.GET.get("type", "france_services")
    kind = asked if asked in (TOUS, *dict(kinds)) else next((kind for kind, _ in kinds), TOUS)
    found = _watch(atlas, [] if kind == TOUS else [kind])
    context = {
        "section": "atelier", "onglet": "veille", "types": [(TOUS, "Tous les services"), *kinds],
        "type": kind, "tous": kind == TOUS,
        "craintes": found[:MONTRES], "recouvrements": list_overlaps(found)[:MONTRES],
    }  # fmt: skip
    return render(request, "atelier/veille.html", context)


def _watch(atlas: AtlasOuvert, kinds: list[str]) -> list[Menace]:
    try:
        found: list[Menace] = atlas.garder(("veille", *kinds), lambda: watch(atlas.tables, kinds))
    except EntreeInvalide:
        return []  # every place of this service is itinerant, or known by its commune alone
    return found


@login_required
@get_and_post
@never_cache
@avec_atlas
def placer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Ask where to open places of a service."""
    form = agir.FormulairePlacement(request.POST if request.method == "POST" else None, atlas=atlas)
    if _may(request) and form.is_bound and form.is_valid():
        order = {"question": form.read_question(), "autres": form.read_others()}
        try:
            check(atlas.tables, QuestionPlacement(**order["question"]))
        except EntreeInvalide as error:
            form.add_error(None, calcul.explain(error))
        else:
            work = agir.ask(request.user, atlas, "placer", "Où ouvrir", order)
            return redirect("atelier:reponse", work.jeton)
    return _ask_page(request, atlas, "placer", "Où ouvrir", form)


@login_required
@get_and_post
@never_cache
@avec_atlas
def tourner(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Ask for the week of a service that goes round."""
    form = agir.FormulaireTournee(request.POST if request.method == "POST" else None, atlas=atlas)
    if _may(request) and form.is_bound and form.is_valid():
        order = form.read_order()
        try:
            check_size(len(order["arrets"]), Semaine(**order["semaine"]))
        except EntreeInvalide as error:
            form.add_error(None, calcul.explain(error))
        else:
            work = agir.ask(request.user, atlas, "tourner", "Une tournée", order)
            return redirect("atelier:reponse", work.jeton)
    return _ask_page(request, atlas, "tourner", "Une tournée", form)


def _may(request: HttpRequest) -> bool:
    if not request.user.has_perm("atelier.creer"):
        raise PermissionDenied
    return True


def _ask_page(request: HttpRequest, atlas: AtlasOuvert, onglet: str, titre: str, form: Any) -> HttpResponse:
    context = {
        "section": "atelier", "onglet": onglet, "titre": titre, "form": form,
        "communes": [t.nom_complet for t in atlas.territoires("commune")],
    }  # fmt: skip
    return render(request, "atelier/demander.html", context)


@login_required
@get_and_post
@for_one_reader
@avec_atlas
def reponse(request: HttpRequest, atlas: AtlasOuvert, jeton: str) -> HttpResponse:
    """How far a search is, then its answers; one of them becomes a scenario."""
    work = queries.get_travail_par_jeton(jeton)
    if work.genre not in ("placer", "tourner"):
        raise Http404("Ce travail n’est pas une recherche de l’atelier.")
    answer = agir.read_answer(work)
    if request.method == "POST":
        rank = read_number(request, "rang")
        if answer is None or rank >= len(answer["reponses"]) or not answer["reponses"][rank]["scenario"]:
            raise Http404("Cette recherche n’a pas cette réponse.")
        scenario = read_scenario(answer["reponses"][rank]["scenario"])
        return redirect(commands.create_scenario(request.user, scenario, atlas.manifeste.empreinte))
    context = {"section": "atelier", "onglet": work.genre, "travail": work, "reponse": answer}
    return render(request, "atelier/reponse.html", context)
