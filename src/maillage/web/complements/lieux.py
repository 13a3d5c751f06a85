"""The places of the atlas that a partner may complete: what lists say, what the atlas holds of lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from maillage.atlas.lecture.lieux import ComplementLu, Implantation
from maillage.catalogue.chiffres_par_theme import list_for_theme
from maillage.catalogue.complements import AJOUT, list_champs, write_known
from maillage.catalogue.noms import plier
from maillage.web.socle.atlas import AtlasOuvert

AU_PLUS: Final = 60
CHAMPS: Final = tuple(name for name in list_champs() if name != AJOUT)


@dataclass(frozen=True)
class LieuConnu:
    """A place of the atlas. ``base``: field → what its list says; ``vu``: field → what the atlas holds.

    Both are as values are kept, empty where nothing is said. ``commune``: its name.
    """

    lieu: Implantation
    commune: str
    arrondissement: str
    base: Mapping[str, str]
    vu: Mapping[str, str]
    origine: str

    @property
    def nom(self) -> str:
        """The name in its list: that by which the next vintage is recognised."""
        return self.base["nom"]


def find_lieu(atlas: AtlasOuvert, ident: str) -> LieuConnu | None:
    """The place of an id, if it may be completed: of the département, and known one by one."""
    place = _read_places(atlas).get(ident)
    return describe(atlas, place) if place else None


def _read_places(atlas: AtlasOuvert) -> dict[str, Implantation]:
    found: dict[str, Implantation] = atlas.garder("lieux_a_completer", lambda: _list_places(atlas))
    return found


def _list_places(atlas: AtlasOuvert) -> dict[str, Implantation]:
    here = {one.code for one in atlas.territoires("commune")}
    known = (one for one in atlas.implantations() if one.code_insee in here)
    return {one.id: one for one in known if one.nom and one.type in set(atlas.types_de_lieux())}


def list_types(atlas: AtlasOuvert) -> list[str]:
    """The types that have such places."""
    found: list[str] = atlas.garder(
        "types_a_completer", lambda: sorted({one.type for one in _read_places(atlas).values()})
    )
    return found


def describe(atlas: AtlasOuvert, place: Implantation) -> LieuConnu:
    """A place with what its list says under what partners said of it."""
    commune = atlas.territoire("commune", place.code_insee or "")
    seen = {champ: write_known(champ, asdict(place)) for champ in CHAMPS}
    told = _read_bases(atlas)
    base = {champ: told.get((place.id, champ), value) for champ, value in seen.items()}
    return LieuConnu(
        place,
        commune.nom if commune else "",
        find_arrondissement(atlas, place.code_insee or ""),
        base,
        seen,
        atlas.nom_source(place.source)[:200],
    )


def _read_bases(atlas: AtlasOuvert) -> dict[tuple[str, str], str]:
    """What lists say where the atlas holds something else: (id, field) → value."""

    def read() -> dict[tuple[str, str], str]:
        return {(one.id, one.champ): one.base or "" for one in atlas.complements() if one.etat == "applique"}

    found: dict[tuple[str, str], str] = atlas.garder("bases_completees", read)
    return found


def read_suites(atlas: AtlasOuvert | None) -> dict[str, ComplementLu]:
    """Key of a line → what became of it in the atlas."""
    if atlas is None:
        return {}
    found: dict[str, ComplementLu] = atlas.garder(
        "suites", lambda: {one.proposition: one for one in atlas.complements() if one.proposition}
    )
    return found


def find_arrondissement(atlas: AtlasOuvert, code_insee: str) -> str:
    """The arrondissement of a commune; empty when the atlas does not know."""
    commune = atlas.territoire("commune", code_insee)
    return commune.parents.get("arrondissement", "") if commune else ""


def find_themes(noms: Mapping[str, str], type_lieu: str) -> list[str]:
    """The themes of the schema (``noms``: key → name) one of whose figures is about this type of service."""
    return [key for key, name in noms.items() if any(type_lieu in one for one in list_for_theme(name))]


def search(atlas: AtlasOuvert, type_lieu: str, text: str) -> list[LieuConnu]:
    """The first places of a type (all when empty) whose name or commune holds the words, by commune."""
    words = plier(text).split()
    names = {one.code: one.nom for one in atlas.territoires("commune")}

    def holds(place: Implantation) -> bool:
        said = plier(f"{place.nom} {names.get(place.code_insee or '', '')} {place.code_insee}")
        return (not type_lieu or place.type == type_lieu) and all(word in said for word in words)

    found = sorted(
        (one for one in _read_places(atlas).values() if holds(one)),
        key=lambda one: (plier(names.get(one.code_insee or "", "")), plier(one.nom or ""), one.id),
    )
    return [describe(atlas, one) for one in found[:AU_PLUS]]


def list_near(atlas: AtlasOuvert, type_lieu: str, code_insee: str) -> list[Implantation]:
    """The places of a type in a commune: one to add may be one of them."""
    return [
        one for one in _read_places(atlas).values() if (one.type, one.code_insee) == (type_lieu, code_insee)
    ]
