"""Where a route starts: the centre of a commune, a carreau of the map, or an address."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.carreaux import find_centre
from maillage.catalogue.noms import plier
from maillage.web.socle import adresses
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True)
class DepartTrajet:
    """The start of a route: ``nom`` is how it is told, ``lon`` and ``lat`` in degrees.

    ``adresse``: whether it was found by the service of addresses, to which its words were sent.
    """

    nom: str
    lon: float
    lat: float
    adresse: bool = False


@dataclass(frozen=True)
class RechercheDepart:
    """What a text names: the start, null for none; ``faute`` says why, empty where nothing is wrong."""

    depart: DepartTrajet | None = None
    faute: str = ""


def find_depart(atlas: AtlasOuvert, text: str) -> RechercheDepart:
    """The start that a text names: a commune by name or code, a carreau by id, else the first address."""
    if not text:
        return RechercheDepart()
    known = find_commune(atlas, text) or find_carreau(atlas, text)
    return RechercheDepart(known) if known else find_adresse(atlas, text)


def find_commune(atlas: AtlasOuvert, text: str) -> DepartTrajet | None:
    """The centre of the commune called so; null for none."""
    asked = plier(text)
    for one in atlas.territoires("commune"):
        if one.lon is not None and one.lat is not None and asked in {plier(one.nom), plier(one.code)}:
            return DepartTrajet(f"{one.nom}, au centre", one.lon, one.lat)
    return None


def find_carreau(atlas: AtlasOuvert, text: str) -> DepartTrajet | None:
    """The middle of the carreau of this id; null for none."""
    centre = find_centre(atlas.tables, text)
    if centre is None:
        return None
    code = atlas.commune_du_carreau(text)
    commune = atlas.territoire("commune", code) if code else None
    return DepartTrajet(f"un carreau {f'à {commune.nom}' if commune else 'du territoire'}", *centre)


def find_adresse(atlas: AtlasOuvert, text: str) -> RechercheDepart:
    """The first address of the département that answers the words, where this install searches for them."""
    if not adresses.actives():
        return RechercheDepart(faute="Aucune commune ne s’appelle ainsi dans cet atlas.")
    try:
        found = adresses.search(atlas, text)
    except adresses.AdressesIndisponiblesError as error:
        return RechercheDepart(faute=f"Aucune commune ne s’appelle ainsi. {error}")
    if not found:
        return RechercheDepart(faute="Ni commune ni adresse du département ne répond à ces mots.")
    first = found[0]
    return RechercheDepart(DepartTrajet(first.libelle, first.lon, first.lat, adresse=True))
