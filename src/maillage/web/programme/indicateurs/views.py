"""Pages of indicators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.indicateurs.alertes import check_indicator
from maillage.sdaasp.indicateurs.valeurs import list_series
from maillage.web.programme import models
from maillage.web.programme.conversion import to_value
from maillage.web.programme.discussion import read_page
from maillage.web.programme.indicateurs import commands, courbe, forms, queries
from maillage.web.programme.indicateurs.choix import read_choice
from maillage.web.programme.noms import get_noms
from maillage.web.programme.recherche import search
from maillage.web.programme.visibilite import hide_reserved
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.queries import find_objet, get_lisible

PAR_PAGE = 50


@require_GET
def indicateurs(request: HttpRequest) -> HttpResponse:
    """Every indicator of the programme, its targets and its last validated value."""
    rows = search(queries.list_indicateurs(), request.GET.get("texte", ""))
    page = Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "programme",
        "noms": get_noms(),
        "page": page,
        "peut_remplir": request.user.has_perm("programme.valider_valeur"),
        "texte": request.GET.get("texte", ""),
    }
    return render(request, "programme/indicateurs/indicateurs.html", context)


@get_and_post
def indicateur(request: HttpRequest, cle: str) -> HttpResponse:
    """One indicator: its targets, its values, and how to propose one."""
    row = get_object_or_404(models.IndicateurSuivi.objects.prefetch_related("cibles", "valeurs"), cle=cle)
    kind = request.POST.get("sorte")
    target = forms.FormulaireCible(request.POST if kind == "cible" else None, prefix="cible")
    value = forms.FormulaireValeur(request.POST if kind == "valeur" else None, prefix="valeur")
    if request.method == "POST" and _write_measure(request, row, kind, target if kind == "cible" else value):
        return redirect("programme:indicateur", cle)
    pure, targets = to_value(row), [to_value(c) for c in row.cibles.all()]
    rows = hide_reserved(request.user, row.valeurs.all())
    values = [to_value(v) for v in rows]
    context = read_page(request.user, row) | {
        "courbe": courbe.draw(values, targets),
        "alertes": check_indicator(pure, values, targets, timezone.localdate()),
        "actuelle": next(iter(reversed(list_series(values, row.cle))), None),
        "prochaine": next((c for c in targets if c.annee >= timezone.localdate().year), None),
        "valeurs": rows,
        "sur": find_objet(row.objet),
        "cible": target,
        "valeur": value,
        "peut_proposer": request.user.has_perm("programme.proposer_valeur", row),
        "peut_valider": request.user.has_perm("programme.valider_valeur", row),
    }
    return render(request, "programme/indicateurs/indicateur.html", context)


def _write_measure(request: HttpRequest, row: models.IndicateurSuivi, kind: str | None, form: Any) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        if kind == "cible":
            commands.set_cible(request.user, row, data["annee"], data["valeur"], data["texte"])
        else:
            fields = data | {"texte": data["texte"] or None, "groupe": data["groupe"] or None}
            commands.propose_valeur(request.user, row, fields)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, "C’est enregistré.", "succes")
    return True


@login_required
@require_POST
def fill(request: HttpRequest) -> HttpResponse:
    """Propose, for each indicator bound to the atlas, the value that this atlas gives."""
    atlas = request.atlas  # type: ignore[attr-defined]
    if atlas is None:
        raise Http404("Aucun atlas n’est ouvert.")
    figures = queries.list_bound_figures(atlas)
    count = commands.fill_from_atlas(request.user, figures, timezone.localdate())
    text = f"{count} valeurs proposées par l’atlas {atlas.id} ; il reste à les valider."
    messages.success(request, text, "succes")
    return redirect("programme:indicateurs")


@login_required
@require_POST
def validate_valeur(request: HttpRequest, valeur_id: int) -> HttpResponse:
    """Validate a proposed value."""
    row = get_object_or_404(models.Valeur.objects.select_related("indicateur"), pk=valeur_id)
    try:
        commands.validate_valeur(request.user, row, request.POST.get("motif", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "La valeur est validée.", "succes")
    return redirect("programme:indicateur", row.indicateur.cle)


@login_required
@get_and_post
def nouvel_indicateur(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """A new indicator for an object."""
    objet = get_lisible(request.user, sorte, cle)
    if not request.user.has_perm("programme.modifier_indicateur", objet):
        raise PermissionDenied
    form = forms.FormulaireIndicateur(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = commands.create_indicateur(request.user, objet, form.read_fields(), form.read_target())
        text = (
            "L’indicateur est créé, avec sa cible."
            if form.read_target()
            else "L’indicateur est créé : donnez-lui une cible."
        )
        messages.success(request, text, "succes")
        return redirect("programme:indicateur", row.cle)
    context = {
        "section": "programme",
        "noms": get_noms(),
        "objet": objet,
        "form": form,
        "vers": reverse("programme:adopter", args=(sorte, cle)),
    }
    context |= read_choice(request, objet, reverse("programme:nouvel-indicateur", args=(sorte, cle)))
    return render(request, "programme/indicateurs/nouvel_indicateur.html", context)
