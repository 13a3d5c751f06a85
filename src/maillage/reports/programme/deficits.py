"""What an atlas finds in deficit, as the schema's rules read it."""

from __future__ import annotations

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.sdaasp.completude.territoires import TerritoireEnDeficit


def list_deficits(atlas: Lecteur | None) -> tuple[TerritoireEnDeficit, ...]:
    """The intercommunalities that the diagnosis of an atlas finds in deficit, by code; none without one."""
    if atlas is None:
        return ()
    judged = atlas.deficits("epci")
    return tuple(
        TerritoireEnDeficit(place.cle, place.nom, find_arrondissement(atlas, place.code))
        for place in atlas.territoires("epci")
        if place.code in judged and judged[place.code].en_deficit
    )


def find_arrondissement(atlas: Lecteur, epci: str) -> str | None:
    """The arrondissement of all the communes of an intercommunality; ``None`` when they lie in several."""
    found = {
        c.parents.get("arrondissement") for c in atlas.territoires("commune") if c.parents.get("epci") == epci
    }
    return found.pop() if len(found) == 1 else None
