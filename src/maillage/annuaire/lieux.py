"""Offers by place: what is offered behind one door is told once, whoever's list it is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.fiche import Prestation, Structure
from maillage.annuaire.recherche import OffreDuLieu
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.sphere import measure_m

Rows = NDArray[np.int64]
ICI: Final = ""


def number_places(offres: Sequence[OffreDuLieu], lieu_de: Mapping[str, str]) -> Rows:
    """The number of the place of each offer, int64[n]. ``lieu_de``: id of a structure → its place.

    Offers of one structure, or of structures that are one place, are at one place. A stop of a visiting one
    is a place of its own; so is a prestation that gives a point farther (>) than a street from its
    structure's.

    >>> from datetime import date
    >>> from maillage.annuaire.fiche import Annuaire, Prestation, Structure
    >>> from maillage.annuaire.recherche import list_offres
    >>> homes = [Structure(source="x", id=one, nom=one, date_maj=date(2026, 1, 1)) for one in "abc"]
    >>> told = list(list_offres(Annuaire(tuple(homes))))
    >>> number_places(told, {"a": "a", "c": "a"}).tolist()
    [0, 1, 0]
    """
    keys = [(place, where) for one in offres for place, where in [find_place(one, lieu_de)]]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], np.int64)


def find_place(offre: OffreDuLieu, lieu_de: Mapping[str, str]) -> tuple[str, str]:
    """(place of its structure, where besides): what two offers of one place share."""
    home, one = offre.structure, offre.prestation
    if home is None:
        return offre.ident, ICI
    place = lieu_de.get(home.id, home.id)
    if offre.permanence is not None:
        return place, f"{offre.permanence.nom} {offre.lon} {offre.lat}"
    if one is not None and is_elsewhere(one, home):
        return place, f"{one.longitude} {one.latitude}"
    return place, ICI


def is_elsewhere(one: Prestation, home: Structure) -> bool:
    """Whether a prestation gives a point farther (>) than a street from its structure's."""
    if one.longitude is None or one.latitude is None or home.longitude is None or home.latitude is None:
        return False
    if (one.longitude, one.latitude) == (home.longitude, home.latitude):
        return False
    metres = float(measure_m(one.longitude, one.latitude, home.longitude, home.latitude))
    return metres > float(read_toml("doublons.toml")["regles"]["rue_m"])


def tell_once(places: Rows) -> Rows:
    """Of offers in order, the position of the first of each place, in order.

    >>> tell_once(np.array([4, 2, 4, 4, 7])).tolist()
    [0, 1, 4]
    """
    return np.sort(np.unique(places, return_index=True)[1]).astype(np.int64)
