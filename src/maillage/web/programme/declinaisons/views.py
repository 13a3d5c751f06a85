"""Pages of declinaisons: list, board, calendar, time line, one, new, several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from maillage.francais import accord
from maillage.sdaasp.programme.modele import Declinaison as DeclinaisonPure
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison, get_libelle
from maillage.web.programme import models, presentation
from maillage.web.programme.declinaisons import commands, queries
from maillage.web.programme.declinaisons.forms import FormulaireDeclinaison, FormulaireLot
from maillage.web.programme.declinaisons.queries import Filtres
from maillage.web.programme.discussion import read_page
from maillage.web.programme.indicateurs.queries import list_indicateurs
from maillage.web.programme.lecture import list_objectifs
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.pratiques.queries import list_pratiques
from maillage.web.programme.saisie.forms import open_form
from maillage.web.programme.visibilite import hide_reserved
from maillage.web.socle.demande import get_and_post, read_int
from maillage.web.suivi.commands import ConflitVersion, update_all
from maillage.web.suivi.views import offer_undo, read_choices

PAR_FRISE = 100
PAR_COLONNE = 20
PAR_PAGE = 50
VUES = (("table", "Tableau"), ("etats", "Par état"), ("calendrier", "Calendrier"), ("frise", "Frise"))


@require_GET
def declinaison(request: HttpRequest, cle: str) -> HttpResponse:
    """One declinaison."""
    (row,) = hide_reserved(request.user, [get_object_or_404(models.Declinaison, cle=cle)])
    page = read_page(request.user, row)
    first, last = page["noms"].schema["debut"], page["noms"].schema["fin"]
    context = page | {
        "objectifs": {op.cle: op.libelle for op in list_objectifs(row.theme)},
        "indicateurs": list(list_indicateurs([row.cle])),
        "pratiques": list_pratiques(declinaisons=row.cle),
        "frise": presentation.draw_timeline([row], first, last, timezone.localdate()),
    }
    return render(request, "programme/declinaisons/declinaison.html", context)


@require_GET
def declinaisons(request: HttpRequest) -> HttpResponse:
    """Every declinaison, filtered in the address: table, board, calendar or time line."""
    noms = get_noms()
    filtres = Filtres.read(request.GET)
    vue = request.GET.get("vue", "table")
    rows = queries.list_declinaisons(filtres)
    context = {
        "section": "programme",
        "noms": noms,
        "filtres": filtres,
        "vue": vue,
        "vues": VUES,
        "annees": queries.list_annees(),
        "statuts": [(s.value, get_libelle(s)) for s in StatutDeclinaison],
        "peut_lot": request.user.has_perm("programme.modifier_declinaison"),
        **_VUES.get(vue, _table)(request, rows, noms),
    }
    return render(request, "programme/declinaisons/declinaisons.html", context)


def _table(request: HttpRequest, rows: Any, noms: Noms) -> dict[str, Any]:
    return {"page": Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))}


def _board(request: HttpRequest, rows: Any, noms: Noms) -> dict[str, Any]:
    columns = []
    for status in (None, *(s.value for s in StatutDeclinaison)):
        found = rows.filter(statut=status)
        held = list(found[:PAR_COLONNE])
        if held:
            label = get_libelle(StatutDeclinaison(status) if status else None)
            total = len(held) if len(held) < PAR_COLONNE else found.count()
            columns.append((label, presentation.TONS[status], total, held))
    return {"colonnes": columns}


def _calendar(request: HttpRequest, rows: Any, noms: Noms) -> dict[str, Any]:
    months = presentation.gather_by_month(list(rows.filter(datee=True)[:PAR_FRISE]))
    return {"mois": months, "aujourdhui": timezone.localdate().isoformat()}


def _timeline(request: HttpRequest, rows: Any, noms: Noms) -> dict[str, Any]:
    first, last = noms.schema["debut"], noms.schema["fin"]
    held = list(rows.filter(datee=True)[:PAR_FRISE])
    return {"frise": presentation.draw_timeline(held, first, last, timezone.localdate())}


_VUES = {"table": _table, "etats": _board, "calendrier": _calendar, "frise": _timeline}


@login_required
@get_and_post
def nouvelle_declinaison(request: HttpRequest) -> HttpResponse:
    """Fill a hole: a new declinaison, its place given by the address."""
    noms = get_noms()
    theme, place = request.GET.get("theme", ""), request.GET.get("arrondissement", "")
    if theme not in noms.declinables or place not in noms.arrondissements:
        choices = {"section": "programme", "noms": noms, "theme": theme, "arrondissement": place}
        return render(request, "programme/declinaisons/nouvelle.html", choices)
    draft = models.Declinaison(
        theme=theme, arrondissement=place, annee=_read_year(request, noms), cle="nouvelle"
    )
    if not request.user.has_perm("programme.modifier_declinaison", draft):
        raise PermissionDenied
    form = open_form(FormulaireDeclinaison, request, draft, noms)
    if not form.is_bound:
        form.initial["objectifs"] = request.GET.getlist("op") or form.initial["objectifs"]
        form.initial["zones"] = request.GET.getlist("zone") or form.initial["zones"]
    elif form.is_valid():
        pure = DeclinaisonPure(theme=theme, arrondissement=place, annee=draft.annee)
        try:
            row = commands.create_declinaison(request.user, pure, form.read_fields())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(row.get_absolute_url())
    return render(
        request,
        "programme/edition/modifier.html",
        {"section": "programme", "noms": noms, "objet": draft, "form": form, "creation": True},
    )


def _read_year(request: HttpRequest, noms: Noms) -> int:
    year = read_int(request.GET.get("annee"))
    first, last = noms.schema["debut"], noms.schema["fin"]
    return max(first, min(last, timezone.localdate().year if year is None else year))


@login_required
@require_POST
def lot(request: HttpRequest) -> HttpResponse:
    """The same change on the ticked declinaisons: all, or none."""
    form = FormulaireLot(request.POST)
    versions = read_choices(request)
    back = request.POST.get("retour", "")
    target = redirect(f"{redirect('programme:declinaisons').url}{back if back.startswith('?') else ''}")
    if not form.is_valid() or not versions or not form.read_fields():
        messages.error(request, "Cochez au moins une déclinaison et donnez ce qu’il faut changer.", "erreur")
        return target
    try:
        rows = update_all(
            request.user,
            queries.list_by_keys(versions),
            versions,
            form.read_fields(),
            form.cleaned_data["motif"],
        )
    except ConflitVersion as conflict:
        text = (
            f"« {conflict.actuel} » a changé entre-temps : rien n’a été modifié. Relisez, puis recommencez."
        )
        messages.error(request, text, "erreur")
    else:
        offer_undo(request, f"{accord(len(rows), 'déclinaison modifiée', 'déclinaisons modifiées')}.", rows)
    return target
