"""Pages of ProConnect: leave for it, come back, confirm a link, give one's code, log out there too."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.proconnect import read_proconnect
from maillage.web.comptes import queries
from maillage.web.comptes.acces import queries as acces
from maillage.web.comptes.acces.commands import check_second_factor
from maillage.web.comptes.acces.forms import Confirmation
from maillage.web.comptes.acces.views import confirm_password, refuse_attempt
from maillage.web.comptes.essais.bornes import list_bornes
from maillage.web.comptes.essais.commands import count_attempt, forgive
from maillage.web.comptes.models import Personne
from maillage.web.comptes.proconnect import commands
from maillage.web.comptes.proconnect.client import ClientProConnect, DepartProConnect, discover
from maillage.web.comptes.proconnect.forms import CodeDemande
from maillage.web.comptes.proconnect.identite import IdentiteProuvee
from maillage.web.comptes.proconnect.refus import RefusProConnect
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.demande import get_and_post

logger = logging.getLogger(__name__)
JETON, A_RELIER, A_CODER, SORTIE = (f"proconnect_{name}" for name in ("jeton", "relier", "code", "sortie"))
# What one may leave for; each but the first ends by a page that asks to confirm.
BUTS = ("entrer", "relier", "invitation", "recuperation")
View = Callable[..., HttpResponse]


def with_proconnect(view: View) -> View:
    """A page that exists where ProConnect is set; what it refuses is said, its reason logged."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.MAILLAGE_PROCONNECT is None:
            raise Http404("ProConnect n’est pas réglé sur cette installation.")
        try:
            return view(request, *args, **kwargs)
        except RefusProConnect as refus:
            logger.warning("proconnect refusé : %s", refus.motif)
            status = 503 if refus.motif == "panne" else 403
            return render(request, "comptes/proconnect/refus.html", {"refus": refus}, status=status)

    return wrapped


@require_GET
@with_proconnect
def leave(request: HttpRequest) -> HttpResponse:
    """Leave for ProConnect: to log in, or to link an account."""
    but = request.GET.get("pour", "entrer")
    if but not in BUTS:
        raise Http404("Cette adresse ne mène nulle part.")
    response: HttpResponse = DepartProConnect.as_view()(request)
    states = request.session["oidc_states"]
    states[list(states)[-1]] |= {"but": but, "suite": request.session.pop("oidc_login_next", None)}
    return response


@require_GET
@with_proconnect
def come_back(request: HttpRequest) -> HttpResponse:
    """Come back from ProConnect: the state serves once, here; then the code is exchanged."""
    states = request.session.get("oidc_states", {})
    asked = states.pop(request.GET.get("state", ""), None)
    if asked is None:
        raise RefusProConnect("demande")
    request.session["oidc_states"] = states
    _check_return(request, asked)
    retour = request.build_absolute_uri(reverse("comptes:proconnect-retour"))
    jeton, identite = ClientProConnect().prove(request.GET["code"], retour, asked["nonce"])
    if asked["but"] != "entrer":
        return _ask_to_link(request, asked["but"], jeton, identite)
    return _open(request, commands.enter(identite), jeton, asked["suite"])


def _check_return(request: HttpRequest, asked: dict[str, Any]) -> None:
    if request.GET.get("iss", settings.MAILLAGE_PROCONNECT.emetteur) != settings.MAILLAGE_PROCONNECT.emetteur:
        raise RefusProConnect("emetteur")
    if not 0 <= time.time() - asked["added_on"] <= read_proconnect("attente"):
        raise RefusProConnect("attente")
    if "error" in request.GET or not request.GET.get("code"):
        raise RefusProConnect("abandon")


def _open(request: HttpRequest, personne: Personne, jeton: str, suite: str | None) -> HttpResponse:
    """Open the session, after the code of the application where the account has one."""
    if acces.find_totp(personne) is None:
        return _log_in(request, personne, jeton, suite)
    request.session[A_CODER] = {
        "personne": personne.pk, "jeton": jeton, "suite": suite, "le": time.time()
    }  # fmt: skip
    return redirect("comptes:proconnect-code")


def _log_in(request: HttpRequest, personne: Personne, jeton: str, suite: str | None) -> HttpResponse:
    login(request, personne, backend="django.contrib.auth.backends.ModelBackend")
    request.session[JETON] = jeton
    if device := acces.find_totp(personne):
        django_otp.login(request, device)
    if personne.is_superuser or personne.mandats_en_cours:
        return redirect(suite or settings.LOGIN_REDIRECT_URL)
    messages.warning(
        request,
        "Vous êtes connecté, mais n’avez pas encore de mandat : l’administration de l’outil doit "
        "vous en donner un avant que vous puissiez écrire.",
    )
    return redirect("comptes:mon-compte")


