"""The register of what is shared, the plan, and what the atlas and scenarios suggest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.types_service import list_types
from maillage.francais import accord
from maillage.sdaasp.completude.mots import tell_exigence, tell_objets
from maillage.sdaasp.mutualisation.plan import list_ending, list_lacks, sort_plan
from maillage.sdaasp.programme.mutualisations import Mutualisation, load_types
from maillage.web.programme import models
from maillage.web.programme.conversion import to_value
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.discussion import read_page
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.mutualisation import commands, queries, suggestions
from maillage.web.programme.mutualisation.forms import FormulaireMutualisation
from maillage.web.programme.noms import get_noms
from maillage.web.programme.saisie.forms import open_form
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.lieux import AU_PLUS, find_places

HORS_PERIMETRE = "Votre mandat ne couvre pas cet endroit : cochez votre arrondissement, et lui seul."
FIN_PROCHE_JOURS = 183


@require_GET
def mutualisation(request: HttpRequest) -> HttpResponse:
    """What exists, what is planned, whether the plan reaches the whole département."""
    programme = read_programme()
    here = request.GET.get("arrondissement", "")
    held = [
        p for p in programme.mutualisations if not here or not p.arrondissements or here in p.arrondissements
    ]
    plan = sort_plan(held)
    law = read_completude(programme, request.atlas)  # type: ignore[attr-defined]
    may = request.user.has_perm(models.Mutualisation.MODIFIER)
    context = {
        "section": "programme",
        "noms": get_noms(),
        "ici": here,
        "groupes": [
            ("existantes", "Ce qui existe : l’inventaire", _list_lines(plan.existants)),
            ("prevues", "Ce qui est prévu : le développement", _list_lines(plan.prevus)),
            ("a-confirmer", "Nommé, à confirmer", _list_lines(plan.a_confirmer)),
            ("abandonnees", "Abandonné", _list_lines(plan.abandonnes)),
        ],
        "plan": plan,
        "exigence": law.mutualisation,
        "dit": " ".join(
            filter(None, (tell_exigence(law, law.mutualisation), tell_objets(law.mutualisation)))
        ),
        "echues": list_ending(plan.existants, timezone.localdate(), FIN_PROCHE_JOURS),
        "peut_modifier": may,
        "peut_importer": request.user.has_perm("programme.importer"),
        "connus": len(queries.list_unlisted(request.atlas)) if may else 0,  # type: ignore[attr-defined]
    }
    return render(request, "programme/mutualisation/mutualisation.html", context)


def _list_lines(rows: tuple[Mutualisation, ...]) -> list[dict[str, Any]]:
    kinds = load_types()
    return [
        {
            "objet": row,
            "type": kinds[row.type].nom if row.type in kinds else row.type,
            "manque": list_lacks(row),
        }
        for row in rows
    ]


@require_GET
def partage(request: HttpRequest, cle: str) -> HttpResponse:
    """One sharing: where, who, what is offered, its agreement, what is not said yet."""
    row = get_object_or_404(models.Mutualisation, cle=cle)
    kinds = load_types()
    context = read_page(request.user, row) | {
        "type": kinds[row.type].nom if row.type in kinds else row.type,
        "manque": list_lacks(to_value(row)),
        "recherche": _search(request) if request.user.has_perm(row.MODIFIER, row) else None,
    }
    return render(request, "programme/mutualisation/partage.html", context)


@login_required
@get_and_post
@never_cache
def nouveau(request: HttpRequest) -> HttpResponse:
    """One more; the address may say what it is about: a place found, a suggestion."""
    if not request.user.has_perm(models.Mutualisation.MODIFIER):
        raise PermissionDenied
    noms = get_noms()
    form = open_form(FormulaireMutualisation, request, models.Mutualisation(), noms)
    del form.fields["motif"]
    if form.is_bound and form.is_valid():
        try:
            row = commands.create_mutualisation(request.user, form.read_fields())
        except PermissionDenied:
            form.add_error(None, HORS_PERIMETRE)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(row.get_absolute_url())
    context = {"section": "programme", "noms": noms, "form": form, "recherche": _search(request)}
    return render(request, "programme/mutualisation/nouveau.html", context)


def _search(request: HttpRequest) -> dict[str, Any]:
    """The places of the atlas that the words of the address find; what to choose among."""
    atlas = request.atlas  # type: ignore[attr-defined]
    labels, held = list_types(), set(atlas.types_de_lieux()) if atlas else set()
    kind, text = request.GET.get("lieu_type", "")[:80], request.GET.get("q", "")[:80]
    found = find_places(atlas, kind, text) if kind in held else []
    return {
        "types": [
            (key, labels[key].libelle) for key in sorted(held & set(labels), key=lambda k: labels[k].libelle)
        ],
        "type": kind,
        "q": text,
        "cherche": kind in held,
        "trop": len(found) == AU_PLUS,
        "lieux": [
            (place.id, queries.name_site(place), queries.find_arrondissement_of(place) or "")
            for place in found
        ],
    }


@login_required
@require_POST
def reprendre(request: HttpRequest) -> HttpResponse:
    """Put in the inventory the shared places that the atlas knows."""
    atlas = request.atlas  # type: ignore[attr-defined]
    found = queries.list_unlisted(atlas)
    source = f"Atlas {atlas.manifeste.millesime}" if atlas else ""
    done = commands.take_places(request.user, found, source)
    words = accord(done, "lieu repris", "lieux repris")
    messages.success(
        request, f"{words} dans l’inventaire. Dites-en les partenaires et la convention.", "succes"
    )
    return redirect("programme:mutualisation")


@require_GET
def pistes(request: HttpRequest) -> HttpResponse:
    """What the atlas and the scenarios one may read suggest, each with its reason."""
    here = request.GET.get("arrondissement", "")
    found = suggestions.gather(request.user, request.atlas, here)  # type: ignore[attr-defined]
    context = {
        "section": "programme",
        "noms": get_noms(),
        "ici": here,
        "pistes": found[: suggestions.MONTREES],
        "total": len(found),
        "seuils": suggestions.list_seuils(),
        "peut_modifier": request.user.has_perm(models.Mutualisation.MODIFIER),
    }
    return render(request, "programme/mutualisation/pistes.html", context)
