"""Pages of the frame itself: errors, health, living examples, accessibility, background work."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, Final

import numpy as np
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage import __version__
from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.catalogue.lecture import read_toml
from maillage.reports.rendu import bande, barre, profil
from maillage.web.socle import commands, pannes, queries
from maillage.web.socle.atlas import Installation, survey
from maillage.web.socle.plage import serve_file

# RFC 9116 advises less than a year: long enough for who keeps it, short enough to be given up.
SECURITE_VALABLE: Final = timedelta(days=180)


@require_GET
@never_cache
def sante(request: HttpRequest) -> JsonResponse:
    """Whether this process is alive: it answered, so 200. ``ecartes``: the atlases it set aside, and why."""
    return JsonResponse({"version": __version__, "vivant": True, **_describe_atlases(survey())})


@require_GET
@never_cache
def pret(request: HttpRequest) -> JsonResponse:
    """Whether pages can be served, 200, or 503 with all that is missing: the database, an atlas."""
    found = survey()
    manques = [] if found.dossiers else ["aucun atlas lisible"]
    if found.dossiers and not found.propres:
        manques = ["aucun atlas ne s’ouvre de lui-même : donnez le département par MAILLAGE_DEPARTEMENT"]
    try:
        base = "ok" if not queries.list_pending_migrations() else "à mettre à jour"
    except DatabaseError:
        base = "ne répond pas"
    manques += [f"base : {base}"] * (base != "ok")
    body = {"pret": not manques, "base": base, "manques": manques, **_describe_atlases(found)}
    return JsonResponse(body, status=503 if manques else 200)


def _describe_atlases(found: Installation) -> dict[str, Any]:
    apart = [{"atlas": name, "raison": reason} for name, reason in found.ecartes]
    return {"atlas": len(found.dossiers), "ecartes": apart}


@require_GET
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "socle/accessibilite.html", _describe_accessibility())


@require_GET
def schema_accessibilite(request: HttpRequest) -> HttpResponse:
    """The plan to make the site accessible, with the blanks that the install has not filled."""
    return render(request, "socle/schema_accessibilite.html", _describe_accessibility())


def _describe_accessibility() -> dict[str, Any]:
    rules, said = read_toml("accessibilite.toml"), settings.MAILLAGE_ACCESSIBILITE
    return {"accessibilite": said, "regles": rules, "a_completer": "à compléter par l’organisme"}


class FormulaireExemple(forms.Form):
    """Shows a field in each of its states."""

    intitule = forms.CharField(label="Intitulé", help_text="En une phrase, comme on la dirait.")
    echeance = forms.DateField(label="Échéance", required=False, widget=forms.DateInput({"type": "date"}))


@require_GET
def exemples(request: HttpRequest) -> HttpResponse:
    """The living examples: each component, alive, with the line of template that makes it."""
    values = np.random.default_rng(7).gamma(6, 1.4, 300)
    example = Definition(
        "exemple", "Temps d’exemple", unite="min", sens="moins", sources=("Données inventées",)
    )
    context: dict[str, Any] = {
        "chiffre": Chiffre(example, 13.2, "estime", 0.97, 11.0, 15.1),
        "inconnu": Chiffre(example, None, None, None, None, None),
        "bande": bande.bande(bande.nuage(values), 13.2, 8.4, "min", 0, (11.0, 15.1)),
        "barre": barre.barre(13, 8, 20, 4),
        "profil": profil.ligne(0.3, (0.15, 0.45, 0.8)),
        "profil_inconnu": profil.ligne(None),
        "formulaire": FormulaireExemple({"intitule": "", "echeance": "31/02/2026"}),
        "page": Paginator(range(647), 50).page(2),
    }
    return render(request, "socle/exemples.html", context)


@require_GET
@never_cache
def travail(request: HttpRequest, jeton: str) -> HttpResponse:
    """How far a piece of work is; htmx asks for the fragment alone."""
    found = queries.get_travail_par_jeton(jeton)
    template = "socle/composants/travail.html" if request.htmx else "socle/travail.html"  # type: ignore[attr-defined]
    return render(request, template, {"travail": found})


@require_POST
def cancel_travail(request: HttpRequest, jeton: str) -> HttpResponse:
    """Stop a piece of work."""
    found = queries.get_travail_par_jeton(jeton)
    commands.cancel_travail(request.user, found)
    messages.success(request, "L’arrêt est demandé.", "succes")
    return redirect("socle:travail", jeton)


@require_POST
def retry_travail(request: HttpRequest, jeton: str) -> HttpResponse:
    """Ask again for a piece of work that did not come to its end."""
    again = commands.retry_travail(request.user, queries.get_travail_par_jeton(jeton))
    return redirect(again)


@require_GET
@never_cache
def fichier_travail(request: HttpRequest, jeton: str) -> HttpResponseBase:
    """The file a piece of work made."""
    found = queries.get_travail_par_jeton(jeton)
    path = settings.EXPORTS / found.jeton / found.fichier
    if not found.fichier or not path.is_file():
        raise Http404("Ce fichier n’est pas (ou plus) là.")
    response = serve_file(request, path, "application/octet-stream", f'"{found.pk}"')
    disposition = content_disposition_header(as_attachment=True, filename=found.fichier)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


@require_GET
def securite_txt(request: HttpRequest) -> HttpResponse:
    """Where to tell of a flaw (RFC 9116); nothing at this address while nobody is named."""
    contact = settings.MAILLAGE_SECURITE_CONTACT
    if not contact:
        raise Http404("Cette installation ne dit pas à qui signaler une faille.")
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + SECURITE_VALABLE
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def erreur_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense."""
    return pannes.refuse(request, pannes.INCOMPRISE)


def erreur_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not allowed."""
    return pannes.refuse(request, pannes.RESERVEE)


def erreur_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without its token: an old page, or cookies refused."""
    return pannes.refuse(request, pannes.PERIMEE)


def erreur_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not here; says what was not found when we know."""
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return pannes.refuse(request, replace(pannes.ABSENTE, texte=reason or pannes.ABSENTE.texte))


def erreur_500(request: HttpRequest) -> HttpResponse:
    """A database that is busy or an atlas taken away: 503 and when to come back; else our fault, 500."""
    return pannes.answer(request, sys.exception())
