"""Territories in deficit, of the schema and of the diagnosis."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.sdaasp.indicateurs.couverture import (
    TerritoireEnDeficit,
    list_deficits,
)
from maillage.sdaasp.programme.modele import Programme
from maillage.web.socle.atlas import AtlasOuvert


def list_deficits_diagnostic(atlas: AtlasOuvert | None) -> tuple[TerritoireEnDeficit, ...]:
    """The intercommunalities that the diagnosis of the atlas finds in deficit; none without an atlas."""
    if atlas is None:
        return ()
    found = []
    for place in atlas.territoires("epci"):
        deficit = atlas.deficit("epci", place.code)
        if deficit is not None and deficit.en_deficit:
            found.append(TerritoireEnDeficit(place.cle, place.nom, get_arrondissement(atlas, place.code)))
    return tuple(found)


def get_arrondissement(atlas: AtlasOuvert, epci: str) -> str | None:
    """The arrondissement of all the communes of an intercommunality; ``None`` when they lie in several."""
    found = {
        c.parents.get("arrondissement") for c in atlas.territoires("commune") if c.parents.get("epci") == epci
    }
    return found.pop() if len(found) == 1 else None


def list_zones(programme: Programme, atlas: AtlasOuvert | None) -> tuple[TerritoireEnDeficit, ...]:
    """Territories in deficit: those the schema names, then those the diagnosis finds."""
    return (*list_deficits(programme), *list_deficits_diagnostic(atlas))


def find_deficits(request: HttpRequest) -> Any:
    """What the diagnosis of the atlas of a request finds in deficit; ``None`` when it finds nothing."""
    found = list_deficits_diagnostic(request.atlas)  # type: ignore[attr-defined]
    return found or None
