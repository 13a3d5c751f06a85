"""The page of an arrondissement, or of the département, on screen and on paper; anyone reads it."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.atlas.lecture.territoires import Territoire
from maillage.reports.ecrire.pdf import write_pdf
from maillage.web.programme.lecture import read_version
from maillage.web.programme.visibilite import list_hidden
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.documents import serve_once
from maillage.web.territoires.phrases import nature
from maillage.web.territoires.point import contenu, impression

NIVEAUX = ("arrondissement", "departement")


@require_GET
@avec_atlas
def point(request: HttpRequest, atlas: AtlasOuvert, niveau: str, code: str) -> HttpResponse:
    """The page."""
    here = _get_place(atlas, niveau, code)
    context = {
        "section": "territoires-portraits",
        "point": contenu.read_point(atlas, here, timezone.localdate(), meteo=_reads_weather(request)),
        "territoire": here,
        "nature": nature(here),
        "autres": [*atlas.territoires("arrondissement"), *atlas.territoires("departement")],
        "adresse": request.build_absolute_uri(request.path),
    }
    return render(request, "territoires/point/point.html", context)


@require_GET
@avec_atlas
def point_pdf(request: HttpRequest, atlas: AtlasOuvert, niveau: str, code: str) -> HttpResponse:
    """The page as a tagged PDF, as its asker may read it."""
    here, today, weather = _get_place(atlas, niveau, code), timezone.localdate(), _reads_weather(request)

    def write(path: Path) -> None:
        held = contenu.read_point(atlas, here, today, meteo=weather)
        path.write_bytes(write_pdf(impression.make_document(atlas, held, today)))

    nom = f"point-{niveau}-{code}.pdf"
    state = (atlas.id, atlas.empreinte, read_version(), today, nom, weather)
    return serve_once(request, state, nom, "application/pdf", write)


def _reads_weather(request: HttpRequest) -> bool:
    return "meteo" not in list_hidden(request.user, "declinaisons")


def _get_place(atlas: AtlasOuvert, niveau: str, code: str) -> Territoire:
    if niveau not in NIVEAUX:
        raise Http404("Cette page existe pour un arrondissement et pour le département.")
    return atlas.get_territoire(niveau, code)
