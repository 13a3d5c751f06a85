"""Several years of a schema on one page: the mid-term revision, then the evaluation, and their documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.bilan.ecriture import FORMES, write_evaluation
from maillage.reports.bilan.evaluation import make_evaluation_document
from maillage.reports.ecrire.formes import MIMES
from maillage.reports.rendu.blocs import Bloc, Document, Signatures, Titre
from maillage.web.bilan import lecture
from maillage.web.bilan.views import FRAME, JSON, require_lire
from maillage.web.programme.noms import get_noms
from maillage.web.socle.documents import serve_once


@dataclass
class PartieAffichee:
    """A part of a document on a page: its heading, its blocks with the name of their kind, its own parts."""

    titre: str
    blocs: list[tuple[str, Bloc]] = field(default_factory=list)
    parties: list[PartieAffichee] = field(default_factory=list)


def split_document(document: Document) -> list[PartieAffichee]:
    """A document as a page shows it: what is said on paper, in the same words, without its signatures."""
    found: list[PartieAffichee] = []
    for bloc in document.blocs:
        if isinstance(bloc, Titre) and bloc.niveau == 1:
            found.append(PartieAffichee(bloc.texte))
        elif isinstance(bloc, Titre):
            found[-1].parties.append(PartieAffichee(bloc.texte))
        elif not isinstance(bloc, Signatures):
            inner = found[-1].parties[-1] if found[-1].parties else found[-1]
            inner.blocs.append((type(bloc).__name__.lower(), bloc))
    return found


def list_choices(jusqu_a: int) -> list[int]:
    """The years of the schema that have begun; none before it does."""
    schema = get_noms().schema
    return list(range(schema["debut"], min(jusqu_a, schema["fin"]) + 1))


@login_required
@require_GET
@never_cache
@require_lire
def derniere(request: HttpRequest) -> HttpResponse:
    """The years until the present one; back to the bilans while the schema has not begun."""
    years = list_choices(timezone.localdate().year)
    if years:
        return redirect("bilan:evaluation-annee", years[-1])
    messages.error(request, "Le schéma n’a pas commencé : il n’y a rien à évaluer.", "erreur")
    return redirect("bilan:bilans")


@login_required
@require_GET
@never_cache
@require_lire
def page(request: HttpRequest, annee: int) -> HttpResponse:
    """Every year until one, against the schema before."""
    read = _read(request, annee)
    if isinstance(read, HttpResponse):
        return read
    document = make_evaluation_document(read)
    context = FRAME | {
        "annee": annee,
        "annees": list_choices(timezone.localdate().year),
        "document": document,
        "parties": split_document(document),
        "non_figees": read.non_figees,
        "formes": FORMES,
    }
    return render(request, "bilan/evaluation.html", context)


@login_required
@require_GET
@never_cache
@require_lire
def document(request: HttpRequest, annee: int, forme: str) -> HttpResponse:
    """The same to carry away."""
    if forme not in FORMES:
        raise Http404(f"Ce document n’existe pas : {', '.join(FORMES)}.")
    read = _read(request, annee)
    if isinstance(read, HttpResponse):
        return read
    return serve_once(
        request, ("evaluation", read), f"evaluation-{annee}.{forme}", MIMES.get(f".{forme}", JSON),
        lambda path: write_evaluation(read, path),
    )  # fmt: skip


def _read(request: HttpRequest, annee: int) -> Any:
    """The evaluation, or the page of bilans with what stands against it."""
    if annee not in list_choices(timezone.localdate().year):
        raise Http404("Le schéma n’a pas cette année, ou elle n’a pas commencé.")
    try:
        return lecture.read_evaluation(annee, request.atlas, timezone.localdate())  # type: ignore[attr-defined]
    except EntreeInvalide as error:
        messages.error(request, str(error), "erreur")
        return redirect("bilan:bilans")
