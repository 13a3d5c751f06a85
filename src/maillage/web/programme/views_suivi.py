"""Pages of the work around the programme: indicators, AFOM, comments, my tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.sdaasp.indicateurs.alertes import check_indicator
from maillage.sdaasp.indicateurs.valeurs import list_series
from maillage.sdaasp.programme.afom import group_items, list_without_evidence
from maillage.sdaasp.programme.vocabulaire import NatureAfom, get_libelle
from maillage.web.programme import commands, courbe, forms_suivi, models, queries
from maillage.web.programme.adresses import get_adresse
from maillage.web.programme.conversion import to_value
from maillage.web.programme.courriel import is_mail_configured

get_and_post = require_http_methods(["GET", "POST"])


@get_and_post
def indicateur(request: HttpRequest, cle: str) -> HttpResponse:
    """One indicator: its targets, its values, and how to propose one."""
    row = get_object_or_404(models.IndicateurSuivi.objects.prefetch_related("cibles", "valeurs"), cle=cle)
    kind = request.POST.get("sorte")
    target = forms_suivi.FormulaireCible(request.POST if kind == "cible" else None, prefix="cible")
    value = forms_suivi.FormulaireValeur(request.POST if kind == "valeur" else None, prefix="valeur")
    if request.method == "POST" and _write_measure(request, row, kind, target if kind == "cible" else value):
        return redirect("programme:indicateur", cle)
    pure, targets = to_value(row), [to_value(c) for c in row.cibles.all()]
    values = [to_value(v) for v in row.valeurs.all()]
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "objet": row,
        "courbe": courbe.draw(values, targets),
        "alertes": check_indicator(pure, values, targets, timezone.localdate()),
        "actuelle": next(iter(reversed(list_series(values, row.cle))), None),
        "prochaine": next((c for c in targets if c.annee >= timezone.localdate().year), None),
        "sur": queries.find_objet(row.objet),
        "cible": target,
        "valeur": value,
        **queries.read_discussion(request.user, row),
        "peut_modifier": request.user.has_perm("programme.modifier_indicateur", row),
        "peut_proposer": request.user.has_perm("programme.proposer_valeur", row),
        "peut_valider": request.user.has_perm("programme.valider_valeur", row),
    }
    return render(request, "programme/indicateur.html", context)


def _write_measure(request: HttpRequest, row: models.IndicateurSuivi, kind: str | None, form: Any) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        if kind == "cible":
            commands.fixer_cible(request.user, row, data["annee"], data["valeur"], data["texte"])
        else:
            fields = data | {"texte": data["texte"] or None, "groupe": data["groupe"] or None}
            commands.proposer_valeur(request.user, row, fields)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, "C’est enregistré.", "succes")
    return True


@login_required
@require_POST
def remplir(request: HttpRequest) -> HttpResponse:
    """Propose, for each indicator bound to the atlas, the value that this atlas gives."""
    atlas = request.atlas  # type: ignore[attr-defined]
    if atlas is None:
        raise Http404("Aucun atlas n’est ouvert.")
    figures = queries.list_bound_figures(atlas)
    count = commands.remplir_depuis_atlas(request.user, figures, timezone.localdate())
    text = f"{count} valeurs proposées par l’atlas {atlas.id} ; il reste à les valider."
    messages.success(request, text, "succes")
    return redirect("programme:indicateurs")


@login_required
@require_POST
def valider_valeur(request: HttpRequest, valeur_id: int) -> HttpResponse:
    """Validate a proposed value."""
    row = get_object_or_404(models.Valeur.objects.select_related("indicateur"), pk=valeur_id)
    try:
        commands.valider_valeur(request.user, row, request.POST.get("motif", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "La valeur est validée.", "succes")
    return redirect("programme:indicateur", row.indicateur.cle)


@login_required
@get_and_post
def nouvel_indicateur(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """A new indicator for an object."""
    objet = queries.get_objet(sorte, cle)
    if not request.user.has_perm("programme.modifier_indicateur", objet):
        raise PermissionDenied
    form = forms_suivi.FormulaireIndicateur(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = commands.creer_indicateur(request.user, objet, form.read_fields(), form.read_target())
        text = (
            "L’indicateur est créé, avec sa cible."
            if form.read_target()
            else "L’indicateur est créé : donnez-lui une cible."
        )
        messages.success(request, text, "succes")
        return redirect("programme:indicateur", row.cle)
    context = {"section": "programme", "noms": queries.get_noms(), "objet": objet, "form": form}
    return render(request, "programme/nouvel_indicateur.html", context)


@get_and_post
def afom(request: HttpRequest) -> HttpResponse:
    """The AFOM matrix of an arrondissement for a theme."""
    noms = queries.get_noms()
    place = request.GET.get("arrondissement", "") or next(iter(noms.arrondissements))
    theme = request.GET.get("theme", "") or next(iter(noms.themes))
    draft = models.ItemAfom(arrondissement=place, theme=theme)
    atlas = request.atlas  # type: ignore[attr-defined]
    known = {t.code for t in atlas.territoires("arrondissement")} if atlas else set()
    if theme not in noms.themes or place not in known.union(noms.arrondissements):
        raise Http404("Ce thème ou cet arrondissement n’est pas dans le schéma.")
    figures = queries.list_chiffres(atlas, "arrondissement", place)
    names = {key: atlas.definition(key).nom for key in figures}
    form = forms_suivi.FormulaireAfom(request.POST or None, chiffres=figures, noms=names, theme=theme)
    if request.method == "POST" and form.is_valid():
        commands.ajouter_item(request.user, form.read_fields() | {"arrondissement": place, "theme": theme})
        return redirect(get_adresse(draft))
    items = list(queries.list_afom(place, theme))
    context = {
        "section": "programme",
        "noms": noms,
        "arrondissement": place,
        "theme": theme,
        "form": form,
        "cases": [(get_libelle(n), group_items(i for i in items if i.nature == n)) for n in NatureAfom],
        "nombre": len(items),
        "sans_preuve": len(list_without_evidence(items)),
        "sans_objectif": sum(not item.objectifs for item in items),
        "suites": queries.list_suites(key for item in items for key in item.objectifs),
        "mes_voix": queries.list_votes(request.user, items),
        "peut_contribuer": request.user.has_perm("programme.contribuer_afom", draft),
    }
    return render(request, "programme/afom.html", context)


@login_required
@require_POST
def voter(request: HttpRequest, cle: str) -> HttpResponse:
    """Give or take back one's voice."""
    item = get_object_or_404(models.ItemAfom, cle=cle)
    commands.voter(request.user, item)
    return redirect(get_adresse(item))


@login_required
@require_POST
def commenter(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Say something about an object."""
    objet = queries.get_objet(sorte, cle)
    try:
        commands.commenter(request.user, objet, request.POST.get("texte", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    return redirect(f"{get_adresse(objet)}#discussion")


@login_required
@require_POST
def suivre(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Follow an object, or stop."""
    objet = queries.get_objet(sorte, cle)
    commands.suivre(request.user, objet, oui=request.POST.get("oui") == "1")
    return redirect(get_adresse(objet))


@login_required
@never_cache
def taches(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "courriel_possible": is_mail_configured(),
        **queries.list_taches(request.user, timezone.localdate()),
    }
    return render(request, "programme/taches.html", context)


@login_required
@require_POST
def lu(request: HttpRequest) -> HttpResponse:
    """Mark as read what changed in what I follow, or around one object."""
    commands.marquer_lu(request.user, request.POST.get("objet", ""))
    return redirect("programme:taches")


@login_required
@require_POST
def courriel(request: HttpRequest) -> HttpResponse:
    """Also receive what changes by e-mail, or no longer."""
    commands.recevoir_par_courriel(request.user, oui=request.POST.get("oui") == "1")
    return redirect("programme:taches")
