"""Looking for a place of the atlas: its type, then a few letters of its name or commune."""

from __future__ import annotations

from typing import Final

from maillage.atlas.lecture.lieux import Implantation
from maillage.catalogue.noms import plier
from maillage.web.socle.atlas import AtlasOuvert

AU_PLUS: Final = 50


def find_places(atlas: AtlasOuvert, kind: str, text: str, name: str = "") -> list[Implantation]:
    """The places of a type whose name or commune holds the words, the first in order; or that of an id."""
    words = plier(text).split()
    communes = {t.code: t.nom for t in atlas.territoires("commune")}

    def holds(place: Implantation) -> bool:
        said = plier(f"{place.nom or ''} {communes.get(place.code_insee or '', '')} {place.code_insee}")
        fits = place.id == name if name else all(word in said for word in words)
        return place.code_insee in communes and fits

    found = (place for place in atlas.implantations(kind) if holds(place))
    return [place for place, _ in zip(found, range(AU_PLUS), strict=False)]
