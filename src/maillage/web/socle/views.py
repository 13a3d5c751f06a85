"""Pages of the frame itself: errors, health, living examples, accessibility, background work."""

from __future__ import annotations

from typing import Any

import numpy as np
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage import __version__
from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.reports.rendu import bande, barre, profil
from maillage.web.socle import commands, queries
from maillage.web.socle.atlas import survey


@require_GET
@never_cache
def sante(request: HttpRequest) -> JsonResponse:
    """Whether the database answers and an atlas is at hand: 200, or 503 with what is missing.

    ``ecartes``: the atlases that cannot be read, and why.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    found = survey()
    apart = [{"atlas": name, "raison": reason} for name, reason in found.ecartes]
    body = {"version": __version__, "base": "ok", "atlas": len(found.dossiers), "ecartes": apart}
    return JsonResponse(body, status=200 if found.dossiers else 503)


@require_GET
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "socle/accessibilite.html")


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
    return redirect("socle:travail", again.jeton)


@require_GET
@never_cache
def fichier_travail(request: HttpRequest, jeton: str) -> HttpResponseBase:
    """The file a piece of work made."""
    found = queries.get_travail_par_jeton(jeton)
    path = settings.EXPORTS / found.jeton / found.fichier
    if not found.fichier or not path.is_file():
        raise Http404("Ce fichier n’est pas (ou plus) là.")
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.fichier)


def _erreur(request: HttpRequest, statut: int, titre: str, texte: str) -> HttpResponse:
    return render(request, "socle/erreur.html", {"titre": titre, "texte": texte}, status=statut)


def erreur_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense."""
    return _erreur(request, 400, "Demande incomprise", "L’adresse demandée est mal formée.")


def erreur_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not allowed."""
    texte = (
        "Votre mandat ne couvre pas cette action. Une personne chargée de l’administration peut l’étendre."
    )
    return _erreur(request, 403, "Accès réservé", texte)


def erreur_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without its token: an old page, or cookies refused."""
    texte = (
        "Ce formulaire vient d’une page trop ancienne, ou votre navigateur refuse nos témoins de connexion. "
        "Rien n’a été enregistré : revenez à la page précédente, rechargez-la, puis recommencez."
    )
    return _erreur(request, 403, "Formulaire périmé", texte)


def erreur_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not here; says what was not found when we know."""
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return _erreur(request, 404, "Page introuvable", reason or "Cette adresse ne mène à rien ici.")


def erreur_500(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return HttpResponse(_PANNE, status=500)


_PANNE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Erreur</title><main>'
    "<h1>Une erreur est survenue</h1>"
    "<p>Elle est de notre fait et a été enregistrée. Rien de ce que vous aviez enregistré n’est perdu.</p>"
    '<p><a href="/">Revenir à l’accueil</a></p></main></html>'
)
