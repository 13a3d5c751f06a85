"""The programme taken away: a document, a workbook, data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.completude.formes import to_document
from maillage.sdaasp.programme.echange import export_programme, extract_fiche
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_version
from maillage.web.programme.noms import get_noms
from maillage.web.programme.public import fabrique
from maillage.web.programme.public.edition import read_edition
from maillage.web.programme.taches.pilotes import name_unnamed
from maillage.web.programme.visibilite import list_hidden, read_for
from maillage.web.socle import pannes
from maillage.web.socle.documents import carry, serve_once


@require_GET
def download(request: HttpRequest, forme: str) -> HttpResponse:
    """The whole programme, or one fiche, as a document, a workbook or data; as the asker may read it."""
    get_noms()  # 404 before a programme is loaded
    programme, fiche = read_for(request.user), request.GET.get("fiche", "")
    known = {row.cle for row in programme.fiches}
    if forme not in FORMES or (fiche and fiche not in known):
        raise Http404("Ce document n’existe pas : .docx, .pdf, .ods, .xlsx ou .json.")
    name = f"{fiche or programme.schema.cle}.{forme}"
    atlas = request.atlas  # type: ignore[attr-defined]
    if forme == "json":
        held = export_programme(extract_fiche(programme, fiche) if fiche else programme)
        held |= {} if fiche else {"completude": to_document(read_completude(programme, atlas))}
        body = json.dumps(held, ensure_ascii=False, indent=2).encode()
        return carry(body, FORMES[forme], name)
    seen = (read_version(), atlas.empreinte if atlas else "", request.user.is_authenticated)
    pilots = name_unnamed(programme) if request.user.is_authenticated else {}  # mandates name people
    hidden = list_hidden(request.user, "objectifs")
    edition = replace(read_edition(timezone.localdate()), tus=hidden, pilotes=pilots)
    state = (*seen, forme, fiche, edition.le, hidden, tuple(pilots.items()), edition.parcours)

    def write(path: Path) -> None:
        law = read_completude(programme, atlas)
        fabrique.write_apart(programme, law, fiche, edition, path)

    try:
        return serve_once(request, state, name, FORMES[forme], write)
    except fabrique.FabricationInterrompueError:
        return pannes.write(request, pannes.FABRICATION)
    except EntreeInvalide as error:
        said = {"titre": "Ce format ne peut pas tout contenir", "texte": str(error)}
        return render(request, "socle/erreur.html", said, status=422)


FORMES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
