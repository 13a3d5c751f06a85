"""The élaborations: their list, the page of one, its calendar, its end, what of it is public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.elaboration.modele import EtatEvenement, count_presence
from maillage.sdaasp.elaboration.paroles import ETATS_PAROLE, EtatParole
from maillage.sdaasp.elaboration.synthese import list_aboutissements, list_reasons, tell_issues
from maillage.web.elaboration import calendrier, commands, forms, queries
from maillage.web.elaboration.models import Elaboration
from maillage.web.elaboration.presentation import cross, frame, require_lire
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.socle.documents import carry
from maillage.web.suivi.commands import update
from maillage.web.suivi.queries import find_objets, read_discussion

MIME_AGENDA = "text/calendar; charset=utf-8"


@login_required
@require_GET
@never_cache
@require_lire
def elaborations(request: HttpRequest) -> HttpResponse:
    """Every élaboration and revision, the newest first."""
    context = frame("") | {
        "noms": get_noms(),
        "lignes": queries.list_elaborations(),
        "peut_conduire": request.user.has_perm("elaboration.conduire"),
    }
    return render(request, "elaboration/elaborations.html", context)


@login_required
@get_and_post
@never_cache
def nouvelle(request: HttpRequest) -> HttpResponse:
    """One more."""
    if not request.user.has_perm("elaboration.conduire"):
        raise PermissionDenied
    noms = get_noms()
    form = forms.FormulaireElaboration(request.POST if request.method == "POST" else None, objet=None)
    if form.is_bound and form.is_valid():
        return redirect(commands.open_elaboration(request.user, form.read(), noms.schema["cle"]))
    context = frame("") | {"noms": noms, "form": form, "titre": "Ouvrir une élaboration ou une révision"}
    return render(request, "elaboration/formulaire.html", context)


@login_required
@require_GET
@never_cache
@require_lire
def elaboration(request: HttpRequest, cle: str) -> HttpResponse:
    """One élaboration: where it stands, its events, its figures."""
    row = queries.get(request.user, "elaboration", cle)
    noms = get_noms()
    figures = queries.read_synthese(row)
    events = queries.list_evenements(row)
    states = queries.count_states(row)
    context = frame("elaboration", row) | read_discussion(request.user, row) | {
        "objet": row,
        "noms": noms,
        "synthese": figures,
        "issues": tell_issues(figures.paroles),
        "croisement": cross(figures, noms),
        "etats": [(state.value, ETATS_PAROLE[state], states.get(state, 0)) for state in EtatParole],
        "evenements": [
            (one, count_presence(one.valeur), noms.arrondissements.get(one.territoire, "")) for one in events
        ],
        "annule": EtatEvenement.ANNULE,
        "aujourdhui": timezone.localdate(),
        "peut_conduire": request.user.has_perm(row.MODIFIER, row),
        "peut_organiser": request.user.has_perm("elaboration.organiser"),
        "peut_contribuer": request.user.has_perm("elaboration.contribuer"),
        "peut_importer": request.user.has_perm("elaboration.importer"),
        "formes": ("pdf", "docx", "ods"),
        "tables": ("ods", "csv"),
    }  # fmt: skip
    return render(request, "elaboration/elaboration.html", context)


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str) -> HttpResponse:
    """Its title, its beginning, how it is presented."""
    row = queries.get(request.user, "elaboration", cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    form = forms.FormulaireElaboration(request.POST if request.method == "POST" else None, objet=row)
    names = {"titre": "Titre, début, présentation", "noms": get_noms()}
    return answer_form(
        request, row, form,
        lambda: update(request.user, row, form.cleaned_data["version"], form.read(), "Présentation"),
        frame("elaboration", row) | names, "elaboration/formulaire.html",
    )  # fmt: skip


@login_required
@require_POST
def passer(request: HttpRequest, cle: str) -> HttpResponse:
    """Close it, open it again, publish what was kept, take it back."""
    row = queries.get(request.user, "elaboration", cle)
    version, geste = read_number(request, "version"), request.POST.get("geste", "")
    match geste:
        case "clore" | "rouvrir":
            day = timezone.localdate() if geste == "clore" else None
            done = "Elle est close." if day else "Elle est rouverte."
            return write(
                request, lambda: commands.close_elaboration(request.user, row, version, day), done, row
            )
        case "publier" | "retirer":
            oui = geste == "publier"
            done = "Ce qui en a été retenu est public." if oui else "Ce n’est plus public."
            return write(request, lambda: commands.publish(request.user, row, version, oui=oui), done, row)
    raise Http404("Ce geste n’existe pas.")


@login_required
@require_GET
@never_cache
@require_lire
def agenda(request: HttpRequest, cle: str) -> HttpResponse:
    """Its events as an iCalendar to carry away."""
    row = queries.get(request.user, "elaboration", cle)
    base = request.build_absolute_uri("/").rstrip("/")
    return carry(calendrier.write(row, queries.list_evenements(row), base), MIME_AGENDA, "evenements.ics")


@require_GET
@never_cache
def retenu(request: HttpRequest, cle: str) -> HttpResponse:
    """What was kept of what was said, what was not, and why; open to all when the département says so."""
    row = get_object_or_404(Elaboration, cle=cle)
    if not row.publique and not request.user.has_perm("elaboration.lire"):
        raise Http404("Rien de tel ici.")
    noms = get_noms()
    figures = queries.read_synthese(row)
    context = frame("retenu", row) | {
        "objet": row,
        "noms": noms,
        "synthese": figures,
        "issues": tell_issues(figures.paroles),
        "croisement": cross(figures, noms),
        **read_kept(row),
    }
    return render(request, "elaboration/retenu.html", context)


def read_kept(row: Elaboration) -> dict[str, Any]:
    """What paroles led to, each with its object and its amendment; those that were not kept, and why."""
    values = queries.list_values(row)
    ends = list_aboutissements(values)
    objects = find_objets(end.objet for end in ends)
    numbers = queries.find_amendements(row.paroles.exclude(objets=""))
    return {
        "aboutissements": [(end, objects.get(end.objet), numbers.get(end.amendement or 0)) for end in ends],
        "non_retenues": list_reasons(values, EtatParole.NON_RETENUE),
        "ecartees": list_reasons(values, EtatParole.ECARTEE),
    }


def say_errors(request: HttpRequest, error: ValidationError) -> None:
    """What the rules refuse, on the next page."""
    for text in error.messages:
        messages.error(request, f"{text[:1].upper()}{text[1:]}", "erreur")
