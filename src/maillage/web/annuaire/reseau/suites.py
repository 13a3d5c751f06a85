"""What one makes of the ruptures: items for the AFOM matrices, a scenario begun where nobody receives."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.atlas.lecture.territoires import Territoire
from maillage.web.annuaire.reseau import commands, essais, propositions
from maillage.web.annuaire.reseau.constats import MOYEN
from maillage.web.annuaire.reseau.mesure import is_timed, list_here, list_moyens
from maillage.web.annuaire.reseau.transports import has_timetables, request_minutes
from maillage.web.atelier.commands import create_scenario
from maillage.web.programme.models import ItemAfom
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas

SECTION = "annuaire"


def choose_moyen(atlas: AtlasOuvert, told: str | None) -> str:
    """A means of travel that the network is timed by; the first for any other word."""
    return told if told is not None and is_timed(atlas, told) else MOYEN


def choose_arrondissement(atlas: AtlasOuvert, code: str | None) -> Territoire:
    """The arrondissement asked for, the first by name unless one is; 404 for none."""
    places = sorted(atlas.territoires("arrondissement"), key=lambda one: one.nom)
    found = next((one for one in places if code in (None, "", one.code)), None)
    if found is None:
        raise Http404("Cet arrondissement n’est pas dans l’atlas.")
    return found


@require_GET
@never_cache
@avec_atlas
def afom(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What the network would write in the matrices of an arrondissement, and what it has."""
    moyen = choose_moyen(atlas, request.GET.get("moyen"))
    here = choose_arrondissement(atlas, request.GET.get("arrondissement"))
    found = propositions.list_proposals(atlas, here, moyen, timezone.localdate())
    context: dict[str, Any] = {
        "section": SECTION,
        "ici": here,
        "arrondissements": sorted(atlas.territoires("arrondissement"), key=lambda one: one.nom),
        "moyen": moyen,
        "moyens": {key: nom for key, nom in list_moyens(atlas).items() if is_timed(atlas, key)},
        "propositions": [(one, may_write(request.user, here, one.constat.theme)) for one in found],
    }
    return render(request, "annuaire/reseau_afom.html", context)


def may_write(personne: Any, here: Territoire, theme: str) -> bool:
    """Whether a person writes in the matrix of a theme in an arrondissement."""
    allowed: bool = personne.has_perm(ItemAfom.MODIFIER, ItemAfom(arrondissement=here.code, theme=theme))
    return allowed


@login_required
@require_POST
@avec_atlas
def proposer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Write one of them in its matrix."""
    moyen = choose_moyen(atlas, request.POST.get("moyen"))
    here = choose_arrondissement(atlas, request.POST.get("arrondissement"))
    theme, _, _ = request.POST.get("constat", "").partition(":")
    if not may_write(request.user, here, theme):
        raise PermissionDenied(ItemAfom.MODIFIER)
    found = propositions.get_proposal(
        atlas, here, moyen, request.POST.get("constat", ""), timezone.localdate()
    )
    item, written = commands.propose_item(request.user, found)
    if written:
        messages.success(request, f"Écrit dans l’AFOM : {item.texte}.", "succes")
    else:
        messages.info(request, "Ce constat est déjà dans l’AFOM : rien n’a été ajouté.", "info")
    back = urlencode({"arrondissement": here.code, "moyen": moyen})
    return redirect(f"{reverse('annuaire:reseau-afom')}?{back}")


@login_required
@require_POST
@avec_atlas
def essayer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Begin a scenario that opens a first level in a commune."""
    if not request.user.has_perm("atelier.creer"):
        raise PermissionDenied("atelier.creer")
    commune = atlas.get_territoire("commune", request.POST.get("commune", "")[:5])
    kind = essais.find_kind(atlas)
    if kind is None:
        messages.error(request, essais.say_why_not(atlas), "erreur")
        return redirect("annuaire:reseau")
    scenario = essais.make_trial(atlas, commune, kind)
    return redirect(create_scenario(request.user, scenario, atlas.manifeste.empreinte))


@login_required
@require_POST
@avec_atlas
def calculer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Have the network timed by public transport, in the background."""
    if not request.user.has_perm("annuaire.corriger"):
        raise PermissionDenied("annuaire.corriger")
    if has_timetables(atlas):
        request_minutes(request.user, atlas, list_here(atlas))
    return redirect(f"{reverse('annuaire:reseau')}?moyen=transports")
