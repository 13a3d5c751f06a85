"""Tile archives (PMTiles) served by parts: one range a request, as the reader in the page asks."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase

from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.demande import read_int

NOM = re.compile(r"[a-z0-9_]+\.pmtiles")
PLAGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")
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
    start, asked = read_int(first, maximum=size - 1), read_int(last, maximum=size - 1)
    end = min(size - 1 if asked is None else asked, (start or 0) + PLAGE_MAXIMUM - 1)
    if start is None or start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(start)
        body = file.read(end - start + 1)
    headers = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpResponse(body, status=206, content_type="application/vnd.pmtiles", headers=headers)
