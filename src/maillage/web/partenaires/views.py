"""Who is who among the partners, and what each agrees to show."""

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

from maillage.web.gouvernance.presentation import require_lire
from maillage.web.partenaires import commands, forms, queries
from maillage.web.partenaires.models import ContactMontre, Partenaire
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post

CADRE = {"section": "programme", "onglet": "partenaires"}


@login_required
@require_GET
@never_cache
@require_lire
def qui(request: HttpRequest) -> HttpResponse:
    """Organisations, their roles, themes and territories, and the contacts that people agreed to show."""
    noms = get_noms()
    chosen = {name: request.GET.get(name, "")[:120] for name in ("theme", "territoire", "texte")}
    lines = queries.list_lignes(timezone.localdate(), **chosen)
    context = CADRE | {
        "noms": noms,
        "choix": chosen,
        "lignes": lines,
        "organisations": len({line.organisation for line in lines}),
        "moi": ContactMontre.objects.filter(personne=request.user).first(),
        "peut_decrire": request.user.has_perm(commands.DECRIRE),
    }
    return render(request, "partenaires/qui.html", context)


@login_required
@get_and_post
@never_cache
@require_lire
def moi(request: HttpRequest) -> HttpResponse:
    """What I agree to show of myself."""
    held = ContactMontre.objects.filter(personne=request.user).first()
    form = forms.FormulaireContact(request.POST if request.method == "POST" else None, objet=held)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        accepted = said.pop("accepte")
        try:
            commands.show_contact(request.user, said, accepte=accepted)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, "Vos coordonnées sont montrées ; vous pouvez les retirer ici.", "succes"
            )
            return redirect("partenaires:qui")
    return render(request, "partenaires/moi.html", CADRE | {"form": form, "objet": held})


@login_required
@require_POST
def retirer(request: HttpRequest) -> HttpResponse:
    """Take back my consent."""
    commands.hide_contact(request.user)
    messages.success(request, "Vos coordonnées sont effacées de cette page.", "succes")
    return redirect("partenaires:qui")


@login_required
@get_and_post
@never_cache
def partenaire(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A partner without an account, or a new one."""
    if not request.user.has_perm(commands.DECRIRE):
        raise PermissionDenied
    row: Any = get_object_or_404(Partenaire, pk=pk) if pk else Partenaire()
    noms = get_noms()
    data = request.POST if request.method == "POST" else None
    form = forms.FormulairePartenaire(data, objet=row, noms=noms)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        name, kind = said.pop("organisation"), said.pop("nature")
        return redirect(commands.save_partenaire(request.user, row, name, kind, said))
    return render(request, "partenaires/partenaire.html", CADRE | {"form": form, "objet": row, "noms": noms})


@login_required
@require_POST
def oublier(request: HttpRequest, pk: int) -> HttpResponse:
    """A partner no more."""
    commands.remove_partenaire(request.user, get_object_or_404(Partenaire, pk=pk))
    messages.success(request, "Ce partenaire n’est plus dans la liste.", "succes")
    return redirect("partenaires:qui")
