"""How the campaign stands, for agents: who confirmed, who did not, who is to be written to by letter."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.annuaire.fraicheur import is_open
from maillage.francais import accord
from maillage.web.annuaire.commands import CORRIGER
from maillage.web.annuaire.fraicheur import commands, queries
from maillage.web.annuaire.fraicheur.courriel import is_demonstration
from maillage.web.annuaire.fraicheur.models import DemandeConfirmation
from maillage.web.programme.noms import list_portees
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import read_int
from maillage.web.suivi.courriel import is_mail_configured

SECTION: Final = "annuaire"
COUPES: Final = {"source": "Par source", "commune": "Par commune", "theme": "Par thème"}
LIGNES: Final = 100


@login_required
@require_GET
@never_cache
def fraicheur(request: HttpRequest) -> HttpResponse:
    """The campaign of the day, in numbers, then who is still waited for."""
    if not request.user.has_perm(CORRIGER):
        raise PermissionDenied(CORRIGER)
    today = timezone.localdate()
    told = queries.read_campagne(today)
    waiting = DemandeConfirmation.objects.filter(campagne=told.menee, papier=False, envoyee_le=None)
    cut, leads = request.GET.get("par", "source"), request.user.has_perm(commands.MENER)
    context = {
        "section": SECTION,
        "campagne": told.campagne,
        "menee": told.menee,
        "ouverte": is_open(told.campagne, today),
        "total": len(told.structures),
        "comptes": list_counts(told.count()),
        "etats": queries.ETATS,
        "adresses": told.adresses,
        "a_partir": waiting.exclude(adresse="").count() if told.menee else 0,
        "coupes": COUPES,
        "par": cut if cut in COUPES else "source",
        "lignes": _list_rows(told, cut if cut in COUPES else "source"),
        "sans_courriel": [one for one in told.structures if one.etat == queries.SANS_COURRIEL][:LIGNES],
        "sans_reponse": [one for one in told.structures if one.etat == queries.SANS_REPONSE][:LIGNES],
        "peut_mener": leads,
        "peut_lettre": leads and told.menee is not None and is_open(told.campagne, today),
        "courriel": is_mail_configured(),
        "demonstration": is_demonstration(),
        "a_la_fois": commands.read_setting("lettres_a_la_fois"),
    }
    return render(request, "annuaire/fraicheur/campagne.html", context)


def list_counts(found: Counter[str]) -> list[tuple[str, int]]:
    """(state in words, how many), every state in its order."""
    return [(words, found[key]) for key, words in queries.ETATS.items()]


def _list_rows(told: queries.EtatCampagne, cut: str) -> list[tuple[str, list[int], int]]:
    """(name, how many in each state, in all) by source, commune or theme."""
    names = list_portees().get("theme", {}) if cut == "theme" else {}
    empty = "Sans thème" if cut == "theme" else "Non dite"
    return [
        (names.get(key, key) or empty, [count for _, count in list_counts(found)], sum(found.values()))
        for key, found in told.list_by(cut)[:LIGNES]
    ]


@login_required
@require_POST
def lancer(request: HttpRequest) -> HttpResponse:
    """Launch the campaign: messages wait for the next sending, none leaves twice."""
    try:
        commands.launch(request.user, timezone.localdate())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(
            request, "La campagne est lancée. Les courriels partiront au prochain envoi.", "succes"
        )
    return redirect("annuaire:fraicheur")


@login_required
@require_POST
@for_one_reader
def lettres(request: HttpRequest) -> HttpResponse:
    """Letters to print, one a page, each with its own link and code to scan."""
    chosen = read_int(request.POST.get("fiche"))
    try:
        made = commands.write_letters(request.user, timezone.localdate(), [chosen] if chosen else [])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
        return redirect("annuaire:fraicheur")
    if not made:
        messages.info(request, "Aucune lettre à imprimer : toutes les structures ont été jointes.", "info")
        return redirect("annuaire:fraicheur")
    context = {
        "section": SECTION,
        "lettres": [_show(request, one) for one in made],
        "compte": accord(len(made), "lettre"),
        "fin": queries.read_campagne(timezone.localdate()).campagne.fin,
    }
    return render(request, "annuaire/fraicheur/lettres.html", context)


def _show(request: HttpRequest, lettre: commands.LettreFaite) -> dict[str, Any]:
    link = request.build_absolute_uri(reverse("annuaire:confirmation", args=[lettre.jeton]))
    code = segno.make(link, error="m").svg_inline(border=2, omitsize=True)
    return {"fiche": lettre.fiche, "contenu": lettre.fiche.contenu, "lien": link, "qr": mark_safe(code)}
