"""Pages of webhooks, for who administers: those that are kept, one and its messages, what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.web.publication.rules import TENIR
from maillage.web.publication.webhooks import commands, queries
from maillage.web.publication.webhooks.forms import FormulaireWebhook
from maillage.web.publication.webhooks.message import make_schema
from maillage.web.publication.webhooks.models import Webhook
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.origines import open_to_sites

PAR_PAGE: Final = 30
NOUVEAU: Final = "nouveau_secret"


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm(TENIR):
        raise PermissionDenied(TENIR)


@login_required
@require_safe
@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every address, and how it goes."""
    _require(request)
    context = {"section": "donnees", "webhooks": list(queries.list_webhooks())}
    return render(request, "publication/webhooks/webhooks.html", context)


@login_required
@get_and_post
@never_cache
def nouveau(request: HttpRequest) -> HttpResponse:
    """Write down an address; its secret is shown once, on its page."""
    _require(request)
    form = FormulaireWebhook(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            row, secret = commands.register(request.user, form.cleaned_data, request.build_absolute_uri("/"))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            request.session[NOUVEAU] = secret
            return redirect(row)
    context = {"section": "donnees", "form": form}
    return render(request, "publication/webhooks/formulaire.html", context)


@login_required
@require_safe
@never_cache
def webhook(request: HttpRequest, numero: int) -> HttpResponse:
    """One address: how it goes, what was sent to it, what may be done."""
    _require(request)
    row = queries.get_webhook(numero)
    page = Paginator(queries.list_envois(row), PAR_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "donnees",
        "webhook": row,
        "page": page,
        "secret": request.session.pop(NOUVEAU, None),
        "ancien": row.precedent_jusqu_au if row.secret_precedent else None,
        "maintenant": timezone.now(),
    }
    return render(request, "publication/webhooks/webhook.html", context)


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, numero: int) -> HttpResponse:
    """Change what is written of an address."""
    _require(request)
    row = queries.get_webhook(numero)
    initial = {"nom": row.nom, "adresse": row.adresse, "genres": row.genres}
    form = FormulaireWebhook(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            commands.change(request.user, row, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "C’est enregistré.", "succes")
            return redirect(row)
    context = {"section": "donnees", "form": form, "webhook": row}
    return render(request, "publication/webhooks/formulaire.html", context)


ACTES: Final[dict[str, tuple[Callable[[Any, Webhook], Any], str]]] = {
    "essayer": (
        commands.try_it,
        "L’essai part dans quelques secondes : rechargez la page pour lire la réponse.",
    ),
    "suspendre": (commands.suspend, "Plus rien ne part ; ce qui change est gardé jusqu’à la reprise."),
    "reprendre": (commands.resume, "Les envois reprennent, au premier qui n’est pas arrivé."),
    "retirer": (commands.remove, "L’adresse est retirée : son secret et son journal sont effacés."),
}


@login_required
@require_POST
@never_cache
def agir(request: HttpRequest, numero: int) -> HttpResponse:
    """Try an address, suspend it, go on, take it away."""
    _require(request)
    row = queries.get_webhook(numero)
    act, said = ACTES.get(request.POST.get("acte", ""), (None, ""))
    if act is None:
        raise Http404("Ce geste n’existe pas.")
    act(request.user, row)
    messages.success(request, said, "succes")
    return redirect("webhooks:webhooks") if act is commands.remove else redirect("webhooks:webhook", numero)


@login_required
@require_POST
@never_cache
def changer_secret(request: HttpRequest, numero: int) -> HttpResponse:
    """Another secret, shown once."""
    _require(request)
    row = queries.get_webhook(numero)
    request.session[NOUVEAU] = commands.renew_secret(request.user, row)
    return redirect(row)


@login_required
@require_POST
@never_cache
def renvoyer(request: HttpRequest, numero: int) -> HttpResponse:
    """Send a message again."""
    _require(request)
    envoi = queries.get_envoi(numero)
    commands.send_again(request.user, envoi)
    messages.success(request, "Le message repart sous le même identifiant.", "succes")
    return redirect(envoi.webhook)


@open_to_sites
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of what is sent."""
    answer = JsonResponse(make_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Type"] = "application/schema+json"
    return answer
