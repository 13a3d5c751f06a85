"""Where one leaves from: an address, a commune, a position given with consent; nothing of it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from maillage.atlas.recherche.index import IndexRecherche
from maillage.atlas.recherche.recolte import make_index_territoires
from maillage.web.socle import adresses
from maillage.web.socle.atlas import AtlasOuvert

AUTOUR: Final = re.compile(r"^\s*(près d[eu’']|autour d[eu’']|vers|à)\s*", re.IGNORECASE)
ADRESSE_AU_MOINS: Final = 70.0


@dataclass(frozen=True)
class PointDeDepart:
    """A point of departure, degrees. ``code``: its commune, empty if unknown; ``precis``: not a centre."""

    nom: str
    lon: float
    lat: float
    code: str = ""
    precis: bool = False

    @property
    def lieu(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon, self.lat


def find_depart(atlas: AtlasOuvert, text: str, lon: float | None, lat: float | None) -> PointDeDepart | None:
    """The place that a form says: a position, else an address where they are searched, else a commune."""
    if lon is not None and lat is not None:
        return PointDeDepart("votre position", lon, lat, precis=True) if _is_near(atlas, lon, lat) else None
    asked = AUTOUR.sub("", text).strip()[:200]
    if not asked:
        return None
    if (
        any(sign.isdigit() for sign in asked)
        and not asked.isdigit()
        and (found := _find_address(atlas, asked))
    ):
        return found
    return _find_commune(atlas, asked) or _find_address(atlas, asked)


def _is_near(atlas: AtlasOuvert, lon: float, lat: float) -> bool:
    """Whether a point is a possible one around the atlas; what is not on this map finds nothing."""
    here = atlas.departement
    far = 3.0
    return bool(here and here.lon and here.lat and abs(lon - here.lon) < far and abs(lat - here.lat) < far)


def _find_address(atlas: AtlasOuvert, text: str) -> PointDeDepart | None:
    try:
        found = adresses.search(atlas, text)
    except adresses.AdressesIndisponiblesError:
        return None
    best = found[0] if found else None
    return PointDeDepart(best.libelle, best.lon, best.lat, best.code_insee, precis=True) if best else None


def _find_commune(atlas: AtlasOuvert, text: str) -> PointDeDepart | None:
    index: IndexRecherche = atlas.garder("recherche des territoires", lambda: make_index_territoires(atlas))
    for one in index.search(text, 5):
        commune = atlas.territoire("commune", one.code) if one.genre == "commune" else None
        if (
            commune is not None
            and commune.lon is not None
            and commune.lat is not None
            and one.score >= ADRESSE_AU_MOINS
        ):
            return PointDeDepart(f"{commune.nom}, au centre", commune.lon, commune.lat, commune.code)
    return None
