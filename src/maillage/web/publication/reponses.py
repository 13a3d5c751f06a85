"""How an open service answers: JSON or a page, open to other sites, at a rate.

A document is the same for everybody, and marked. A page names who reads it: it has no mark, and is kept by
no one but its reader.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode

from maillage import __version__
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.ogc.demande import DemandeInvalide
from maillage.ogc.openapi import HTML, JSON
from maillage.web.api.securite import Limite
from maillage.web.comptes.queries import find_jeton
from maillage.web.publication.couches import read_etat
from maillage.web.socle import atlas as atlases
from maillage.web.socle import debit
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.origines import answer_preflight

OUVERT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Crs, Retry-After",
}
FORMES: Final = {"json": JSON, "html": HTML}
Vue = Callable[..., HttpResponse]


class RefusOuvert(Exception):
    """An answer that is not one: its status, and why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def service(view: Callable[..., HttpResponse]) -> Vue:
    """A view of the service: read only, at a rate, over one atlas, its mark known before it is computed."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _answer(view, request, *args, **kwargs)
        except RefusOuvert as error:
            response = _refuse(request, error.status, str(error))
        except Http404 as error:
            response = _refuse(request, 404, str(error))
        except EntreeInvalide as error:
            response = _refuse(
                request, 400, " ".join((error.message, *(f"{str(one).rstrip('.')}." for one in error.fautes)))
            )
        for name, value in OUVERT.items():
            response.headers[name] = value
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is written: POST is a 405 like the others
    return wrapped


def _answer(view: Vue, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return answer_preflight()
    if request.method != "GET":
        raise RefusOuvert(405, "Ce service se lit seulement : GET.")
    _count(request)
    atlas: AtlasOuvert | None = atlases.choose(request.GET.get("atlas"))
    if atlas is None:
        raise RefusOuvert(503, "Aucun atlas n’est ouvert : il n’y a rien à publier encore.")
    etag = _mark(request, atlas)
    page = wants_html(request, lenient=True)
    early = None if page else get_conditional_response(request, etag=etag)
    response = early if early is not None else view(request, atlas, *args, **kwargs)
    if early is None and response.headers.get("Content-Type", "").startswith(HTML):
        response.headers["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Accept", "Accept-Encoding", "Cookie"))
    elif response.status_code in {200, 304}:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        patch_vary_headers(response, ("Accept", "Accept-Encoding"))
    return response


def _mark(request: HttpRequest, atlas: AtlasOuvert) -> str:
    """Weak: two equal answers differ by the second they were made at."""
    said = (
        __version__,
        atlas.empreinte,
        read_etat(),
        request.get_full_path(),
        request.headers.get("Accept", ""),
    )
    host = (request.scheme, request.get_host())
    return f'W/"{hashlib.sha256(repr((said, host)).encode()).hexdigest()[:24]}"'


def _count(request: HttpRequest) -> None:
    """So many requests a minute, by key or by address; tiles, which come in dozens, are counted apart."""
    told = request.headers.get("Authorization", "")
    key = find_jeton(told.removeprefix("Bearer ")) if told.startswith("Bearer ") else None
    if told and key is None:
        raise RefusOuvert(401, "Cette clé est inconnue, échue ou révoquée. Sans clé, la lecture est libre.")
    tiles = "/tiles/WebMercatorQuad/" in request.path
    usage = "ogc-tuiles" if tiles else "ogc"
    if key is not None:
        done, most = debit.count(f"{usage}:cle:{key.pk}"), Limite.AVEC_CLE
    else:
        done = debit.count_address(request, usage)
        most = int(read_toml("services_ouverts.toml")["demandes"]["tuiles"]) if tiles else Limite.PUBLIQUE
    if done > most:
        raise RefusOuvert(429, "Trop de demandes en une minute : attendez la suivante.")


CODES: Final = {
    400: "DemandeInvalide",
    401: "CleRefusee",
    404: "Introuvable",
    405: "Methode",
    406: "Forme",
    429: "Trop",
    503: "SansAtlas",
}


def _refuse(request: HttpRequest, status: int, text: str) -> HttpResponse:
    if status in {400, 404} and wants_html(request, lenient=True):
        titles = {400: "Cette demande ne peut pas avoir de réponse", 404: "Rien à cette adresse"}
        told = text.removeprefix("Cette demande ne peut pas avoir de réponse. ")
        response = render(
            request, "socle/erreur.html", {"titre": titles[status], "texte": told}, status=status
        )
    else:
        body = json.dumps({"code": CODES[status], "description": text}, ensure_ascii=False)
        response = HttpResponse(body, status=status, content_type=JSON)
    if status == 429:
        response.headers["Retry-After"] = str(debit.wait_s())
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_html(request: HttpRequest, *, lenient: bool = False) -> bool:
    """Whether a page is asked: by ``f``, else by ``Accept``, where JSON is what we give to who says nothing.

    Raises:
        RefusOuvert: ``f`` names another form, unless ``lenient``.
    """
    form = request.GET.get("f")
    if form in FORMES:
        return form == "html"
    if form is not None and not lenient:
        raise RefusOuvert(400, f"« f » : cette forme n’est pas offerte ; le sont : {', '.join(FORMES)}.")
    best = request.get_preferred_type(
        [JSON, "application/geo+json", "application/vnd.oai.openapi+json", HTML]
    )
    return bool(best == HTML)


def find_root(request: HttpRequest) -> str:
    """The address of the landing page, with its end slash, as this reader reached it."""
    before, _, _ = request.path.partition("/ogc/")
    return request.build_absolute_uri(f"{before}/ogc/")


def make_address(request: HttpRequest, path: str, **query: Any) -> str:
    """An address of the service; the atlas that is read stays the same."""
    named = request.GET.get("atlas")
    wanted = ({"atlas": named} if named else {}) | {
        key: value for key, value in query.items() if value is not None
    }
    return find_root(request) + path + (f"?{urlencode(wanted)}" if wanted else "")


def make_link(href: str, rel: str, mime: str, title: str) -> dict[str, str]:
    """A link as the OGC writes it."""
    return {"href": href, "rel": rel, "type": mime, "title": title, "hreflang": "fr"}


def make_links(request: HttpRequest, mime: str = JSON) -> list[dict[str, str]]:
    """The link of a document to itself, and to its other form."""
    query = {name: values[0] for name, values in request.GET.lists() if name != "f"}
    base = request.build_absolute_uri(request.path)

    def address(form: str) -> str:
        return f"{base}?{urlencode({**query, 'f': form})}"

    links = [
        make_link(address("json"), "self", mime, "Ce document"),
        make_link(address("html"), "alternate", HTML, "Ce document, à lire"),
    ]
    if wants_html(request):
        links[0]["rel"], links[1]["rel"] = "alternate", "self"
    return links


def check_parameters(request: HttpRequest, *allowed: str) -> None:
    """Refuse what an address does not take."""
    known = {"f", "atlas", *allowed}
    wrong = [name for name in request.GET if name not in known]
    if wrong:
        raise DemandeInvalide(f"Paramètre inconnu ici : {', '.join(f'« {name} »' for name in wrong)}.")


def write_json(document: dict[str, Any], mime: str = JSON) -> HttpResponse:
    """A document as JSON."""
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=mime)


def answer(
    request: HttpRequest, document: dict[str, Any], template: str, told: dict[str, Any], mime: str = JSON
) -> HttpResponse:
    """A document in the form that is asked."""
    if wants_html(request):
        page = {"section": "ogc", "doc": document, **told}
        return render(request, f"publication/{template}.html", page)
    return write_json(document, mime)
