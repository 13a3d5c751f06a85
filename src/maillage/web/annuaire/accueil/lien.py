"""The structure answers by its secret link, without account. A name is read only once it says it receives.

Whatever follows links by itself (a mail server, a preview) sees that an orientation waits, and no more.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from maillage.annuaire.orientation import EXPIREE, SUITES_ORIENTATION, ActeOrientation
from maillage.web.annuaire.accueil import commands, queries
from maillage.web.annuaire.accueil.orientations import read_acte
from maillage.web.annuaire.accueil.presentation import list_steps, may_see
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post

A = ActeOrientation


@get_and_post
@for_one_reader
def reponse(request: HttpRequest, jeton: str) -> HttpResponse:
    """What waits, then who, then the answer."""
    row = queries.get_by_link(jeton)
    if request.method == "POST":
        try:
            commands.answer_by_link(row, read_acte(request), request.POST.get("motif", "")[:1000])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages), "erreur")
        else:
            messages.success(request, "C’est enregistré, qui l’a envoyée le voit.", "succes")
        return redirect("annuaire:reponse", jeton)
    suivi = row.follow(timezone.localdate())
    last = row.journal[-1].acte
    context = {
        "section": "",
        "objet": row,
        "jeton": jeton,
        "suivi": suivi,
        "etapes": list_steps(row),
        "lue": last is not A.ENVOYER,
        "voit": last is not A.ENVOYER and may_see(suivi),
        "gestes": [] if suivi.etat == EXPIREE else sorted(SUITES_ORIENTATION[last] & commands.REPONSES),
    }
    return render(request, "annuaire/accueil/reponse.html", context)
