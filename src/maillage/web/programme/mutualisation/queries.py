"""Reads of the register of sharings, and of the places of the atlas it is tied to."""

from __future__ import annotations

from maillage.atlas.lecture.lieux import Implantation
from maillage.reports.programme.pistes import is_recent
from maillage.sdaasp.programme.mutualisations import load_types
from maillage.web.programme import models
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert


def find_site(site: str) -> Implantation | None:
    """The place of the newest atlas that has this id; null when there is none."""
    atlas = atlases.choose(None)
    return _index(atlas).get(site) if atlas else None


def _index(atlas: AtlasOuvert) -> dict[str, Implantation]:
    index: dict[str, Implantation] = atlas.garder(
        "lieux_par_id", lambda: {place.id: place for place in atlas.implantations()}
    )
    return index


def name_site(place: Implantation) -> str:
    """« France services Trélon, Trélon »: the place and its commune."""
    atlas = atlases.choose(None)
    commune = atlas.territoire("commune", place.code_insee) if atlas and place.code_insee else None
    parts = (place.nom or place.id, commune.nom if commune else "")
    return ", ".join(part for part in parts if part)[:300]


def find_arrondissement_of(place: Implantation) -> str | None:
    """The code of the arrondissement of a place; null when its commune is not known."""
    atlas = atlases.choose(None)
    commune = atlas.territoire("commune", place.code_insee) if atlas and place.code_insee else None
    return commune.parents.get("arrondissement") if commune else None


def list_unlisted(atlas: AtlasOuvert | None) -> list[tuple[str, Implantation]]:
    """(kind of sharing, place) of what the atlas knows to be shared by nature here, and no row is tied to."""
    if atlas is None:
        return []
    tied = set(models.Mutualisation.objects.exclude(site=None).values_list("site", flat=True))
    held, here = set(atlas.types_de_lieux()), {t.code for t in atlas.territoires("commune")}
    return [
        (kind.cle, place)
        for kind in load_types().values()
        for type_service in kind.lieux
        if type_service in held
        for place in atlas.implantations(type_service)
        if place.id not in tied and is_recent(place) and place.code_insee in here
    ]
