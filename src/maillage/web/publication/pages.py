"""Features as GeoJSON and as pages: their links, their header of coordinates, their table."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from maillage import francais as formats
from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte
from maillage.ogc.demande import DemandeOuverte
from maillage.ogc.openapi import GEOJSON, JSON
from maillage.ogc.page import PageOuverte, read_properties, write_features
from maillage.web.publication.reponses import find_root, make_address, make_link, make_links


def write(request: HttpRequest, couche: CoucheOuverte, page: PageOuverte) -> HttpResponse:
    """A page of features as GeoJSON."""
    links = make_links(request, GEOJSON)
    for rel, offset in (("next", page.suivante), ("prev", page.precedente)):
        if offset is not None:
            links.append(
                make_link(
                    _turn(request, offset, "json"),
                    rel,
                    GEOJSON,
                    "Page suivante" if rel == "next" else "Page précédente",
                )
            )
    links.append(
        make_link(make_address(request, f"collections/{couche.id}"), "collection", JSON, couche.titre)
    )
    head = {
        "type": "FeatureCollection",
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": page.trouvees,
        "numberReturned": len(page.rangs),
        "links": links,
    }
    records = (
        {row: link_record(request, couche, row) for row in page.rangs.tolist()} if is_record(couche) else None
    )
    features = ",\n".join(write_features(couche, page.rangs, page.demande, records))
    body = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{features}\n]}}'
    response = _carry(body, page.demande)
    shown = [one for one in links if one["rel"] in {"self", "next", "prev"}]
    response.headers["Link"] = ", ".join(
        f'<{one["href"]}>; rel="{one["rel"]}"; type="{GEOJSON}"' for one in shown
    )
    return response


def _turn(request: HttpRequest, offset: int, form: str) -> str:
    """The same question, from another feature on."""
    query = {name: values[0] for name, values in request.GET.lists()}
    return f"{request.build_absolute_uri(request.path)}?{urlencode({**query, 'f': form, 'offset': offset})}"


def _carry(body: str, asked: DemandeOuverte) -> HttpResponse:
    response = HttpResponse(body, content_type=GEOJSON)
    response.headers["Content-Crs"] = f"<{asked.repere}>"
    return response


def write_one(request: HttpRequest, couche: CoucheOuverte, row: int, asked: DemandeOuverte) -> HttpResponse:
    """One feature as GeoJSON."""
    links = [
        *make_links(request, GEOJSON),
        make_link(make_address(request, f"collections/{couche.id}"), "collection", JSON, couche.titre),
    ]
    links += link_record(request, couche, row) if is_record(couche) else []
    rows = np.array([row], dtype=np.int64)
    return _carry(write_features(couche, rows, asked, {row: links})[0], asked)


def is_record(couche: CoucheOuverte) -> bool:
    """Whether it describes the other layers."""
    return couche.type_objets == "record"


def link_record(request: HttpRequest, couche: CoucheOuverte, row: int) -> list[dict[str, str]]:
    """Where what a record describes is."""
    base = f"collections/{couche.ids[row]}"
    return [
        make_link(make_address(request, base, f="json"), "about", JSON, "La couche"),
        make_link(make_address(request, f"{base}/items", f="json"), "item", GEOJSON, "Ses objets"),
    ]


COLONNES = 7
OMISES = frozenset({"code", "cle", "niveau", "atlas", "jeu_essai", "source", "date_maj", "id"})


def show(request: HttpRequest, couche: CoucheOuverte, page: PageOuverte) -> HttpResponse:
    """A page of features as a table: its first properties, or those that are asked."""
    names = couche.choisir(page.demande.proprietes)
    if page.demande.proprietes is None:
        names = tuple(name for name in names if name not in OMISES)[:COLONNES]
    told: dict[str, Any] = {
        "couche": couche,
        "page": page,
        "debut": page.demande.decalage + 1,
        "fin": page.demande.decalage + len(page.rangs),
        "entetes": [couche.proprietes[name] for name in names],
        "lignes": [
            {
                "id": couche.ids[row],
                "adresse": _address(request, couche, row),
                "valeurs": _tell(couche, values),
            }
            for row, values in zip(
                page.rangs.tolist(), read_properties(couche, page.rangs, names), strict=True
            )
        ],
        "suivante": None if page.suivante is None else _turn(request, page.suivante, "html"),
        "precedente": None if page.precedente is None else _turn(request, page.precedente, "html"),
        "geojson": _turn(request, page.demande.decalage, "json"),
        "filtre": request.GET.get("filter", ""),
        "nomme": request.GET.get("atlas", ""),
    }
    return render(request, "publication/objets.html", {"section": "ogc", **told})


def _tell(couche: CoucheOuverte, held: dict[str, Any]) -> list[tuple[ProprieteOuverte, str]]:
    return [
        (couche.proprietes[name], tell(value, couche.proprietes[name].unite)) for name, value in held.items()
    ]


def _address(request: HttpRequest, couche: CoucheOuverte, row: int) -> str:
    return make_address(request, f"collections/{couche.id}/items/{quote(couche.ids[row], safe='')}", f="html")


def show_one(request: HttpRequest, couche: CoucheOuverte, row: int, address: str) -> HttpResponse:
    """One feature, property by property, as a page."""
    (held,) = read_properties(couche, np.array([row]), couche.choisir(None))
    told = {
        "couche": couche,
        "id": couche.ids[row],
        "nom": held.get("nom") or held.get("libelle") or couche.ids[row],
        "lignes": _tell(couche, held),
        "racine": find_root(request),
        "geojson": f"{address}{'&' if '?' in address else '?'}f=json",
    }
    return render(request, "publication/objet.html", {"section": "ogc", **told})


def tell(value: Any, unite: str = "") -> str:
    """A value in French; empty when nobody knows. A year has no unit, and no space.

    >>> tell(True), tell(12.5), tell(2025), tell(None)
    ('oui', '12,5', '2025', '')
    >>> tell(0.179103, "part"), tell(238246, "habitants")
    ('18\\xa0%', '238\\u202f246\\xa0hab.')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if unite:
        return formats.avec_unite(value, unite, 2)
    return formats.nombre_exact(value, 3) if isinstance(value, float) else str(value)
