"""Open data: the page that lists them, the files, the catalogue that machines harvest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from maillage import __version__
from maillage.atlas.publication.fichiers import FichierPublie, describe_package
from maillage.reports.dcat import ECRITURES, count_pages, write_catalogue
from maillage.web.annuaire.queries import read_annuaire, read_marque
from maillage.web.publication.donnees.fichiers import make_file, write_directory, write_sums
from maillage.web.publication.donnees.jeux import (
    ANNUAIRE,
    AdressesPubliees,
    OffreOuverte,
    describe_directory,
    make_catalogue,
)
from maillage.web.publication.donnees.queries import read_weights
from maillage.web.socle import debit, pannes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import read_int
from maillage.web.socle.documents import SANS_COMPTE_PAR_MINUTE, AtelierPleinError
from maillage.web.socle.origines import open_to_sites

SECTION = "donnees"
PAR_PAGE = 50
PREFERES = (("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/rdf+xml", "rdf"))


def open_offer(atlas: AtlasOuvert) -> OffreOuverte:
    """What can be given, with the weight of what was already made, here or elsewhere."""
    return OffreOuverte(atlas, read_weights(atlas.empreinte))


@require_safe
@avec_atlas
def donnees(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Every dataset, what it holds, under what licence, in which formats."""
    offre = open_offer(atlas)
    context = {
        "section": SECTION,
        **list_rows(offre),
        "annuaire": ANNUAIRE if offre.annuaire else None,
        "programme": offre.programme,
        "licences": offre.licences,
        "ecritures": tuple(ECRITURES),
    }
    return render(request, "publication/donnees.html", context)


def list_rows(offre: OffreOuverte) -> dict[str, object]:
    """The tables with their files and weights, then what is of no table, as the page shows them."""
    weigh = offre.poids.get
    rows = [(table, [(one, weigh(one.nom)) for one in offre.list_of(table)]) for table in offre.tables]
    return {"tables": rows, "entiers": [(one, weigh(one.nom)) for one in offre.list_of(None)]}


@open_to_sites
@avec_atlas
def fichier(request: HttpRequest, atlas: AtlasOuvert, nom: str) -> HttpResponseBase:
    """One file; made at the first demand for it."""
    offre = OffreOuverte(atlas, {})
    if nom == ANNUAIRE.nom and offre.annuaire:
        return answer(request, sign(nom, read_marque()), lambda: send(write_directory(read_annuaire()), nom))
    if nom in ECRITS:
        body = ECRITS[nom](atlas)
        return answer(request, sign(body), lambda: send(body, nom))
    found = next((one for one in offre.fichiers if one.nom == nom), None)
    if found is None:
        raise Http404(f"Aucun fichier « {nom} » : la page des données ouvertes les liste tous.")
    return answer(request, sign(nom, atlas.id, atlas.empreinte), lambda: carry(request, atlas, found))


def write_package(atlas: AtlasOuvert) -> bytes:
    """The schemas of the CSV files, with the weight of those that were made; then the directory."""
    offre = open_offer(atlas)
    package = describe_package(atlas.tables, offre.poids)
    if offre.annuaire:
        package["resources"].append(describe_directory(offre))
    return json.dumps(package, ensure_ascii=False, indent=1).encode()


ECRITS: Final[dict[str, Callable[[AtlasOuvert], bytes]]] = {
    "datapackage.json": write_package,
    "SHA256SUMS": lambda atlas: write_sums(read_weights(atlas.empreinte)).encode(),
}
"""Files that say what others hold: written at each demand."""


def carry(request: HttpRequest, atlas: AtlasOuvert, fichier: FichierPublie) -> HttpResponseBase:
    """A file of the atlas, made now unless it was; refused to who asks for too many."""
    many = debit.count_address(request, "fichiers publiés") > SANS_COMPTE_PAR_MINUTE
    if many and not request.user.is_authenticated:
        return pannes.write(request, pannes.DEBIT)
    try:
        path = make_file(atlas, fichier)
    except AtelierPleinError:
        return pannes.write(request, pannes.ATELIER)
    return FileResponse(path.open("rb"), as_attachment=True, filename=fichier.nom, content_type=fichier.type)


def send(body: bytes, nom: str) -> HttpResponse:
    """Bytes to carry away."""
    mime = "application/json" if nom.endswith(".json") else "text/plain; charset=utf-8"
    return HttpResponse(
        body, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )


def sign(*parts: object) -> str:
    """The ETag of what these parts and this version of the code make."""
    return f'"{hashlib.sha256(repr((__version__, *parts)).encode()).hexdigest()[:24]}"'


def answer(request: HttpRequest, etag: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What ``make`` gives, marked; 304 to who holds it (RFC 9110, 13.1.2), and nothing is made."""
    early = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = early if early is not None else make()
    if response.status_code in {200, 304}:
        response.headers["ETag"] = etag
    return response


@open_to_sites
@avec_atlas
def catalogue(request: HttpRequest, atlas: AtlasOuvert, suffixe: str) -> HttpResponseBase:
    """The catalogue in Turtle, JSON-LD or RDF/XML, a page at a time; of the atlas that is named, if any."""
    named = atlas.id if "atlas" in request.GET else None
    at = AdressesPubliees(request.build_absolute_uri("/"), catalogue=f"catalogue.{suffixe}", atlas=named)
    told = make_catalogue(open_offer(atlas), at)
    number = read_int(request.GET.get("page", "1"), 1, count_pages(told.jeux, PAR_PAGE))
    if number is None:
        raise Http404("Ce catalogue n’a pas autant de pages.")
    body = write_catalogue(told, suffixe, (number, PAR_PAGE))
    mime = f"{ECRITURES[suffixe][1]}; charset=utf-8"
    return answer(request, sign(body), lambda: HttpResponse(body, content_type=mime))


@require_safe
def choisir(request: HttpRequest) -> HttpResponseRedirect:
    """The catalogue in the writing that is asked for by ``Accept``; a page for people."""
    kind = request.get_preferred_type(["text/html", *(mime for mime, _ in PREFERES)])
    suffix = dict(PREFERES).get(kind or "")
    address = reverse("donnees:catalogue", args=[suffix]) if suffix else reverse("donnees:donnees")
    named = {"atlas": request.GET["atlas"]} if "atlas" in request.GET else {}
    response = HttpResponseRedirect(address + (f"?{urlencode(named)}" if named else ""))
    response.headers["Vary"] = "Accept"
    return response
