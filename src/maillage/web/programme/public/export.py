"""The programme taken away: a document, a workbook, data."""

from __future__ import annotations

import json
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.completude.formes import to_document
from maillage.sdaasp.programme.echange import export_programme, extract_fiche
from maillage.sdaasp.programme.modele import Programme
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_version
from maillage.web.programme.noms import get_noms
from maillage.web.programme.public import fabrique
from maillage.web.programme.visibilite import read_for
from maillage.web.socle import pannes
from maillage.web.socle.documents import AtelierPleinError, make_once


@require_GET
def download(request: HttpRequest, forme: str) -> HttpResponse:
    """The whole programme, or one fiche, as a document, a workbook or data; as the asker may read it."""
    get_noms()  # 404 before a programme is loaded
    programme, fiche = read_for(request.user), request.GET.get("fiche", "")
    known = {row.cle for row in programme.fiches}
    if forme not in FORMES or (fiche and fiche not in known):
        raise Http404("Ce document n’existe pas : .docx, .pdf, .ods, .xlsx ou .json.")
    name = f"{fiche or programme.schema.cle}.{forme}"
    try:
        body = _make(request, programme, forme, fiche)
    except AtelierPleinError:
        return pannes.write(request, pannes.ATELIER)
    except fabrique.FabricationInterrompueError:
        return pannes.write(request, pannes.FABRICATION)
    except EntreeInvalide as error:
        said = {"titre": "Ce format ne peut pas tout contenir", "texte": str(error)}
        return render(request, "socle/erreur.html", said, status=422)
    answer = HttpResponse(body, content_type=FORMES[forme])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


FORMES = {
    "json": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _make(request: HttpRequest, programme: Programme, forme: str, fiche: str) -> bytes:
    atlas = request.atlas  # type: ignore[attr-defined]
    law = read_completude(programme, atlas)
    if forme == "json":
        held = export_programme(extract_fiche(programme, fiche) if fiche else programme)
        held |= {} if fiche else {"completude": to_document(law)}
        return json.dumps(held, ensure_ascii=False, indent=2).encode()
    seen = (read_version(), atlas.empreinte if atlas else "", request.user.is_authenticated)
    state = (*seen, forme, fiche, timezone.localdate())
    return make_once(state, f".{forme}", partial(fabrique.write_apart, programme, law, fiche)).read_bytes()
