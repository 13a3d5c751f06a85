"""The register of plans kept elsewhere, their news, and the road map for digital inclusion."""

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

from maillage.sdaasp.programme.demarches import PlanExterne, list_nouvelles, load_types_demarches
from maillage.sdaasp.programme.fne import add_up_funders, add_up_steps, find_late
from maillage.sdaasp.programme.vocabulaire import VoletFne, get_libelle
from maillage.web.programme import models
from maillage.web.programme.conversion import to_value
from maillage.web.programme.demarches import commands, queries
from maillage.web.programme.demarches.forms import FormulaireDemarche, FormulaireNouvelle
from maillage.web.programme.discussion import read_page
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.noms import get_noms
from maillage.web.programme.saisie.forms import open_form
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import find_objets

FORMES = (("pdf", "PDF"), ("docx", "DOCX, à reprendre"), ("ods", "ODS, tableaux"))


@require_GET
def demarches(request: HttpRequest) -> HttpResponse:
    """Every plan followed: who, when, which fiches cite it, its last news."""
    programme, kinds = read_programme(), load_types_demarches()
    citing: dict[str, list[tuple[str, str]]] = {}
    for fiche in programme.fiches:
        for key in dict.fromkeys(link.cible for link in fiche.demarches if link.cible):
            citing.setdefault(key, []).append((fiche.cle, fiche.titre))
    context = {
        "section": "programme",
        "noms": get_noms(),
        "lignes": [_describe(plan, kinds, citing.get(plan.cle, [])) for plan in programme.plans_externes],
        "peut_modifier": request.user.has_perm(models.PlanExterne.MODIFIER),
    }
    return render(request, "programme/demarches/demarches.html", context)


def _describe(plan: PlanExterne, kinds: dict[str, str], fiches: list[tuple[str, str]]) -> dict[str, Any]:
    news = list_nouvelles(plan)
    return {
        "plan": plan,
        "type": kinds.get(plan.type or "", ""),
        "fiches": fiches,
        "derniere": news[0] if news else None,
    }


@require_GET
@never_cache
def demarche(request: HttpRequest, cle: str) -> HttpResponse:
    """One plan: what it is, what it brings to which fiche, its news, the newest first."""
    row = get_object_or_404(models.PlanExterne, cle=cle)
    plan = to_value(row)
    targets = find_objets([apport.sert for apport in plan.apports])
    context = read_page(request.user, row) | {
        "type": load_types_demarches().get(plan.type or "", ""),
        "nouvelles": list_nouvelles(plan),
        "fiches": queries.list_citing(row.cle),
        "apports": [(targets.get(apport.sert), apport) for apport in plan.apports],
        "form": _open_news(request, row) if request.user.has_perm("programme.noter_nouvelle") else None,
    }
    return render(request, "programme/demarches/demarche.html", context)


def _open_news(request: HttpRequest, row: models.PlanExterne) -> FormulaireNouvelle:
    first = {"version": row.version, "le": timezone.localdate()}
    return FormulaireNouvelle(request.POST if request.method == "POST" else None, initial=first)


@login_required
@get_and_post
@never_cache
def nouvelle_demarche(request: HttpRequest) -> HttpResponse:
    """One more plan to follow."""
    if not request.user.has_perm(models.PlanExterne.MODIFIER):
        raise PermissionDenied
    noms = get_noms()
    form = open_form(FormulaireDemarche, request, models.PlanExterne(), noms)
    del form.fields["motif"]
    if form.is_bound and form.is_valid():
        try:
            return redirect(commands.create_demarche(request.user, form.read_fields()).get_absolute_url())
        except ValidationError as error:
            form.add_error(None, error)
    context = {"section": "programme", "noms": noms, "form": form}
    return render(request, "programme/demarches/nouvelle.html", context)


@login_required
@require_POST
def noter(request: HttpRequest, cle: str) -> HttpResponse:
    """Note a piece of news; what somebody else wrote in between is kept, and said."""
    row = get_object_or_404(models.PlanExterne, cle=cle)
    if not request.user.has_perm("programme.noter_nouvelle"):
        raise PermissionDenied
    form = _open_news(request, row)
    if not form.is_valid():
        texts = [text for errors in form.errors.values() for text in errors]
        messages.error(request, " ".join(texts), "erreur")
        return redirect(row)
    said = form.cleaned_data
    try:
        commands.add_nouvelle(request.user, row, said["version"], said["le"], said["texte"], said["lien"])
    except ConflitVersion:
        messages.error(request, "Quelqu’un a écrit entre-temps : relisez, puis notez de nouveau.", "erreur")
    else:
        messages.success(request, "C’est noté, et se voit sur les fiches qui la citent.", "succes")
    return redirect(row)


@require_GET
def feuille_de_route(request: HttpRequest) -> HttpResponse:
    """France Numérique Ensemble: priorities by arrondissement, steps, who pays, training, equipment."""
    noms, here = get_noms(), request.GET.get("arrondissement", "")
    orientations = read_programme().orientations_fne
    held = [o for o in orientations if not here or o.tous or here in o.priorites]
    steps = [step for o in held for step in o.etapes if not here or step.arrondissement in (None, here)]
    context = {
        "section": "programme",
        "noms": noms,
        "ici": here,
        "formes": FORMES,
        "orientations": [
            (o, [s for s in o.etapes if s in steps], {a.cle: a.libelle for a in o.actions}) for o in held
        ],
        "actions": sum(len(o.actions) for o in held),
        "matrice": [
            (o, [(name, o.tous, code in o.priorites) for code, name in noms.arrondissements.items()])
            for o in orientations
        ],
        "total": add_up_steps(steps),
        "volets": [
            (get_libelle(volet), mine, add_up_steps(mine))
            for volet in (*VoletFne, None)
            if (mine := [s for s in steps if s.volet is volet])
        ],
        "financeurs": add_up_funders(steps),
        "retard": [pair for pair in find_late(held, timezone.localdate()) if pair[1] in steps],
        "modifiables": frozenset(
            row.cle for row in models.OrientationFne.objects.all() if request.user.has_perm(row.MODIFIER, row)
        ),
    }
    return render(request, "programme/demarches/feuille_de_route.html", context)


@require_GET
def orientation(request: HttpRequest, cle: str) -> HttpResponse:
    """One orientation of the road map: its page in the programme, with its history."""
    row = get_object_or_404(models.OrientationFne, cle=cle)
    value = to_value(row)
    context = read_page(request.user, row) | {
        "orientation": value,
        "actions": {action.cle: action.libelle for action in value.actions},
        "total": add_up_steps(value.etapes),
    }
    return render(request, "programme/demarches/orientation.html", context)
