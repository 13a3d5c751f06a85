"""The territories that an objective or a declinaison may name, and their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maillage.reports.programme.deficits import list_deficits
from maillage.sdaasp.completude.territoires import list_territoires
from maillage.web.programme.lecture import read_programme
from maillage.web.socle import atlas as atlases

NIVEAUX = {
    "epci": "Intercommunalités",
    "zone": "Zones de l’atlas",
    "canton": "Cantons",
    "bassin_vie": "Bassins de vie",
}
PARTIE = "Une partie seulement d’un de ces territoires"
Choix = list[Any]


def name_place(cle: str) -> str | None:
    """The name of a territory of the newest atlas (``niveau:code``); ``None`` when it does not hold it."""
    niveau, _, code = cle.partition(":")
    atlas = atlases.choose(None) if code else None
    found = atlas.territoire(niveau, code) if atlas else None
    return found.nom if found else None


def offer_places(named: Iterable[str]) -> Choix:
    """What a form offers: territories in deficit, parts of the zones, then what is named and is neither."""
    places = list_territoires(read_programme(), list_deficits(atlases.choose(None)))
    whole = [(place.code, place.nom) for place in places]
    parts = list(dict.fromkeys((m.cle, m.nom) for place in places for m in place.membres))
    known = dict([*whole, *parts])
    others = [(key, name_place(key) or key) for key in named if key not in known]
    return [*others, *whole, *([(PARTIE, parts)] if parts else [])]


def offer_atlas() -> Choix:
    """The territories of the newest atlas that a zone may cover, mesh by mesh."""
    atlas = atlases.choose(None)
    if atlas is None:
        return []
    groups = ((label, atlas.territoires(niveau)) for niveau, label in NIVEAUX.items())
    return [(label, [(place.cle, place.nom) for place in places]) for label, places in groups if places]
