"""Locations that times were computed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Implantation:
    """One location; ``precision``: adresse, commune or base_mobile; null where nobody says.

    ``effectif``: facilities at this point, at least 1. ``activite`` is in the unit of ``capacite``.
    ``horaires``: OSM syntax of opening hours. ``complement_source``, ``complement_millesime``: who says
    more of it than its list, and for when.
    """

    id: str
    type: str
    nom: str | None
    lon: float | None
    lat: float | None
    code_insee: str | None
    precision: str | None
    effectif: int
    capacite: float | None
    horaires: str | None
    itinerant: bool
    source: str
    activite: float | None = None
    delai_jours: float | None = None
    accessible: bool | None = None
    maj: str | None = None
    complement_source: str | None = None
    complement_millesime: str | None = None


@dataclass(frozen=True)
class ComplementLu:
    """A line of a partner as an atlas holds it: what its list said then, and what became of the line.

    ``proposition``: the key of the line in the install where it was proposed; null elsewhere. ``base`` is
    null where no place of the lists answers; ``etat``: one of ``catalogue.complements.ETATS``.
    """

    proposition: str | None
    id: str
    champ: str
    valeur: str
    base: str | None
    etat: str


def read_implantation(row: Mapping[str, Any]) -> Implantation:
    """One row of ``implantations``; columns that an older atlas lacks are null."""
    values: dict[str, Any] = {name: row.get(name) for name in Implantation.__dataclass_fields__}
    return Implantation(**values | {"itinerant": bool(row.get("itinerant"))})
