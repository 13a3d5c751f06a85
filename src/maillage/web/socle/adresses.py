"""Search for an address, through the service the install names; without one, nothing is ever called.

The server asks, not the reader's browser: the service sees this server only, and an answer serves everybody.
A service that does not answer costs one reader three seconds, then nobody for half a minute.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache

from maillage.catalogue.noms import present_code
from maillage.web.socle.atlas import AtlasOuvert

PATIENCE_S = 3.0
OCTETS_MAXIMUM = 512 * 1024
REPIT_S = 30
GARDE_S = 24 * 3600
# Well under the 50 a second the national service allows to one caller.
DEMANDES_PAR_SECONDE = 10
REPONSES = 10
LONGUEURS = (3, 200)
# What a service that answers badly may make fail: the exchange, the JSON, the shape of what it holds.
FAUTES = (
    OSError,
    http.client.HTTPException,
    ValueError,
    RecursionError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
)


class AdressesIndisponiblesError(Exception):
    """The service did not answer as it should; the message is for the reader."""


@dataclass(frozen=True)
class Adresse:
    """An address found: its words, its place, the commune that holds it, and how fine the place is."""

    libelle: str
    lon: float
    lat: float
    code_insee: str
    precision: str
    score: float


def actives() -> bool:
    """Whether this install searches for addresses."""
    return settings.MAILLAGE_ADRESSES is not None


def search(atlas: AtlasOuvert, text: str) -> list[Adresse]:
    """The addresses of the département that answer some words, best first.

    Raises:
        AdressesIndisponiblesError: the service is slow, busy, down, or answers something else.
    """
    text = " ".join(text.split())[: LONGUEURS[1]]
    if not actives() or len(text) < LONGUEURS[0]:
        return []
    here = atlas.departement
    centre = (here.lon, here.lat) if here else (None, None)
    key = "adresses-" + hashlib.sha256(f"{text.casefold()} {centre}".encode()).hexdigest()
    found: list[Adresse] | None = cache.get(key)
    if found is None:
        found = _ask(text, *centre)
        cache.set(key, found, GARDE_S)
    return [a for a in found if atlas.territoire("commune", a.code_insee) is not None]


def _ask(text: str, lon: float | None, lat: float | None) -> list[Adresse]:
    """One question to the service, unless it failed a moment ago or is asked too much."""
    if cache.get("adresses-panne"):
        raise AdressesIndisponiblesError("Le service d’adresses ne répond pas pour le moment.")
    second = f"adresses-{int(time.time())}"
    cache.add(second, 0, 5)
    if cache.incr(second) > DEMANDES_PAR_SECONDE:
        raise AdressesIndisponiblesError(
            "Trop de recherches d’adresses à la fois ; réessayez dans un instant."
        )
    query: dict[str, Any] = {"q": text, "limit": REPONSES, "autocomplete": 0}
    if lon is not None and lat is not None:
        query |= {"lon": round(lon, 4), "lat": round(lat, 4)}
    try:
        return _read(_fetch(f"{settings.MAILLAGE_ADRESSES.url}?{urllib.parse.urlencode(query)}"))
    except FAUTES as error:
        cache.set("adresses-panne", "oui", REPIT_S)
        raise AdressesIndisponiblesError("Le service d’adresses n’a pas répondu.") from error


def _fetch(url: str) -> Any:
    """The answer as JSON, within the time and size one is ready to give.

    Raises:
        OSError: no answer, an answer of refusal, or too slow (TimeoutError is one).
        ValueError: not JSON, or too large.
    """
    limit = time.monotonic() + PATIENCE_S
    headers = {"Accept": "application/json", "User-Agent": "Maillage"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - settings refuse other schemes
    body = bytearray()
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        while part := answer.read1(65536):
            body += part
            if time.monotonic() > limit:
                raise TimeoutError("réponse trop lente")
            if len(body) > OCTETS_MAXIMUM:
                raise ValueError("réponse trop longue")
    return json.loads(body)


def _read(answer: Any) -> list[Adresse]:
    """The features of a GeoJSON answer; those without a place or a commune are left out."""
    found = []
    for feature in answer["features"]:
        known, geometry = feature["properties"], feature["geometry"]
        lon, lat = (float(value) for value in geometry["coordinates"][:2])
        if abs(lon) <= 180 and abs(lat) <= 90 and known.get("citycode"):
            words = str(known["label"])[:200]
            score = float(known.get("score") or 0)
            commune = present_code(str(known["citycode"]))
            found.append(Adresse(words, lon, lat, commune, str(known.get("type", "")), score))
    return found
