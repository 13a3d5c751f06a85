"""The France Numérique Ensemble road map carried away."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.programme.fne import make_road_map
from maillage.web.programme.lecture import read_programme, read_version
from maillage.web.programme.public.edition import read_edition
from maillage.web.socle.documents import serve_once

FORMES: Final = ("pdf", "docx", "ods")


@require_GET
def road_map(request: HttpRequest, forme: str) -> HttpResponse:
    """The road map, as a document of its own."""
    if forme not in FORMES:
        raise Http404("Ce document n’existe pas : .pdf, .docx ou .ods.")
    programme, today = read_programme(), timezone.localdate()
    return serve_once(
        request, (read_version(), "fne", today), f"feuille-de-route-numerique.{forme}", MIMES[f".{forme}"],
        lambda path: write_document(make_road_map(programme, read_edition(today)), path),
    )  # fmt: skip
