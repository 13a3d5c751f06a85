"""One event: prepared, announced, held; who was invited, who came; opened to all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.elaboration.modele import (
    ETATS_EVENEMENT,
    REPONSES,
    SUITES_EVENEMENT,
    EtatEvenement,
    ReponseInvitation,
    count_presence,
)
from maillage.web.elaboration import commands, forms, queries
from maillage.web.elaboration.models import Elaboration, Evenement
from maillage.web.elaboration.presentation import frame, name_places, require_lire
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_day, read_number
from maillage.web.suivi.queries import read_discussion

GESTES = {
    EtatEvenement.INVITE: "Dire les invitations parties",
    EtatEvenement.TENU: "Dire tenu",
    EtatEvenement.PREVU: "Remettre à préparer",
    EtatEvenement.ANNULE: "Annuler l’événement",
}
PAROLES_MONTREES = 20


@login_required
@get_and_post
@never_cache
def nouveau(request: HttpRequest, cle: str) -> HttpResponse:
    """One more event of an élaboration."""
    parent: Elaboration = queries.get(request.user, "elaboration", cle)
    if not request.user.has_perm("elaboration.organiser"):
        raise PermissionDenied
    noms = get_noms()
    form = forms.FormulaireEvenement(
        request.POST if request.method == "POST" else None, objet=None, noms=noms
    )
    if form.is_bound and form.is_valid():
        said = form.read()
        try:
            if said["territoire"] == forms.CHAQUE[0]:
                commands.add_in_each(request.user, parent, said, noms.arrondissements)
                return redirect(parent)
            return redirect(commands.add_evenement(request.user, parent, said))
        except PermissionDenied:
            form.add_error(
                None, "Votre mandat ne couvre pas cela : choisissez votre arrondissement, ou votre thème."
            )
        except ValidationError as error:
            form.add_error(None, error)
    context = frame("elaboration", parent) | {"noms": noms, "form": form, "titre": "Nouvel événement"}
    return render(request, "elaboration/formulaire.html", context | {"objet": parent})


@login_required
@require_GET
@never_cache
@require_lire
def evenement(request: HttpRequest, cle: str) -> HttpResponse:
    """Everything about one event."""
    row = _get(request, cle)
    noms, today = get_noms(), timezone.localdate()
    may = request.user.has_perm(row.MODIFIER, row)
    after = SUITES_EVENEMENT[EtatEvenement(row.etat)]
    said = queries.FiltresParoles(etat="", evenement=row.cle)
    paroles = queries.list_paroles(request.user, row.elaboration, said).filter(issue_de="")
    address = _find_address(request, row, today)
    context = frame("elaboration", row.elaboration) | read_discussion(request.user, row) | {
        "objet": row,
        "noms": noms,
        "lieu": noms.arrondissements.get(row.territoire, "Tout le département"),
        "themes": [noms.themes.get(key, key) for key in row.themes],
        "compte": count_presence(row.valeur),
        "invitees": [
            (one, REPONSES[ReponseInvitation(one["reponse"])] if one["reponse"] else "pas de réponse")
            for one in row.invitees
        ],
        "gestes": [(s.value, words) for s, words in GESTES.items() if s in after] if may else [],
        "nombre_paroles": paroles.count(),
        "paroles": name_places(paroles.order_by("-recue_le", "-pk")[:PAROLES_MONTREES], noms),
        "peut_organiser": may,
        "peut_contribuer": request.user.has_perm("elaboration.contribuer"),
        "ouvert": row.is_open(today),
        "adresse": address,
        "image": segno.make(address).svg_inline(scale=4, border=2, omitsize=True) if address else "",
        "form_ouvrir": forms.FormulaireOuvrir(initial={"jusqu_au": max(row.fin, today)}),
        "connues": len(_list_missing(row, today)) if may else 0,
        "tenu": row.etat == EtatEvenement.TENU,
        "annule": row.etat == EtatEvenement.ANNULE,
        "close": row.elaboration.fin is not None,
        "formes": ("pdf", "docx"),
    }  # fmt: skip
    return render(request, "elaboration/evenement.html", context)


def _get(request: HttpRequest, cle: str) -> Any:
    return queries.get(request.user, "evenement", cle)


def _get_to_change(request: HttpRequest, cle: str) -> Any:
    row = _get(request, cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    return row


def _find_address(request: HttpRequest, row: Evenement, today: date) -> str:
    """The whole open address, empty when it is closed."""
    if not row.is_open(today):
        return ""
    return request.build_absolute_uri(reverse("elaboration:dire", args=[row.code]))


def _list_missing(row: Evenement, today: date) -> list[str]:
    """The organisations known for its themes and place that are not in the list."""
    held = {one["organisation"] for one in row.invitees}
    return [name for name in queries.list_known_organisations(row, today) if name not in held]


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str) -> HttpResponse:
    """Its dates, its place, its themes."""
    row = _get_to_change(request, cle)
    noms = get_noms()
    form = forms.FormulaireEvenement(request.POST if request.method == "POST" else None, objet=row, noms=noms)
    return _answer(
        request, row, form, "Dates, lieu, thèmes",
        lambda: commands.change_evenement(
            request.user, row, form.cleaned_data["version"], _keep_told(row, form.read())
        ),
    )  # fmt: skip


def _keep_told(row: Evenement, champs: dict[str, Any]) -> dict[str, Any]:
    """What really changes: held, an event still takes another course, not other dates."""
    return {name: value for name, value in champs.items() if value != getattr(row, name)}


@login_required
@get_and_post
@never_cache
def presences(request: HttpRequest, cle: str) -> HttpResponse:
    """Who was invited, who answered, how many came."""
    row = _get_to_change(request, cle)
    form = forms.FormulaireInvitees(request.POST if request.method == "POST" else None, objet=row)
    return _answer(
        request, row, form, "Invitations et présences",
        lambda: commands.change_evenement(
            request.user, row, form.cleaned_data["version"], form.read(), "Présences"
        ),
        gabarit="elaboration/presences.html",
    )  # fmt: skip


def _answer(
    request: HttpRequest, row: Evenement, form: Form, titre: str, act: Callable[[], Any],
    gabarit: str = "elaboration/formulaire.html",
) -> HttpResponse:  # fmt: skip
    names = {"titre": titre, "noms": get_noms(), "organisations": queries.list_organisations()}
    return answer_form(request, row, form, act, frame("elaboration", row.elaboration) | names, gabarit)


@login_required
@require_POST
def inviter(request: HttpRequest, cle: str) -> HttpResponse:
    """Invite the organisations known for its themes and its place."""
    row = _get_to_change(request, cle)
    names = _list_missing(row, timezone.localdate())
    return write(
        request, lambda: commands.invite(request.user, row, read_number(request, "version"), names),
        f"{len(names)} organisations ajoutées : relisez la liste.", row,
    )  # fmt: skip


@login_required
@require_POST
def passer(request: HttpRequest, cle: str) -> HttpResponse:
    """Announced, held, called off, set again."""
    row = _get_to_change(request, cle)
    try:
        etat = EtatEvenement(request.POST.get("etat", ""))
    except ValueError:
        raise Http404("Cet état n’existe pas.") from None
    version = read_number(request, "version")
    return write(
        request, lambda: commands.move_evenement(request.user, row, version, etat),
        f"Événement : {ETATS_EVENEMENT[etat]}.", row,
    )  # fmt: skip


@login_required
@require_POST
def ouvrir(request: HttpRequest, cle: str) -> HttpResponse:
    """Open its address to all until a day; without a day, close it."""
    row = _get_to_change(request, cle)
    day = read_day(request.POST.get("jusqu_au"))
    done = f"Ouvert à tous jusqu’au {day:%d/%m/%Y}." if day else "L’adresse est fermée et oubliée."
    return write(
        request, lambda: commands.open_to_all(request.user, row, read_number(request, "version"), day),
        done, row,
    )  # fmt: skip
