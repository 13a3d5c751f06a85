"""The feeds, and the page that says which there are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, urlencode
from django.views.decorators.http import require_safe

from maillage import francais
from maillage.web.programme.lecture import SchemaAbsent
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.publication.flux.formes import ATOM, JSON_FEED, FluxDecrit, write_atom, write_json
from maillage.web.publication.flux.parution import (
    GENRES_DITS,
    FiltreDeFlux,
    GenreDeParution,
    Parution,
)
from maillage.web.publication.flux.queries import list_last, read_parutions
from maillage.web.socle.origines import open_to_sites

MONTREES = 12
Ecrire = Callable[[FluxDecrit, Sequence[Parution]], bytes]


@require_safe
def flux(request: HttpRequest) -> HttpResponse:
    """Which feeds there are, what they say, the last things that appeared."""
    noms = _find_noms()
    places = noms.arrondissements if noms else {}
    context = {
        "section": "donnees",
        "themes": [(name, urlencode({"theme": key})) for key, name in (noms.themes if noms else {}).items()],
        "lieux": [(name, urlencode({"arrondissement": key})) for key, name in places.items()],
        "genres": [(said, urlencode({"genre": str(key)})) for key, said in GENRES_DITS.items()],
        "peut_webhooks": request.user.has_perm("publication.tenir_webhooks"),
        "parutions": [(one, GENRES_DITS[one.genre]) for one in read_parutions()[:MONTREES]],
    }
    return render(request, "publication/flux.html", context)


@open_to_sites
def atom(request: HttpRequest) -> HttpResponse:
    """What changed, as Atom."""
    return _answer(request, write_atom, ATOM)


@open_to_sites
def json(request: HttpRequest) -> HttpResponse:
    """What changed, as JSON Feed."""
    return _answer(request, write_json, JSON_FEED)


def _answer(request: HttpRequest, write: Ecrire, mime: str) -> HttpResponse:
    """A feed, or 304 to who holds it; anybody may read it from a page elsewhere."""
    filtre, title = _read_filtre(request)
    held = list_last(filtre.select(read_parutions()))
    body = write(_describe(request, title), held)
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    last = int(held[0].le.timestamp()) if held else None
    response: Any = HttpResponse(body, content_type=f"{mime}; charset=utf-8")
    for name, value in (("ETag", etag), ("Cache-Control", "no-cache")):
        response.headers[name] = value
    if last is not None:
        response.headers["Last-Modified"] = http_date(last)
    # By the mark alone: what leaves a feed, or comes in the same second, has no later date to show.
    return get_conditional_response(request, etag=etag, response=response)


def _describe(request: HttpRequest, title: str) -> FluxDecrit:
    identite = settings.MAILLAGE_IDENTITE
    choix = urlencode({name: request.GET[name] for name in sorted(request.GET)})
    return FluxDecrit(
        titre=f"{identite['nom']} : {title}",
        resume="La part publique du programme et des données, telle que chacun peut la lire.",
        auteur=identite["organisme"] or identite["nom"],
        soi=request.build_absolute_uri(request.path) + (f"?{choix}" if choix else ""),
        page=request.build_absolute_uri(reverse("flux:flux")),
        site=request.build_absolute_uri("/"),
        autorite=find_autorite(),
        choix=choix,
    )


def find_autorite() -> str:
    """Who names what appears: the first name of the install, whatever the one it was reached by."""
    first: str = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
    return first.lstrip(".*") or "localhost"


def _find_noms() -> Noms | None:
    try:
        return get_noms()
    except SchemaAbsent:
        return None


def _read_filtre(request: HttpRequest) -> tuple[FiltreDeFlux, str]:
    """Which part is asked for, and its name; 404 for one that does not exist here."""
    noms = _find_noms()
    known: dict[str, Any] = {
        "theme": noms.themes if noms else {},
        "arrondissement": noms.arrondissements if noms else {},
        "genre": {str(genre): said for genre, said in GENRES_DITS.items()},
    }
    for name, value in request.GET.items():
        if name not in known or value not in known[name]:
            raise Http404("Ce flux n’existe pas : la page « Flux » donne l’adresse de chacun.")
    filtre = FiltreDeFlux(**request.GET.dict())
    said = [known["theme"][filtre.theme]] if filtre.theme else []
    if filtre.arrondissement:
        said.append(f"arrondissement {francais.de(known['arrondissement'][filtre.arrondissement])}")
    if filtre.genre:
        said.append(GENRES_DITS[GenreDeParution(filtre.genre)].lower())
    return filtre, ", ".join(["ce qui change", *said])
