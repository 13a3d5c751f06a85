"""Pages of accounts: log in, accept an invitation, double authentication, invite, API keys."""

from __future__ import annotations

from typing import Any

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.web.comptes import commands, forms, queries
from maillage.web.comptes.acces import queries as acces
from maillage.web.comptes.acces.forms import MotDePasse
from maillage.web.comptes.acces.views import refuse_attempt, tell_proconnect
from maillage.web.comptes.essais.bornes import find_refusal, list_bornes
from maillage.web.comptes.essais.commands import count_attempt, forgive
from maillage.web.comptes.models import Invitation, Mandat
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.demande import get_and_post


class Connexion(auth_views.LoginView):
    """Log in; attempts are bounded by account and by network address, known or not."""

    template_name = "comptes/connexion.html"
    authentication_form = forms.FormulaireConnexion

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the demonstration accounts, where the install has some."""
        return super().get_context_data(
            **kwargs, demonstration=list(queries.list_comptes_demonstration()), **tell_proconnect()
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the attempt before anything is looked at."""
        self.bornes = list_bornes(request.POST.get("username", ""), lire_adresse(request))
        complete = request.POST.get("username") and request.POST.get("password")
        if complete and (refusal := count_attempt(self.bornes)):
            return refuse_attempt(request, *refusal)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session."""
        forgive(self.bornes)
        response = super().form_valid(form)
        device = acces.find_totp(form.get_user())
        if device is not None:
            django_otp.login(self.request, device)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, or how long to wait when that was the last attempt."""
        refusal = find_refusal(self.bornes)
        return refuse_attempt(self.request, *refusal) if refusal else super().form_invalid(form)


@get_and_post
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    """The address handed over: its secret stays out of the browser's history, the page is elsewhere."""
    found = queries.get_invitation(jeton)
    request.session["invitation"] = found.pk
    return _accept(request, found) if request.method == "POST" else redirect("comptes:accepter")


@get_and_post
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """Accept the invitation whose link was just followed: choose a password."""
    return _accept(request, queries.get_open_invitation(pk=request.session.get("invitation")))


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = MotDePasse(request.POST or None, personne=found.personne)
    if request.method == "POST" and not settings.MAILLAGE_COMPTES_FERMES and form.is_valid():
        try:
            personne = commands.accept_invitation(found, form.cleaned_data["mot_de_passe"])
        except ValidationError as error:
            raise Http404(error.messages[0]) from error
        login(request, personne, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, "Votre compte est ouvert.", "succes")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(
        request, "comptes/invitation.html", {"form": form, "personne": found.personne, **tell_proconnect()}
    )


@login_required
def mon_compte(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do, my keys."""
    context = {
        "mandats": queries.tell_mandats(request.user),
        "jetons": list(queries.list_jetons(request.user)),
        "totp": acces.find_totp(request.user),
        "codes": acces.count_codes(request.user),
        **tell_proconnect(),
        "identites": list(request.user.identites.all()),
        "sessions": acces.list_sessions(request.user, request.session.session_key),
        "peut_remettre": request.user.has_perm("comptes.administrer"),
        "form_jeton": forms.NouveauJeton(),
        "peut_inviter": request.user.has_perm("comptes.inviter"),
        "nouveau_jeton": request.session.pop("nouveau_jeton", None),
    }
    return render(request, "comptes/mon_compte.html", context)


@login_required
@get_and_post
def invite_personne(request: HttpRequest) -> HttpResponse:
    """Invite someone: the link to hand over is shown once."""
    if not request.user.has_perm("comptes.inviter"):
        raise PermissionDenied
    form = forms.FormulaireInvitation(request.POST or None)
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
@get_and_post
def give_mandate(request: HttpRequest) -> HttpResponse:
    """Give one more mandate to who has an account."""
    if not request.user.has_perm("comptes.inviter"):
        raise PermissionDenied
    form = forms.NouveauMandat(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            personne = queries.get_titulaire(given.pop("courriel"))
            mandat = Mandat(personne=personne, debut=timezone.localdate(), **given)
            commands.give_mandate(request.user, mandat)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{personne} a désormais ce mandat : {mandat}.", "succes")
            return redirect("comptes:donner")
    return render(request, "comptes/donner.html", {"form": form})


@login_required
@require_POST
def create_jeton(request: HttpRequest) -> HttpResponse:
    """A new API key, shown once on the next page."""
    form = forms.NouveauJeton(request.POST)
    if form.is_valid():
        request.session["nouveau_jeton"] = commands.create_jeton(request.user, **form.cleaned_data)
    return redirect("comptes:mon-compte")


@login_required
@require_POST
def revoke_jeton(request: HttpRequest, jeton_id: int) -> HttpResponse:
    """End an API key."""
    commands.revoke_jeton(request.user, queries.get_jeton(request.user, jeton_id))
    messages.success(request, "La clé ne sert plus.", "succes")
    return redirect("comptes:mon-compte")
