"""Reading again what partners propose: one line, or many at once; conflicts side by side."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.web.complements import commands, queries
from maillage.web.complements.models import ComplementPropose
from maillage.web.comptes.models import Organisation
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import read_number
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import get_lisible
from maillage.web.suivi.views import offer_undo, read_choices

LIEUX: Final = 40
FAITS: Final = {
    commands.ACCEPTER: ("ligne acceptée", "lignes acceptées"),
    commands.REFUSER: ("ligne refusée", "lignes refusées"),
    commands.DEMANDER: ("question posée", "questions posées"),
}


@login_required
@require_GET
@never_cache
@avec_atlas
def relire(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What waits for me, place by place; the accepted lines whose list says something else since."""
    if not request.user.has_perm(commands.RELIRE):
        raise PermissionDenied(commands.RELIRE)
    names = ("type_lieu", "organisation")
    choix = {name: request.GET.get(name, "")[:60] for name in names}
    choix["organisation"] = choix["organisation"] if choix["organisation"].isascii() else ""
    if not choix["organisation"].isdigit():
        choix["organisation"] = ""
    everything = queries.list_a_relire(request.user)
    found = queries.list_a_relire(request.user, **choix) if any(choix.values()) else everything
    context = {
        "section": "carte",
        "onglet": "relire",
        "lieux": found[:LIEUX],
        "autres": len(found) - LIEUX,
        "types": sorted({one.type_lieu for one in everything}),
        "organisations": Organisation.objects.filter(pk__in={
            line.organisation_id for one in everything for field in one.champs for line in field.lignes
        }).order_by("nom"),
        "choix": choix,
        "a_revoir": [
            pair
            for pair in queries.list_a_revoir(atlas, queries.list_acceptees())
            if request.user.has_perm(commands.RELIRE, pair[0])
        ],
    }  # fmt: skip
    return render(request, "complements/relire.html", context)


@login_required
@require_POST
def trancher(request: HttpRequest, cle: str) -> HttpResponse:
    """Decide one line."""
    row = get_lisible(request.user, ComplementPropose.SORTE, cle)
    version = read_number(request, "version")
    told = {name: request.POST.get(name, "")[:600] for name in ("decision", "motif", "valeur")}
    decision = told.pop("decision")

    def act() -> list[ComplementPropose]:
        return commands.decide(request.user, row, version, decision, **told)

    return _answer(request, act, decision, row.get_absolute_url())


@login_required
@require_POST
def trancher_lot(request: HttpRequest) -> HttpResponse:
    """Decide every line that is ticked: all of them, or none."""
    if not request.user.has_perm(commands.RELIRE):
        raise PermissionDenied(commands.RELIRE)
    versions = read_choices(request)
    decision, motif = request.POST.get("decision", ""), request.POST.get("motif", "")[:600]
    rows = list(queries.list_all().filter(cle__in=versions))
    if not rows:
        messages.error(request, "Aucune ligne n’est cochée.", "erreur")
        return redirect("complements:relire")

    def act() -> list[ComplementPropose]:
        return commands.decide_all(request.user, rows, versions, decision, motif)

    return _answer(request, act, decision, "complements:relire")


@login_required
@require_POST
@avec_atlas
def maintenir(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """Keep a line although its list says something else since."""
    row = get_lisible(request.user, ComplementPropose.SORTE, cle)
    suite = queries.find_suite(atlas, row)
    if suite is None or suite.etat != "source_changee":
        raise Http404("Rien n’est à maintenir sur cette ligne.")
    version, base = read_number(request, "version"), suite.base

    def act() -> list[ComplementPropose]:
        return commands.maintain(request.user, row, version, base, f"atlas {atlas.id}"[:200])

    return _answer(request, act, commands.ACCEPTER, row.get_absolute_url())


def _answer(request: HttpRequest, act: Any, decision: str, back: str) -> HttpResponse:
    """Do it, offer to undo it; or say what is refused, or that somebody else wrote in between."""
    try:
        rows = act()
    except ConflitVersion as conflict:
        said = (
            f"« {conflict.actuel} » vient d’être tranchée par quelqu’un d’autre : relisez. Rien n’est écrit."
        )
        messages.error(request, said, "erreur")
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text, "erreur")
    else:
        count = sum(row.etat != row.Etat.REMPLACEE for row in rows)
        one, many = FAITS[decision]
        offer_undo(request, f"{count} {many if count > 1 else one}.", rows)
    return redirect(back)
