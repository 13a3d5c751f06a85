"""The year of the comités, the decisions that are followed, the calendar to carry away."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.francais import accord
from maillage.sdaasp.gouvernance.seances import EtatDecision
from maillage.web.gouvernance import calendrier, commands, forms, models, queries
from maillage.web.gouvernance.presentation import require_lire
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post, read_int
from maillage.web.socle.documents import carry

ANNEES = (2015, 2100)
MIME = "text/calendar; charset=utf-8"


def frame(onglet: str) -> dict[str, Any]:
    """What every page of governance has."""
    return {"section": "programme", "onglet": onglet}


@login_required
@require_GET
@never_cache
@require_lire
def annee(request: HttpRequest) -> HttpResponse:
    """A year: its meetings month by month, those that are missing, those that are late."""
    today = timezone.localdate()
    an = read_int(request.GET.get("annee"), *ANNEES) or today.year
    reperes = queries.read_reperes()
    year = queries.read_annee(reperes, an, today)
    departement = reperes.noms.schema["departement"]
    lines = [(row, reperes.name_seance(row), row.list_against(departement)) for row in year.seances]
    context = frame("annee") | {
        "reperes": reperes,
        "annee": year,
        "mois": [
            (month, list(rows))
            for month, rows in groupby(lines, key=lambda line: line[0].jour.replace(day=1))
        ],
        "manquantes": [reperes.name_attendue(one) for one in year.manquantes],
        "en_retard": [reperes.name_attendue(one) for one in year.en_retard],
        "peut_preparer": request.user.has_perm("gouvernance.preparer_annee"),
        "peut_organiser": request.user.has_perm("gouvernance.organiser"),
        "agenda": request.build_absolute_uri(_agenda(request)),
        "aujourdhui": today,
        "a_venir": queries.A_VENIR,
    }
    return render(request, "gouvernance/annee.html", context)


def _agenda(request: HttpRequest) -> str:
    return reverse("gouvernance:agenda", args=[calendrier.make_jeton(request.user)])


@login_required
@require_POST
def preparer(request: HttpRequest) -> HttpResponse:
    """Set every meeting of a year that has no day."""
    an = read_int(request.POST.get("annee"), *ANNEES)
    if an is None:
        raise Http404("Cette année n’est pas de celles d’un schéma.")
    made = commands.fill_year(request.user, an)
    said = (
        f"{accord(len(made), 'réunion posée', 'réunions posées')} en {an}."
        if made
        else "Il ne manquait aucune réunion."
    )
    messages.success(request, said, "succes")
    return redirect(_year(an))


def _year(an: int) -> str:
    return f"{reverse('gouvernance:annee')}?annee={an}"


@login_required
@get_and_post
@never_cache
def nouvelle_seance(request: HttpRequest) -> HttpResponse:
    """A meeting besides those of the year."""
    if not request.user.has_perm("gouvernance.organiser"):
        raise PermissionDenied
    form = forms.FormulaireNouvelleSeance(
        request.POST if request.method == "POST" else None, reperes=queries.read_reperes()
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        return redirect(commands.add_seance(request.user, said["comite"], said["territoire"], said["jour"]))
    return render(request, "gouvernance/nouvelle_seance.html", frame("annee") | {"form": form})


@login_required
@require_GET
@require_lire
def telecharger(request: HttpRequest) -> HttpResponse:
    """The calendar as a file."""
    return carry(_write(request), MIME, "comites.ics")


@require_GET
@for_one_reader
def agenda(request: HttpRequest, jeton: str) -> HttpResponse:
    """The calendar that a diary subscribes to: nothing for whoever holds no mandate any more."""
    personne = calendrier.read_jeton(jeton)
    if personne is None or not personne.has_perm("gouvernance.lire"):
        raise Http404("Cet agenda n’existe pas, ou plus.")
    return HttpResponse(_write(request), content_type=MIME)


def _write(request: HttpRequest) -> bytes:
    return calendrier.write(
        models.Seance.objects.all(), queries.read_reperes(), request.build_absolute_uri("/").rstrip("/")
    )


@login_required
@require_GET
@never_cache
@require_lire
def decisions(request: HttpRequest) -> HttpResponse:
    """Every decision, those to follow first."""
    today = timezone.localdate()
    rows = models.Decision.objects.select_related("seance").order_by("-seance__jour", "rang")
    late = {row.pk for row in queries.list_decisions_en_retard(today)}
    open_ = [row for row in rows if row.etat in queries.EN_COURS]
    context = frame("decisions") | {
        "reperes": queries.read_reperes(),
        "ouvertes": sorted(open_, key=lambda row: (row.pk not in late, row.echeance or today.max)),
        "closes": [row for row in rows if row.etat not in queries.EN_COURS],
        "retard": late,
        "etats": EtatDecision,
    }
    return render(request, "gouvernance/decisions.html", context)
