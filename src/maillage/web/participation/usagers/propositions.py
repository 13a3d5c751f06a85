"""What comités d'usagers propose: written, published, answered; all of it, and what was kept and why."""

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

from maillage.participation.propositions import (
    NOMS_ACTES_PROPOSITION,
    TRANCHENT,
    ActeProposition,
    count_propositions,
    list_next_of,
)
from maillage.web.gouvernance.presentation import write
from maillage.web.participation.models import PropositionDeposee
from maillage.web.participation.presentation import frame
from maillage.web.participation.queries import list_communes, read_mandats
from maillage.web.participation.usagers import commands, forms, queries
from maillage.web.participation.usagers.views import answer_new
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.suivi.queries import read_discussion

A = ActeProposition
PAR_PAGE = 50
REPONSES = (A.RETENIR, A.RETENIR_EN_PARTIE, A.NE_PAS_RETENIR, A.ETUDIER)


@require_GET
@never_cache
def propositions(request: HttpRequest) -> HttpResponse:
    """What was proposed, what was kept, and why."""
    noms = get_noms()
    chosen = {name: request.GET.get(name, "")[:60] for name in ("theme", "territoire", "sort")}
    page = Paginator(queries.list_propositions(**chosen), PAR_PAGE).get_page(request.GET.get("page"))
    every = queries.list_propositions(chosen["theme"], chosen["territoire"])
    context = frame("propositions") | {
        "noms": noms,
        "choix": chosen,
        "sorts": queries.SORTS,
        "page": page,
        "lignes": [(row, row.valeur.reponse) for row in page],
        "comptes": count_propositions(row.valeur for row in every),
        "filtre": any(chosen.values()),
    }
    return render(request, "participation/usagers/propositions.html", context)


@login_required
@get_and_post
@never_cache
def proposer(request: HttpRequest, cle: str) -> HttpResponse:
    """Write a proposition in the name of a comité."""
    row = queries.get_comite(cle)
    if not request.user.has_perm("participation.proposer", row):
        raise PermissionDenied("participation.proposer")
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireProposition(data, comite=row, noms=get_noms())
    known = tuple(list_communes(request.atlas).values())  # type: ignore[attr-defined]

    def act() -> PropositionDeposee:
        said = form.cleaned_data
        met = row.reunions.filter(cle=said["reunion"]).first() if said["reunion"] else None
        demande = commands.DemandeProposition(
            texte=said["texte"], theme=said.get("theme", ""), territoire=said.get("territoire", ""),
            reunion=met, relu=said["relu"], connus=known,
        )  # fmt: skip
        return commands.propose(request.user, row, demande)

    context = frame("usagers") | {"titre_page": f"Une proposition : {row}", "retour": row}
    return answer_new(request, None, form, act, context, "participation/usagers/formulaire.html")


@require_GET
@never_cache
def proposition(request: HttpRequest, cle: str) -> HttpResponse:
    """A proposition, what became of it, and what this person may do of it."""
    row = queries.get_proposition(request.user, cle)
    treats = row.is_lisible(request.user)
    context = frame("propositions") | {
        "objet": row,
        "noms": get_noms(),
        "reponse": row.valeur.reponse,
        "journal": [(step, NOMS_ACTES_PROPOSITION[step.acte]) for step in row.valeur.etapes],
        "pilotes": read_mandats().pick_for(row.perimetre),
        "traite": treats,
    }
    if treats:
        context |= read_acts(request.user, row) | read_discussion(request.user, row)
    return render(request, "participation/usagers/proposition.html", context)


def read_acts(personne: Any, row: PropositionDeposee) -> dict[str, Any]:
    """What this person may do with a proposition, for its page."""
    after = list_next_of(row.valeur)
    animates = personne.has_perm("participation.animer", row.comite)
    answers = personne.has_perm("participation.repondre", row)
    return {
        "peut_publier": animates and A.PUBLIER in after,
        "peut_masquer": animates and A.MASQUER in after,
        "peut_retirer": animates and A.RETIRER in after,
        "reponses": [(acte.value, NOMS_ACTES_PROPOSITION[acte]) for acte in REPONSES if acte in after]
        if answers and after & TRANCHENT
        else [],
        "peut_transmettre": answers and A.TRANSMETTRE in after,
        "peut_rouvrir": answers and A.ROUVRIR in after,
    }


Acte = Callable[[Any, PropositionDeposee, int, str], object]


@login_required
@require_POST
def avancer(request: HttpRequest, cle: str) -> HttpResponse:
    """One act on a proposition, then its page."""
    row = queries.get_to_treat(request.user, cle)
    known = tuple(list_communes(request.atlas).values())  # type: ignore[attr-defined]
    public = request.POST.get("texte_public", "")[:2000]
    acts: dict[str, Acte] = {
        A.PUBLIER: lambda who, one, version, _: commands.publish(who, one, version),
        A.RETIRER: commands.withdraw,
        A.MASQUER: lambda who, one, version, said: commands.hide(who, one, version, public, said, known),
        A.TRANSMETTRE: lambda who, one, version, said: commands.send_up(who, one, version, said, known),
    }
    asked = request.POST.get("acte", "")
    if asked in {*REPONSES, A.ROUVRIR}:
        acts[asked] = lambda who, one, version, said: commands.answer(
            who, one, version, A(asked), said, known
        )
    if asked not in acts:
        raise Http404("Cette étape n’existe pas.")
    version, said = read_number(request, "version"), request.POST.get("texte", "")[:4000]
    back = row.comite if asked == A.RETIRER else row
    return write(request, lambda: acts[asked](request.user, row, version, said), "C’est enregistré.", back)
