"""What agents do: read again, publish, refuse, join; take up, answer, send up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.participation.identifiants import find_identifying, mask
from maillage.participation.signalements import ActeSignalement, list_next
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.participation import commands, queries
from maillage.web.participation.forms import FormulaireRelecture
from maillage.web.participation.models import SignalementRecu
from maillage.web.participation.presentation import frame
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.suivi.views import read_choices

A = ActeSignalement
PAR_PAGE = 30


@login_required
@require_GET
@never_cache
def a_traiter(request: HttpRequest) -> HttpResponse:
    """What waits to be read, what waits for my answer."""
    if not (
        request.user.has_perm("participation.moderer") or request.user.has_perm("participation.repondre")
    ):
        raise PermissionDenied("participation.moderer")
    page = Paginator(queries.list_a_lire(request.user), PAR_PAGE).get_page(request.GET.get("page"))
    context = frame("a-traiter") | {
        "noms": get_noms(),
        "communes": queries.list_communes(request.atlas),  # type: ignore[attr-defined]
        "page": page,
        "lignes": [queries.LigneALire(row, queries.find_semblables(row)) for row in page],
        "a_repondre": queries.list_a_repondre(request.user),
        "relit": request.user.has_perm("participation.moderer"),
    }
    return render(request, "participation/a_traiter.html", context)


@login_required
@require_POST
def refuser_lot(request: HttpRequest) -> HttpResponse:
    """Refuse several at once, with the same reason: a flood is put away in one act."""
    if not request.user.has_perm("participation.moderer"):
        raise PermissionDenied("participation.moderer")
    versions, motif = read_choices(request), request.POST.get("motif", "")[:600]
    return write(
        request, lambda: commands.refuse_all(request.user, versions, motif),
        "C’est fait : leurs auteurs liront pourquoi.", "participation:a-traiter",
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def relire(request: HttpRequest, cle: str) -> HttpResponse:
    """Read it again, and publish what names nobody."""
    row = queries.get_a_traiter(request.user, cle)
    if not request.user.has_perm("participation.moderer", row):
        raise PermissionDenied("participation.moderer")
    noms = get_noms()
    known = tuple(queries.list_communes(request.atlas).values())  # type: ignore[attr-defined]
    found = find_identifying(row.texte, known)
    photo = queries.find_photo(row)
    form = FormulaireRelecture(
        request.POST if request.method == "POST" else None, objet=row, noms=noms,
        texte=row.texte_public or mask(row.texte, found), photo=photo is not None,
    )  # fmt: skip
    context = frame("a-traiter") | {
        "noms": noms,
        "communes": queries.list_communes(request.atlas),  # type: ignore[attr-defined]
        "trouves": found,
        "photo": photo,
        "semblables": queries.find_semblables(row),
        "suites": list_next(row.valeur),
        "peut_publier": A.PUBLIER in list_next(row.valeur),
    }

    def publish() -> None:
        said = form.cleaned_data
        relecture = commands.Relecture(
            texte=said["texte"], theme=said["theme"], dimension=said["dimension"], relu=said["relu"],
            photo=said.get("photo", False), connus=known,
        )  # fmt: skip
        commands.publish(request.user, row, said["version"], relecture)

    return answer_form(request, row, form, publish, context, "participation/relire.html")


Acte = Callable[[Any, SignalementRecu, int, str], object]


@login_required
@require_POST
def avancer(request: HttpRequest, cle: str) -> HttpResponse:
    """One act on a signalement, then its page."""
    row = queries.get_a_traiter(request.user, cle)
    known = tuple(queries.list_communes(request.atlas).values())  # type: ignore[attr-defined]
    vers = request.POST.get("vers", "")[:120]
    public = request.POST.get("texte_public", "")[:2000]
    acts: dict[str, Acte] = {
        A.REFUSER: commands.refuse,
        A.ROUVRIR: commands.reopen,
        A.FUSIONNER: lambda who, one, version, _: commands.join(who, one, version, vers),
        A.INSTRUIRE: lambda who, one, version, _: commands.take_up(who, one, version),
        A.REPONDRE: lambda who, one, version, said: commands.answer(who, one, version, said, known),
        A.TRANSMETTRE: commands.send_up,
        A.MASQUER: lambda who, one, version, said: commands.hide(who, one, version, public, said, known),
    }
    act = acts.get(request.POST.get("acte", ""))
    if act is None:
        raise Http404("Cette étape n’existe pas.")
    version, said = read_number(request, "version"), request.POST.get("texte", "")[:4000]
    return write(request, lambda: act(request.user, row, version, said), "C’est enregistré.", row)


def read_acts(personne: Any, row: SignalementRecu) -> dict[str, Any]:
    """What this person may do with a signalement, for its page."""
    after = list_next(row.valeur)
    reads, answers = (personne.has_perm(f"participation.{name}", row) for name in ("moderer", "repondre"))
    return {
        "peut_relire": reads and A.PUBLIER in after,
        "peut_refuser": reads and A.REFUSER in after,
        "peut_masquer": reads and A.MASQUER in after,
        "peut_rouvrir": reads and A.ROUVRIR in after,
        "peut_prendre": answers and A.INSTRUIRE in after and row.etat != A.TRANSMETTRE.value,
        "peut_repondre": answers and A.REPONDRE in after and row.etat != A.TRANSMETTRE.value,
        "peut_transmettre": answers and A.TRANSMETTRE in after,
        "rappels": list(row.rappels.all()),
        "semblables": queries.find_semblables(row) if reads and A.FUSIONNER in after else (),
    }
