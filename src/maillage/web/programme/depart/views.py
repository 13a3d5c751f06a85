"""The guided page of a new schema: a template, its frame, a last reading, then it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.catalogue.arrondissements import list_of
from maillage.catalogue.departements import list_all
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.depart import NEUTRE, list_modeles, make_programme, propose
from maillage.web.programme import models
from maillage.web.programme.depart import commands
from maillage.web.programme.depart.forms import FormulaireDepart, read_depart, write_initial
from maillage.web.programme.saisie.forms import copy_typed
from maillage.web.socle.atlas import find_departement
from maillage.web.socle.demande import get_and_post, read_int

CLE = "schema_qui_commence"
ETAPES = ("Le modèle et les dates", "Le cadre", "La relecture")
ANNEES = (2015, 2100)


@login_required
@get_and_post
@never_cache
def commencer(request: HttpRequest) -> HttpResponse:
    """One step after another; the draft waits in the session until it is written or given up."""
    if not request.user.has_perm(commands.PERMISSION):
        raise PermissionDenied
    if models.Referentiel.objects.exists():
        messages.info(request, "Le schéma est déjà commencé.", "avis")
        return redirect("programme:accueil")
    waiting = request.session.get(CLE)
    return _act(request, waiting) if request.method == "POST" else _open(request, waiting)


def _act(request: HttpRequest, waiting: Mapping[str, Any] | None) -> HttpResponse:
    step = request.POST.get("etape", "")
    if step == "cadre":
        return _check(request)
    if step == "creer" and waiting:
        return _begin(request, waiting)
    request.session.pop(CLE, None)
    return redirect("programme:accueil")


def _open(request: HttpRequest, waiting: Mapping[str, Any] | None) -> HttpResponse:
    if request.GET.get("etape") == "cadre" and waiting:
        return _ask(request, _make_form(request, None, waiting["brouillon"]), waiting["modele"])
    if "modele" in request.GET:
        return _propose(request)
    return _show(request, 1, modeles=list_modeles().values(), debut=timezone.localdate().year + 1)


@login_required
@require_POST
def retirer(request: HttpRequest) -> HttpResponse:
    """Take back a schema that has just begun."""
    try:
        commands.take_back(request.user)
    except EntreeInvalide as error:
        messages.error(request, error.message, "erreur")
    else:
        messages.success(request, "Le schéma est retiré ; l’historique en garde la trace.", "succes")
    return redirect("programme:accueil")


def list_places(request: HttpRequest) -> dict[str, str]:
    """The arrondissements of the atlas, else of the catalogue; the whole département where there are none."""
    code = find_departement(request)
    atlas = request.atlas  # type: ignore[attr-defined]
    found = {place.code: place.nom for place in atlas.territoires("arrondissement")}
    return found or list_of(code) or {code: list_all()[code].nom}


def _show(request: HttpRequest, number: int, **context: Any) -> HttpResponse:
    one = list_all()[find_departement(request)]
    return render(
        request,
        "programme/depart/commencer.html",
        context | {"section": "programme", "numero": number, "etapes": ETAPES, "departement": one},
    )


def _make_form(request: HttpRequest, data: Any, initial: Mapping[str, Any]) -> FormulaireDepart:
    return FormulaireDepart(data, places=list_places(request), initial=initial)


def _ask(request: HttpRequest, form: FormulaireDepart, modele: str) -> HttpResponse:
    whole = not list_of(find_departement(request)) and len(form.places) == 1
    return _show(request, 2, form=form, modele=list_modeles()[modele], sans_arrondissement=whole)


def _read_modele(data: Mapping[str, Any]) -> str:
    asked = str(data.get("modele", ""))
    return asked if asked in list_modeles() else NEUTRE


def _propose(request: HttpRequest) -> HttpResponse:
    """The form as the chosen template fills it."""
    modele = _read_modele(request.GET)
    debut = read_int(request.GET.get("debut"), *ANNEES) or timezone.localdate().year + 1
    depart = propose(modele, find_departement(request), debut, list_places(request))
    return _ask(request, _make_form(request, None, write_initial(depart)), modele)


def _check(request: HttpRequest) -> HttpResponse:
    """Keep what was typed and show it for a last reading, or say what is wrong."""
    modele, form = _read_modele(request.POST), _make_form(request, request.POST, {})
    if more := request.POST.get("ajouter", ""):
        return _ask(request, copy_typed(form, _make_form(request, None, {}), more), modele)
    if form.is_valid():
        waiting = {"modele": modele, "brouillon": form.read_brouillon()}
        try:
            programme = make_programme(_read(request, waiting))
        except EntreeInvalide as error:
            form.add_error(None, [str(fault) for fault in error.fautes])
        else:
            request.session[CLE] = waiting
            return _show(request, 3, programme=programme)
    return _ask(request, form, modele)


def _read(request: HttpRequest, waiting: Mapping[str, Any]) -> Any:
    modele = list_modeles()[waiting["modele"]]
    return read_depart(waiting["brouillon"], find_departement(request), list_places(request), modele)


def _begin(request: HttpRequest, waiting: Mapping[str, Any]) -> HttpResponse:
    try:
        commands.begin(request.user, _read(request, waiting))
    except EntreeInvalide as error:
        messages.error(request, " ".join([error.message, *map(str, error.fautes)]), "erreur")
    else:
        del request.session[CLE]
        messages.success(request, "Le schéma est commencé : remplissez maintenant ses fiches.", "succes")
    return redirect("programme:accueil")
