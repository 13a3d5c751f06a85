"""Where one speaks: in the room on a phone, online with an account, by the open address of an event."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.sdaasp.elaboration.paroles import OrigineParole
from maillage.web.elaboration import commands, forms, queries
from maillage.web.elaboration.presentation import frame
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.socle import debit, pannes
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post

PAR_MINUTE: Final = 40
"""What one address of the network may send in a minute: a whole room is often behind one."""
TROP: Final = pannes.Panne(
    "Beaucoup de messages viennent d’arriver du même réseau",
    "Le vôtre n’a pas été pris. Gardez son texte et renvoyez-le dans une minute.",
    statut=429,
    reprise_s=60,
)
GARDES: Final = ("theme", "territoire", "organisation", "origine")


@login_required
@get_and_post
@never_cache
def en_salle(request: HttpRequest, cle: str) -> HttpResponse:
    """One field and a theme, again and again: the last choices stay."""
    row = queries.get(request.user, "evenement", cle)
    _require_contribuer(request)
    noms = get_noms()
    themes = row.themes[:1] if len(row.themes) == 1 else [""]
    initial = {"theme": themes[0], "territoire": row.territoire, "origine": OrigineParole.SALLE.value}
    initial |= {name: request.GET[name][:200] for name in GARDES if name in request.GET}
    form = forms.FormulaireParole(
        request.POST if request.method == "POST" else None, noms=noms, initial=initial
    )
    if form.is_bound and form.is_valid():
        try:
            commands.collect(request.user, row.elaboration, form.cleaned_data, row)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "C’est noté. À la suivante.", "succes")
            kept = {name: form.cleaned_data[name] for name in GARDES}
            return redirect(f"{reverse('elaboration:en-salle', args=[row.cle])}?{urlencode(kept)}")
    context = frame("elaboration", row.elaboration) | {
        "noms": noms,
        "objet": row,
        "form": form,
        "nombre": row.paroles.filter(issue_de="").count(),
        "organisations": [one["organisation"] for one in row.invitees] or queries.list_organisations(),
    }
    return render(request, "elaboration/en_salle.html", context)


def _require_contribuer(request: HttpRequest) -> None:
    if not request.user.has_perm("elaboration.contribuer"):
        raise PermissionDenied("elaboration.contribuer")


@login_required
@get_and_post
@never_cache
def en_ligne(request: HttpRequest, cle: str) -> HttpResponse:
    """What an account has to say; she is told what becomes of it."""
    row = queries.get(request.user, "elaboration", cle)
    _require_contribuer(request)
    noms = get_noms()
    form = forms.FormulaireParole(
        request.POST if request.method == "POST" else None, noms=noms, en_ligne=True,
        initial=_find_own(request, noms),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            said = form.cleaned_data | {"origine": OrigineParole.EN_LIGNE.value}
            commands.collect(request.user, row, said)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "C’est reçu. Vous serez prévenu de ce que cela devient.", "succes")
            return redirect("elaboration:en-ligne", row.cle)
    context = frame("en_ligne", row) | {
        "noms": noms,
        "objet": row,
        "form": form,
        "miennes": row.paroles.filter(auteur=request.user).order_by("-recue_le", "-pk")[:50],
        "organisations": queries.list_organisations(),
    }
    return render(request, "elaboration/en_ligne.html", context)


def _find_own(request: HttpRequest, noms: Noms) -> dict[str, Any]:
    """The organisation, the theme and the place of the asker's first mandate."""
    mandat = next(iter(request.user.mandats_en_cours), None)
    if mandat is None:
        return {}
    place = mandat.territoire.removeprefix("arrondissement:")
    return {
        "organisation": str(mandat.organisation or ""),
        "theme": mandat.theme if mandat.theme in noms.themes else "",
        "territoire": place if place in noms.arrondissements else "",
    }


@require_GET
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Where one types the code read on a wall."""
    said = request.GET.get("code", "").strip().upper()[: commands.CODE]
    wrong = False
    if said:
        if debit.count_address(request, "code") > PAR_MINUTE:
            return pannes.write(request, TROP)
        try:
            return redirect("elaboration:dire", queries.find_open(said, timezone.localdate()).code)
        except Http404:
            wrong = True
    return render(request, "elaboration/code.html", {"code": said, "inconnu": wrong})


@get_and_post
@for_one_reader
def dire(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody who has the address speaks, without a name; nobody reads it before it is let in."""
    row = queries.find_open(code[: commands.CODE + 1], timezone.localdate())
    noms = get_noms()
    sent = request.method == "POST"
    if sent and debit.count_address(request, "paroles") > PAR_MINUTE:
        return pannes.write(request, TROP)
    form = forms.FormulairePublic(request.POST if sent else None, objet=row, noms=noms)
    context = {"objet": row, "elaboration": row.elaboration, "form": form, "noms": noms}
    context["merci"] = not sent and "merci" in request.GET
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            if not said["adresse"]:
                commands.deposit(row, said["texte"], said["theme"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"{request.path}?merci=1")
    return render(request, "elaboration/dire.html", context)
