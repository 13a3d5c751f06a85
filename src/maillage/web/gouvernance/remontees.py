"""What goes up, and what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.gouvernance.remontees import NOMS, SUITES, ActeRemontee, NatureRemontee
from maillage.web.gouvernance import commands, forms, models, queries
from maillage.web.gouvernance.presentation import require_lire, write
from maillage.web.gouvernance.views import frame
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.suivi.queries import find_objet, read_discussion


@login_required
@require_GET
@never_cache
@require_lire
def remontees(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, then what has its answer."""
    context = frame("remontees") | {
        "reperes": queries.read_reperes(),
        "attentes": queries.list_attentes(timezone.localdate()),
        "closes": models.RemonteeDeposee.objects.filter(close=True).order_by("-modifie_le", "-pk")[:50],
        "peut_remonter": request.user.has_perm("gouvernance.remonter"),
    }
    return render(request, "gouvernance/remontees.html", context)


@login_required
@get_and_post
@never_cache
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Send something up."""
    if not request.user.has_perm("gouvernance.remonter"):
        raise PermissionDenied
    reperes = queries.read_reperes()
    given = {name: request.GET.get(name, "")[:120] for name in ("objet", "theme", "territoire", "nature")}
    form = forms.FormulaireRemontee(
        request.POST if request.method == "POST" else None, reperes=reperes, initial=given
    )
    about = _find_about(request.user, (form.data or given).get("objet", ""))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            row = commands.deposit(
                request.user, NatureRemontee(said["nature"]), said["texte"], theme=said["theme"],
                territoire=said["territoire"], objet=about.cle if about else "",
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            name = reperes.name_comite(row.comite)
            messages.success(
                request, f"C’est déposé devant {name} ; vous serez prévenu de la suite.", "succes"
            )
            return redirect(row)
    return render(
        request, "gouvernance/nouvelle_remontee.html", frame("remontees") | {"form": form, "sujet": about}
    )


def _find_about(personne: Any, key: str) -> Any:
    """What it is about, when this person may read it."""
    found = find_objet(key) if key else None
    return found if found is not None and found.is_lisible(personne) else None


@login_required
@require_GET
@never_cache
@require_lire
def remontee(request: HttpRequest, cle: str) -> HttpResponse:
    """One remontée: its journal, its answer, what may be done with it."""
    row = queries.get(request.user, "remontee", cle)
    reperes = queries.read_reperes()
    value = row.valeur
    comite = reperes.comites.get(row.comite)
    after = SUITES[value.etapes[-1].acte]
    may = request.user.has_perm("gouvernance.traiter", row)
    wait = next((w for r, w in queries.list_attentes(timezone.localdate()) if r.pk == row.pk), None)
    seances = {
        s.cle: s for s in models.Seance.objects.filter(cle__in=[e.seance for e in value.etapes if e.seance])
    }
    context = frame("remontees") | read_discussion(request.user, row) | {
        "objet": row,
        "reperes": reperes,
        "attente": wait,
        "journal": [
            (e, NOMS[e.acte], reperes.name_comite(e.comite), seances.get(e.seance)) for e in value.etapes
        ],
        "reponse": value.reponse,
        "sujet": _find_about(request.user, row.objet),
        "theme": reperes.noms.themes.get(row.theme, row.theme),
        "decisions": models.Decision.objects.filter(remontee=row.cle).select_related("seance"),
        "peut_repondre": may and ActeRemontee.REPONDRE in after,
        "vers": [(key, reperes.name_comite(key)) for key in comite.alimente] if comite else [],
        "peut_retirer": bool(after) and request.user.has_perm("gouvernance.retirer", row),
    }  # fmt: skip
    return render(request, "gouvernance/remontee.html", context)


@login_required
@require_POST
def avancer(request: HttpRequest, cle: str) -> HttpResponse:
    """Answer, send further up, withdraw."""
    row = queries.get(request.user, "remontee", cle)
    try:
        acte = ActeRemontee(request.POST.get("acte", ""))
    except ValueError:
        raise Http404("Cette étape n’existe pas.") from None
    version, texte = read_number(request, "version"), request.POST.get("texte", "")[:4000]
    if acte is ActeRemontee.RETIRER:
        return write(
            request,
            lambda: commands.withdraw(request.user, row, version, texte),
            "La remontée est retirée.",
            row,
        )
    comite = request.POST.get("comite", "")[:60]
    return write(
        request, lambda: commands.move_remontee(request.user, row, version, acte, comite, texte=texte),
        f"{NOMS[acte]} : c’est enregistré.", row,
    )  # fmt: skip
