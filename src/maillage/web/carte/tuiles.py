"""Tile archives (PMTiles) served by parts: one range a request, as the reader in the page asks."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponseBase

from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.plage import serve_file

NOM = re.compile(r"[a-z0-9_]+\.pmtiles")


def serve(request: HttpRequest, atlas: AtlasOuvert, nom: str) -> HttpResponseBase:
    """The archive, or the part asked: 206; 416 when the part lies outside."""
    path = atlas.dossier / "tuiles" / nom
    if not NOM.fullmatch(nom) or not path.is_file():
        raise Http404(f"Cet atlas n’a pas de tuiles « {nom} ».")
    response = serve_file(request, path, "application/vnd.pmtiles", f'"{atlas.empreinte}-{nom}"')
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
