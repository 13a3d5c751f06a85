"""Tile archives (PMTiles) served by parts: one range a request, as the reader in the page asks."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase

from maillage.web.socle.atlas import AtlasOuvert

NOM = re.compile(r"[a-z0-9_]+\.pmtiles")
PLAGE = re.compile(r"bytes=(\d+)-(\d*)")
PLAGE_MAXIMUM = 8 * 2**20


def serve(request: HttpRequest, atlas: AtlasOuvert, nom: str) -> HttpResponseBase:
    """The archive, or the part asked: 206; 416 when the part lies outside."""
    path = atlas.dossier / "tuiles" / nom
    if not NOM.fullmatch(nom) or not path.is_file():
        raise Http404(f"Cet atlas n’a pas de tuiles « {nom} ».")
    found = PLAGE.fullmatch(request.headers.get("Range", ""))
    response = _part(path, *found.groups()) if found else _whole(path)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{atlas.empreinte}-{nom}"'
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _whole(path: Path) -> FileResponse:
    return FileResponse(path.open("rb"), content_type="application/vnd.pmtiles")


def _part(path: Path, first: str, last: str) -> HttpResponse:
    size = path.stat().st_size
    start = int(first)
    end = min(int(last) if last else size - 1, size - 1, start + PLAGE_MAXIMUM - 1)
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(start)
        body = file.read(end - start + 1)
    headers = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpResponse(body, status=206, content_type="application/vnd.pmtiles", headers=headers)
