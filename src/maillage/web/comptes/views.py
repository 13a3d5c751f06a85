"""Pages of accounts: log in, accept an invitation, double authentication, invite, API keys."""

from __future__ import annotations

from typing import Any

import django_otp
import segno
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.web.comptes import commands, forms, queries
from maillage.web.socle.demande import get_and_post


class Connexion(auth_views.LoginView):
    """Log in; an account with double authentication also needs its code."""

    template_name = "comptes/connexion.html"
    authentication_form = forms.FormulaireConnexion

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the demonstration accounts, where the install has some."""
        return super().get_context_data(**kwargs, demonstration=list(queries.list_comptes_demonstration()))

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask for the code before opening the session."""
        device = queries.find_totp(form.get_user())
        if device is not None and not device.verify_token(form.cleaned_data["code"]):
            form.add_error("code", "Ce code n’est pas le bon, ou n’est plus valable : prenez le suivant.")
            return self.form_invalid(form)
        response = super().form_valid(form)
        if device is not None:
            django_otp.login(self.request, device)
        return response


@get_and_post
@never_cache
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    """Accept an invitation: choose a password."""
    found = queries.get_invitation(jeton)
    form = forms.MotDePasse(request.POST or None, personne=found.personne)
    if request.method == "POST" and form.is_valid():
        personne = commands.accept_invitation(found, form.cleaned_data["mot_de_passe"])
        login(request, personne, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, "Votre compte est ouvert.", "succes")
        return redirect("comptes:mon-compte")
    return render(request, "comptes/invitation.html", {"form": form, "personne": found.personne})


@login_required
@never_cache
def mon_compte(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do, my keys."""
    context = {
        "mandats": list(queries.list_mandats(request.user)),
        "jetons": list(queries.list_jetons(request.user)),
        "totp": queries.find_totp(request.user),
        "form_jeton": forms.NouveauJeton(),
        "peut_inviter": request.user.has_perm("comptes.inviter"),
        "nouveau_jeton": request.session.pop("nouveau_jeton", None),
    }
    return render(request, "comptes/mon_compte.html", context)


@login_required
@get_and_post
@never_cache
def double_authentification(request: HttpRequest) -> HttpResponse:
    """Turn on double authentication: a picture to scan, then a first code."""
    device = commands.prepare_totp(request.user)
    form = forms.CodeTotp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if commands.confirm_totp(request.user, form.cleaned_data["code"]):
            messages.success(request, "La double authentification est active.", "succes")
            return redirect("comptes:mon-compte")
        form.add_error("code", "Ce code n’est pas le bon, ou n’est plus valable : prenez le suivant.")
    picture = segno.make(device.config_url).svg_inline(scale=5, border=2, omitsize=True)
    return render(request, "comptes/double.html", {"form": form, "image": picture, "cle": device.config_url})


@login_required
@get_and_post
def invite_personne(request: HttpRequest) -> HttpResponse:
    """Invite someone: the link to hand over is shown once."""
    if not request.user.has_perm("comptes.inviter"):
        raise PermissionDenied
    form = forms.NouvelleInvitation(request.POST or None)
    lien = None
    if request.method == "POST" and form.is_valid():
        try:
            clear = commands.invite_personne(request.user, commands.DemandeInvitation(**form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            lien = request.build_absolute_uri(reverse("comptes:invitation", args=[clear]))
    return render(request, "comptes/inviter.html", {"form": form, "lien": lien})


@login_required
@require_POST
def create_jeton(request: HttpRequest) -> HttpResponse:
    """A new API key, shown once on the next page."""
    form = forms.NouveauJeton(request.POST)
    if form.is_valid():
        request.session["nouveau_jeton"] = commands.create_jeton(request.user, form.cleaned_data["nom"])
    return redirect("comptes:mon-compte")


@login_required
@require_POST
def revoke_jeton(request: HttpRequest, jeton_id: int) -> HttpResponse:
    """End an API key."""
    commands.revoke_jeton(request.user, queries.get_jeton(request.user, jeton_id))
    messages.success(request, "La clé ne sert plus.", "succes")
    return redirect("comptes:mon-compte")
