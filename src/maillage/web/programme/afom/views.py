"""The AFOM matrix and its votes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from maillage.sdaasp.programme.afom import group_items, list_without_evidence
from maillage.sdaasp.programme.echange import to_plain
from maillage.sdaasp.programme.vocabulaire import NatureAfom, get_libelle
from maillage.web.programme import models
from maillage.web.programme.afom import commands, forms, queries
from maillage.web.programme.indicateurs.queries import list_chiffres
from maillage.web.programme.lieux import tell_figure
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post


@get_and_post
def afom(request: HttpRequest) -> HttpResponse:
    """The AFOM matrix of an arrondissement for a theme."""
    noms = get_noms()
    place = request.GET.get("arrondissement", "") or next(iter(noms.arrondissements))
    theme = request.GET.get("theme", "") or next(iter(noms.themes))
    draft = models.ItemAfom(arrondissement=place, theme=theme)
    atlas = request.atlas  # type: ignore[attr-defined]
    known = {t.code for t in atlas.territoires("arrondissement")} if atlas else set()
    if theme not in noms.themes or place not in known.union(noms.arrondissements):
        raise Http404("Ce thème ou cet arrondissement n’est pas dans le schéma.")
    figures = list_chiffres(atlas, "arrondissement", place)
    names = {key: tell_figure(to_plain(figure)) for key, figure in figures.items()}
    form = forms.FormulaireAfom(request.POST or None, chiffres=figures, noms=names, theme=theme)
    if request.method == "POST" and form.is_valid():
        commands.create_item(request.user, form.read_fields() | {"arrondissement": place, "theme": theme})
        return redirect(draft.get_absolute_url())
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
    return render(request, "programme/afom/afom.html", context)


@login_required
@require_POST
def vote(request: HttpRequest, cle: str) -> HttpResponse:
    """Give or take back one's voice."""
    item = get_object_or_404(models.ItemAfom, cle=cle)
    commands.vote(request.user, item)
    return redirect(item.get_absolute_url())
