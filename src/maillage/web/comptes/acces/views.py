"""Pages of ways into an account: password, second factor, recovery, sessions."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from maillage.web.comptes.acces import commands, forms, queries
from maillage.web.comptes.acces.courriel import ask_recovery
from maillage.web.comptes.essais.bornes import Borne, list_bornes
from maillage.web.comptes.essais.commands import count_attempt, forgive
from maillage.web.comptes.models import Recuperation
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.courriel import is_mail_configured


def tell_proconnect() -> dict[str, bool]:
    """Whether ProConnect opens accounts here, and whether passwords no longer do."""
    closed = settings.MAILLAGE_COMPTES_FERMES
    return {"proconnect": settings.MAILLAGE_PROCONNECT is not None, "locaux_fermes": closed}


def refuse_attempt(request: HttpRequest, borne: Borne, minutes: int) -> HttpResponse:
    """How long to wait, in words and for machines."""
    context = {"quoi": borne.quoi, "limite": borne.limite, "minutes": minutes}
    response = render(request, "comptes/verrouille.html", context, status=429)
    response.headers["Retry-After"] = str(60 * minutes)
    return response


@login_required
@get_and_post
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; attempts at the present one are bounded like those to log in."""
    form = forms.FormulaireChangement(request.POST or None, personne=request.user)
    if request.method == "POST" and form.is_valid():
        bornes = list_bornes(request.user.email, lire_adresse(request))
        if refusal := count_attempt(bornes):
            return refuse_attempt(request, *refusal)
        actuel, nouveau = form.cleaned_data["actuel"], form.cleaned_data["mot_de_passe"]
        try:
            commands.change_password(request.user, actuel, nouveau, request.session.session_key)
        except ValidationError as error:
            form.add_error("actuel", error)
        else:
            forgive(bornes)
            update_session_auth_hash(request, request.user)
            messages.success(
                request, "Votre mot de passe est changé ; vos autres sessions sont fermées.", "succes"
            )
            return redirect("comptes:mon-compte")
    return render(request, "comptes/mot_de_passe.html", {"form": form})


@get_and_post
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail, or read whom to ask; the answer never says whether there is an account."""
    mail = is_mail_configured()
    form = forms.Oubli(request.POST or None)
    if request.method == "POST" and mail and form.is_valid():
        courriel = form.cleaned_data["courriel"]
        if refusal := count_attempt(list_bornes(courriel, lire_adresse(request), "oubli")):
            return refuse_attempt(request, *refusal)
        ask_recovery(courriel, request.build_absolute_uri("/").rstrip("/"))
        return render(request, "comptes/oubli.html", {"demande": True})
    return render(request, "comptes/oubli.html", {"form": form if mail else None})


@login_required
@get_and_post
def give_recovery(request: HttpRequest) -> HttpResponse:
    """Give a link to hand over to who cannot get in any more; shown once."""
    if not request.user.has_perm("comptes.administrer"):
        raise PermissionDenied
    form = forms.Remise(request.POST or None)
    lien = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            clear = commands.give_recovery(
                request.user, asked["courriel"], retire_double=asked["retire_double"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            lien = request.build_absolute_uri(reverse("comptes:recuperation", args=[clear]))
    return render(request, "comptes/remettre.html", {"form": form, "lien": lien})


@get_and_post
def recuperation(request: HttpRequest, jeton: str) -> HttpResponse:
    """The address handed over or sent: its secret stays out of the browser's history."""
    found = queries.get_recuperation(jeton)
    request.session["recuperation"] = found.pk
    return _recover(request, found) if request.method == "POST" else redirect("comptes:recuperer")


@get_and_post
def recover_account(request: HttpRequest) -> HttpResponse:
    """Choose a new password by the link just followed."""
    return _recover(request, queries.get_open_recuperation(pk=request.session.get("recuperation")))


def _recover(request: HttpRequest, found: Recuperation) -> HttpResponse:
    form = forms.MotDePasse(request.POST or None, personne=found.personne)
    if request.method == "POST" and form.is_valid():
        try:
            commands.recover_account(found, form.cleaned_data["mot_de_passe"])
        except ValidationError as error:
            raise Http404(error.messages[0]) from error
        messages.success(request, "Votre mot de passe est changé : connectez-vous.", "succes")
        return redirect("comptes:connexion")
    return render(
        request, "comptes/recuperer.html", {"form": form, "recuperation": found, **tell_proconnect()}
    )


@login_required
@get_and_post
def double_authentification(request: HttpRequest) -> HttpResponse:
    """Turn on double authentication: a picture to scan, then a first code; recovery codes follow."""
    device = commands.prepare_totp(request.user)
    form = forms.FormulaireTotp(request.POST or None)
    if request.method == "POST" and form.is_valid() and confirm_password(request, form):
        if commands.confirm_totp(request.user, form.cleaned_data["code"]):
            return render(request, "comptes/codes.html", {"codes": commands.create_codes(request.user)})
        form.add_error("code", "Ce code n’est pas le bon, ou n’est plus valable : prenez le suivant.")
    picture = segno.make(device.config_url).svg_inline(scale=5, border=2, omitsize=True)
    return render(request, "comptes/double.html", {"form": form, "image": picture, "cle": device.config_url})


@login_required
@get_and_post
def codes_secours(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once; the former ones no longer serve."""
    if queries.find_totp(request.user) is None:
        return redirect("comptes:double")
    form = forms.Confirmation(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid() and confirm_password(request, form):
        made = commands.create_codes(request.user)
    left = queries.count_codes(request.user)
    return render(request, "comptes/codes.html", {"form": form, "codes": made, "restants": left})


def confirm_password(request: HttpRequest, form: forms.Confirmation) -> bool:
    """Whether the present password is right; wrong ones count like those to log in."""
    bornes = list_bornes(request.user.email, lire_adresse(request))
    refusal = count_attempt(bornes)
    if refusal is None and request.user.check_password(form.cleaned_data["actuel"]):
        forgive(bornes)
        return True
    wait = f"Trop d’essais : réessayez dans {refusal[1]} minutes." if refusal else ""
    form.add_error("actuel", wait or "Le mot de passe actuel n’est pas celui-là.")
    return False


@login_required
@require_POST
def close_session(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all the others."""
    if reference := request.POST.get("session"):
        commands.close_session(request.user, reference)
        messages.success(request, "La session est fermée.", "succes")
    else:
        commands.close_sessions(request.user, sauf=request.session.session_key)
        messages.success(request, "Vos autres sessions sont fermées.", "succes")
    return redirect("comptes:mon-compte")
