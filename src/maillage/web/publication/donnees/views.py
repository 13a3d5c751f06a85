"""Open data: the page that lists them, the files, the catalogue that machines harvest."""

from __future__ import annotations

import json
from typing import TypeVar

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from maillage.atlas.publication.fichiers import describe_package
from maillage.reports.dcat import ECRITURES, count_pages, write_catalogue
from maillage.web.annuaire.queries import read_annuaire, read_marque
from maillage.web.publication.donnees.fichiers import make_file, write_directory, write_sums
from maillage.web.publication.donnees.jeux import ANNUAIRE, AdressesPubliees, OffreOuverte, make_catalogue
from maillage.web.publication.donnees.queries import read_weights
from maillage.web.socle import debit, pannes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import read_int
from maillage.web.socle.documents import SANS_COMPTE_PAR_MINUTE, AtelierPleinError

Reponse = TypeVar("Reponse", bound=HttpResponseBase)
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
    context = {"section": SECTION, **list_rows(offre), "annuaire": ANNUAIRE if offre.annuaire else None,
               "programme": offre.programme, "ecritures": tuple(ECRITURES)}  # fmt: skip
    return render(request, "publication/donnees.html", context)


def list_rows(offre: OffreOuverte) -> dict[str, object]:
    """The tables with their files and weights, then what is of no table, as the page shows them."""
    weigh = offre.poids.get
    rows = [(table, [(one, weigh(one.nom)) for one in offre.list_of(table)]) for table in offre.tables]
    return {"tables": rows, "entiers": [(one, weigh(one.nom)) for one in offre.list_of(None)]}


@require_safe
@avec_atlas
def fichier(request: HttpRequest, atlas: AtlasOuvert, nom: str) -> HttpResponseBase:
    """One file; made at the first demand for it."""
    offre = OffreOuverte(atlas, {})
    if nom == ANNUAIRE.nom and offre.annuaire:
        return send(write_directory(read_annuaire()), "application/json", nom, read_marque())
    if nom == "datapackage.json":
        package = describe_package(atlas.tables, read_weights(atlas.empreinte))
        return send(json.dumps(package, ensure_ascii=False, indent=1).encode(), "application/json", nom)
    if nom == "SHA256SUMS":
        return send(write_sums(read_weights(atlas.empreinte)).encode(), "text/plain; charset=utf-8", nom)
    found = next((one for one in offre.fichiers if one.nom == nom), None)
    if found is None:
        raise Http404(f"Aucun fichier « {nom} » : la page des données ouvertes les liste tous.")
    if (
        debit.count_address(request, "fichiers publiés") > SANS_COMPTE_PAR_MINUTE
        and not request.user.is_authenticated
    ):
        return pannes.write(request, pannes.DEBIT)
    try:
        path = make_file(atlas, found)
    except AtelierPleinError:
        return pannes.write(request, pannes.ATELIER)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=nom, content_type=found.type)
    return mark(response, f"{atlas.empreinte[:16]}-{nom}")


def send(body: bytes, mime: str, nom: str, etag: str = "") -> HttpResponse:
    """Bytes to carry away."""
    response = HttpResponse(
        body, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )
    return mark(response, etag) if etag else response


def mark(response: Reponse, etag: str) -> Reponse:
    """What lets others keep an answer, and read it from their own pages."""
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@avec_atlas
def catalogue(request: HttpRequest, atlas: AtlasOuvert, suffixe: str) -> HttpResponse:
    """The catalogue in Turtle, JSON-LD or RDF/XML, a page at a time."""
    offre = open_offer(atlas)
    at = AdressesPubliees(request.build_absolute_uri("/"), catalogue=f"catalogue.{suffixe}")
    told = make_catalogue(offre, at)
    number = read_int(request.GET.get("page", "1"), 1, count_pages(told.jeux, PAR_PAGE))
    if number is None:
        raise Http404("Ce catalogue n’a pas autant de pages.")
    body = write_catalogue(told, suffixe, (number, PAR_PAGE))
    response = HttpResponse(body, content_type=f"{ECRITURES[suffixe][1]}; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def choisir(request: HttpRequest) -> HttpResponseRedirect:
    """The catalogue in the writing that is asked for by ``Accept``; a page for people."""
    kind = request.get_preferred_type(["text/html", *(mime for mime, _ in PREFERES)])
    suffix = dict(PREFERES).get(kind or "")
    address = reverse("donnees:catalogue", args=[suffix]) if suffix else reverse("donnees:donnees")
    response = HttpResponseRedirect(address)
    response.headers["Vary"] = "Accept"
    return response
