"""The sheet of a theme, to print; the calendar of training; anyone reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.annuaire.accueil import PREMIER, SECOND, list_points
from maillage.annuaire.fiche import Structure
from maillage.web.annuaire.ambassadeurs import calendrier, commands
from maillage.web.annuaire.ambassadeurs.models import SeanceFormation
from maillage.web.annuaire.queries import read_annuaire
from maillage.web.programme.models import FicheAction, ObjectifPrioritaire
from maillage.web.programme.noms import list_portees
from maillage.web.socle.demande import get_and_post

SECTION: Final = "accueil"
LIGNES: Final = 150


@dataclass(frozen=True)
class LigneDeTheme:
    """A structure of a sheet: ``propre`` whether it says that it handles this very theme."""

    structure: Structure
    cle: int
    propre: bool


@require_GET
@never_cache
def themes(request: HttpRequest) -> HttpResponse:
    """The short guide, and a sheet for each theme of the programme."""
    context = {
        "section": SECTION,
        "themes": list_portees().get("theme", {}),
        "seances": _list_next()[:5],
    }
    return render(request, "annuaire/ambassadeurs/themes.html", context)


@require_GET
def theme(request: HttpRequest, cle: str) -> HttpResponse:
    """Who is first and second level of a theme, what the programme wants: one sheet to print."""
    names = list_portees().get("theme", {})
    if cle not in names:
        raise Http404("Ce thème n’est pas dans le programme.")
    fiche = FicheAction.objects.filter(theme=cle).first()
    rows = (
        ObjectifPrioritaire.objects.filter(fiche=fiche.cle) if fiche else ObjectifPrioritaire.objects.none()
    )
    held = {level: list_lines(cle, level) for level in (PREMIER, SECOND)}
    context: dict[str, Any] = {
        "section": SECTION,
        "nom": names[cle],
        "cle": cle,
        "fiche": fiche,
        "objectifs": list(rows.order_by("ordre", "cle")),
        "premiers": held[PREMIER][:LIGNES],
        "seconds": held[SECOND][:LIGNES],
        "de_plus": sum(max(len(one) - LIGNES, 0) for one in held.values()),
        "jour": timezone.localdate(),
    }
    return render(request, "annuaire/ambassadeurs/theme.html", context)


def list_lines(theme: str, level: Any) -> list[LigneDeTheme]:
    """Structures of a level for a theme, those that name it first, then by commune and name."""
    held = read_annuaire()
    by_id = {one.id: one for one in held.annuaire.structures}
    found = [
        LigneDeTheme(by_id[one.id], held.cles["structure", one.id], theme in one.themes[level])
        for one in list_points(held.annuaire)
        if one.handles(level, theme)
    ]
    return sorted(found, key=lambda one: (not one.propre, one.structure.commune or "", one.structure.nom))


class FormulaireFormation(forms.ModelForm):  # type: ignore[type-arg]
    """A session to announce."""

    class Meta:
        model = SeanceFormation
        fields = ("titre", "jour", "debut", "fin", "lieu", "public", "organisation", "places", "inscription")
        widgets = {
            "jour": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "debut": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "fin": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "public": "Par exemple « agents d’accueil France services », « référents de commune ».",
            "inscription": "Une adresse web ou un courriel de service. Pas le nom d’une personne.",
        }


def _list_next() -> list[SeanceFormation]:
    return list(SeanceFormation.objects.filter(jour__gte=timezone.localdate()))


@get_and_post
@never_cache
def formations(request: HttpRequest) -> HttpResponse:
    """The sessions to come; who may announces one."""
    may = request.user.has_perm(commands.FORMER)
    posted = request.method == "POST"
    if posted and not may:
        raise PermissionDenied(commands.FORMER)
    form = FormulaireFormation(request.POST if posted else None)
    if form.is_bound and form.is_valid():
        try:
            commands.announce(request.user, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La formation est annoncée.", "succes")
            return redirect("annuaire:formations")
    context = {"section": SECTION, "seances": _list_next(), "form": form if may else None, "peut": may}
    return render(
        request, "annuaire/ambassadeurs/formations.html", context, status=422 if form.is_bound else 200
    )


@login_required
@require_POST
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a session off."""
    commands.call_off(request.user, get_object_or_404(SeanceFormation, pk=pk))
    messages.success(request, "La formation est annulée ; elle reste au calendrier, dite annulée.", "succes")
    return redirect("annuaire:formations")


@require_GET
@never_cache
def formations_ics(request: HttpRequest) -> HttpResponse:
    """The same, for a diary."""
    page = request.build_absolute_uri(reverse("annuaire:formations"))
    answer = HttpResponse(calendrier.write(_list_next(), page), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="formations.ics"'
    return answer