@get_and_post
@with_proconnect
def give_code(request: HttpRequest) -> HttpResponse:
    """The code of the application: ProConnect does not stand for it."""
    waiting = _read_waiting(request, A_CODER)
    personne = Personne.objects.filter(pk=waiting["personne"], is_active=True).first()
    if personne is None:
        raise RefusProConnect("ferme")
    form = CodeDemande(request.POST or None)
    if request.method == "POST" and form.is_valid():
        bornes = list_bornes(personne.email, lire_adresse(request))
        if refusal := count_attempt(bornes):
            return refuse_attempt(request, *refusal)
        if check_second_factor(personne, form.cleaned_data["code"]):
            forgive(bornes)
            del request.session[A_CODER]
            return _log_in(request, personne, waiting["jeton"], waiting["suite"])
        form.add_error("code", "Ce code n’est pas le bon, ou a déjà servi : prenez le suivant.")
    return render(request, "comptes/proconnect/code.html", {"form": form})


def _read_waiting(request: HttpRequest, name: str) -> dict[str, Any]:
    waiting: dict[str, Any] | None = request.session.get(name)
    if waiting is None or not 0 <= time.time() - waiting["le"] <= read_proconnect("attente"):
        raise RefusProConnect("attente")
    return waiting


def _ask_to_link(request: HttpRequest, but: str, jeton: str, identite: IdentiteProuvee) -> HttpResponse:
    cible = request.user.pk if but == "relier" else request.session.get(but)
    if cible is None:
        raise RefusProConnect("lien")
    request.session[A_RELIER] = {
        "but": but, "cible": cible, "jeton": jeton, "identite": asdict(identite), "le": time.time()
    }  # fmt: skip
    return redirect("comptes:proconnect-relier")


@get_and_post
@with_proconnect
def confirm_link(request: HttpRequest) -> HttpResponse:
    """Say which identity will open which account, and link them once confirmed.

    A session left open links nothing: it asks for the password. A link was given by the administration.
    """
    waiting = _read_waiting(request, A_RELIER)
    identite = IdentiteProuvee(**waiting["identite"])
    personne, link = _find_target(request, waiting["but"], waiting["cible"])
    form = Confirmation(request.POST or None) if waiting["but"] == "relier" else None
    sure = form is None or (form.is_valid() and confirm_password(request, form))
    if request.method == "GET" or not sure:
        context = {"prouvee": identite, "personne": personne, "form": form}
        return render(request, "comptes/proconnect/relier.html", context)
    link(identite)
    del request.session[A_RELIER]
    messages.success(request, "ProConnect ouvre désormais votre compte.", "succes")
    if waiting["but"] == "relier":
        request.session[JETON] = waiting["jeton"]
        return redirect("comptes:mon-compte")
    return _open(request, personne, waiting["jeton"], None)


def _find_target(request: HttpRequest, but: str, cible: int) -> tuple[Personne, Callable[..., Any]]:
    """The account to link, and how; refused when its link, or its session, is over."""
    try:
        if but == "invitation":
            invitation = queries.get_open_invitation(pk=cible)
            return invitation.personne, lambda found: commands.link_by_invitation(invitation, found)
        if but == "recuperation":
            recuperation = acces.get_open_recuperation(pk=cible)
            return recuperation.personne, lambda found: commands.link_by_recovery(recuperation, found)
    except Http404 as error:
        raise RefusProConnect("lien") from error
    if request.user.pk != cible:
        raise RefusProConnect("lien")
    return request.user, lambda found: commands.link(request.user, found)


@require_POST
@with_proconnect
@login_required
def unlink(request: HttpRequest, identite_id: int) -> HttpResponse:
    """Take one of one's identities away."""
    if commands.unlink(request.user, identite_id):
        messages.success(request, "Cette identité n’ouvre plus votre compte.", "succes")
    else:
        messages.error(
            request, "Rien d’autre n’ouvrirait plus votre compte : cette identité lui reste reliée."
        )
    return redirect("comptes:mon-compte")


class Deconnexion(LogoutView):
    """Log out here; who came by ProConnect is then logged out there, or the next log-in would ask nothing."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out, keeping what the other log-out needs."""
        jeton = request.session.get(JETON)
        response: HttpResponse = super().post(request, *args, **kwargs)
        if jeton is None or settings.MAILLAGE_PROCONNECT is None:
            return response
        request.session[SORTIE] = {"jeton": jeton, "le": time.time()}
        return redirect("comptes:proconnect-quitter")


@require_GET
@with_proconnect
def quit_there(request: HttpRequest) -> HttpResponse:
    """Go on to the log-out of ProConnect, or say that it is done.

    A page, and not an answer to the form: the policy of content lets no form lead to another site.
    """
    waiting = request.session.pop(SORTIE, None)
    if waiting is None or not 0 <= time.time() - waiting["le"] <= read_proconnect("attente"):
        return render(request, "comptes/proconnect/quitter.html")
    query = {
        "id_token_hint": waiting["jeton"],
        "state": get_random_string(read_proconnect("longueur")),
        "post_logout_redirect_uri": request.build_absolute_uri(resolve_url("comptes:proconnect-quitter")),
    }
    address = f"{discover()['end_session_endpoint']}?{urlencode(query)}"
    return render(request, "comptes/proconnect/quitter.html", {"ailleurs": address})
