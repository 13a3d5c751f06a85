"""Amendments: proposed with the ordinary form, decided from one list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.sdaasp.programme.amendements import A_SON_AUTEUR, EN_DEBAT, TRANSITIONS
from maillage.sdaasp.programme.vocabulaire import EtatAmendement, Opinion, get_libelle
from maillage.web.programme import models, presentation
from maillage.web.programme.amendements import commands
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.edition.formulaires import FORMULAIRES
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.saisie.forms import open_form
from maillage.web.socle.demande import get_and_post, read_day, read_number
from maillage.web.suivi.queries import find_objets, get_lisible

PROPOSABLES = ("fiche", "objectif", "declinaison")
_VERBES = {
    EtatAmendement.PROPOSE: "Proposer",
    EtatAmendement.EN_EXAMEN: "Mettre à l’examen",
    EtatAmendement.ADOPTE: "Adopter",
    EtatAmendement.REJETE: "Rejeter",
    EtatAmendement.RETIRE: "Retirer",
}


@login_required
@get_and_post
@never_cache
def propose(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Propose to change any fields of an object, with the form that changes them."""
    objet = get_lisible(request.user, sorte, cle)
    if sorte not in PROPOSABLES:
        raise Http404("Cet objet ne se modifie pas par amendement.")
    if not request.user.has_perm("programme.proposer_amendement"):
        raise PermissionDenied
    noms = get_noms()
    form = open_form(FORMULAIRES[sorte], request, objet, noms)
    form.ask_reason("Pourquoi cette proposition")
    form.tell_proposal()
    if form.is_bound and form.is_valid():
        draft = "brouillon" in request.POST
        try:
            row = commands.propose_amendement(
                request.user, objet, form.read_fields(), form.cleaned_data["motif"], brouillon=draft
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = "Le brouillon est gardé pour vous seul." if draft else "Votre proposition est transmise."
            messages.success(request, text, "succes")
            return redirect(f"{redirect('programme:amendements').url}#amendement-{row.pk}")
    context = {"section": "programme", "noms": noms, "objet": objet, "form": form}
    return render(request, "programme/amendements/proposer.html", context)


@login_required
@get_and_post
@never_cache
def amendements(request: HttpRequest) -> HttpResponse:
    """Every amendment, what it changes word by word; those who decide move them from here."""
    if request.method == "POST":
        return _move(request)
    state = request.GET.get("etat", "")
    rows = list_amendements(request.user)
    rows = rows.filter(etat=state) if state in set(EtatAmendement) else rows
    held = list(rows[:200])
    noms = get_noms()
    objects = find_objets(row.objet for row in held)
    decide = request.user.has_perm("programme.instruire_amendement")
    context = {
        "section": "programme",
        "noms": noms,
        "etat": state,
        "etats": [(s.value, get_libelle(s)) for s in EtatAmendement],
        "decide": decide,
        "amendements": [
            (row, objects.get(row.objet), _describe(row, noms), _list_next(row, request.user, decide=decide))
            for row in held
        ],
        "opinions": [(one.value, get_libelle(one)) for one in Opinion],
        "a_appliquer": {row.pk for row in held if row.is_due(timezone.localdate())} if decide else set(),
        "en_debat": {row.pk for row in held if EtatAmendement(row.etat) in EN_DEBAT},
        "decisions": find_objets(row.decision for row in held if row.decision),
        "peut_dire": request.user.has_perm("programme.proposer_amendement"),
    }
    return render(request, "programme/amendements/amendements.html", context)


def _move(request: HttpRequest) -> HttpResponse:
    row = _get_row(request)
    if request.POST.get("etat") not in set(EtatAmendement):
        raise Http404("Cet état n’existe pas.")
    state = EtatAmendement(request.POST["etat"])
    answer, force = request.POST.get("reponse", ""), "malgre" in request.POST
    day = read_day(request.POST.get("effet_le"))
    return _do(
        request, row,
        lambda: commands.move_amendement(request.user, row, state, answer, malgre=force, effet_le=day),
        f"L’amendement est « {get_libelle(state).lower()} ».",
    )  # fmt: skip


def _do(request: HttpRequest, row: models.Amendement, act: Callable[[], None], done: str) -> HttpResponse:
    """One act on an amendment, and what is said of it."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, done, "succes")
    return redirect(f"{redirect('programme:amendements').url}#amendement-{row.pk}")


def _get_row(request: HttpRequest) -> models.Amendement:
    row: models.Amendement = get_object_or_404(
        list_amendements(request.user), pk=read_number(request, "amendement")
    )
    return row


@login_required
@require_POST
def avis(request: HttpRequest) -> HttpResponse:
    """Say what one thinks of an amendment."""
    row, said = _get_row(request), request.POST.get("sens", "")
    if said not in set(Opinion):
        raise Http404("Cet avis n’existe pas.")
    text = request.POST.get("texte", "")
    return _do(
        request, row,
        lambda: commands.give_opinion(request.user, row, Opinion(said), text), "Votre avis est noté.",
    )  # fmt: skip


@login_required
@require_POST
def appliquer(request: HttpRequest) -> HttpResponse:
    """Make an adopted amendment whose day has come take effect."""
    row, force = _get_row(request), "malgre" in request.POST
    return _do(
        request, row,
        lambda: commands.apply_amendement(request.user, row, malgre=force), "L’amendement a pris effet.",
    )  # fmt: skip


def _describe(row: models.Amendement, noms: Noms) -> list[Any]:
    model = models.SORTES[row.sorte]
    return [presentation.compare_change(change, model, noms) for change in row.changements]


def _list_next(row: models.Amendement, user: Any, *, decide: bool) -> list[tuple[str, str]]:
    mine = row.auteur_id == user.pk
    states = sorted(TRANSITIONS[EtatAmendement(row.etat)])
    allowed = [
        s for s in states if (mine and s in A_SON_AUTEUR) or (decide and s is not EtatAmendement.PROPOSE)
    ]
    return [(state.value, _VERBES[state]) for state in allowed]
