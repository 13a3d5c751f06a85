"""Every layer that an install publishes, by id: made when asked, kept while what it reads does not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404

from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.reperes import list_reperes
from maillage.web.annuaire.queries import read_annuaire, read_marque
from maillage.web.programme.lecture import read_version
from maillage.web.publication import annuaire, catalogue, programme
from maillage.web.publication.atlas import (
    IDS,
    make_carreaux,
    make_deficits,
    make_implantations,
    make_territoires,
)
from maillage.web.socle.atlas import AtlasOuvert


def list_couches(atlas: AtlasOuvert) -> dict[str, CoucheOuverte]:
    """Every layer that holds something, in reading order."""
    made = ((name, get()) for name, get in (*_list_read(atlas), *_list_written(atlas)))
    return {name: couche for name, couche in made if couche is not None}


def read_catalogue(atlas: AtlasOuvert) -> CoucheOuverte:
    """The layer that describes the others."""
    etat = read_etat()
    made: CoucheOuverte = atlas.garder(
        ("ogc", catalogue.ID, etat), lambda: catalogue.make_catalogue(atlas, list_couches(atlas), etat)
    )
    return made


def get_couche(atlas: AtlasOuvert, name: str) -> CoucheOuverte:
    """One layer; 404 when this install has none of this id."""
    if name == catalogue.ID:
        return read_catalogue(atlas)
    written = name in programme.IDS or name in annuaire.IDS
    maker = dict(_list_written(atlas) if written else _list_read(atlas)).get(name)
    couche = maker() if maker else None
    if couche is None:
        raise Http404(f"La couche « {name} » n’existe pas ici : /ogc/collections les donne toutes.")
    return couche


Fabrique = Callable[[], CoucheOuverte | None]


def _list_read(atlas: AtlasOuvert) -> Iterator[tuple[str, Fabrique]]:
    """What the atlas holds."""
    for niveau in NIVEAUX:
        if niveau in atlas.niveaux():
            yield IDS[niveau], _kept(atlas, IDS[niveau], partial(make_territoires, atlas, niveau))
    yield "carreaux", _kept(atlas, "carreaux", partial(make_carreaux, atlas))
    yield "implantations", _kept(atlas, "implantations", partial(make_implantations, atlas))
    for niveau in NIVEAUX:
        name = f"deficits-{IDS[niveau]}"
        yield name, _kept(atlas, name, partial(make_deficits, atlas, niveau))


def _list_written(atlas: AtlasOuvert) -> Iterator[tuple[str, Fabrique]]:
    """What the base holds: kept by the state that it was read at."""
    version = (read_version(), tuple(settings.MAILLAGE_RESERVES))
    makers: dict[str, Callable[[Any], CoucheOuverte | None]] = {
        programme.IDS[0]: partial(programme.make_declinaisons, atlas),
        programme.IDS[1]: programme.make_objectifs,
    }
    for name, make in makers.items():
        yield name, _kept(atlas, (name, version), partial(_of_programme, make))
    marque = read_marque()
    for name in annuaire.IDS:
        yield name, _kept(atlas, (name, marque), partial(_of_annuaire, name))


def _of_programme(make: Callable[[Any], CoucheOuverte | None]) -> CoucheOuverte | None:
    found = programme.read_public()
    return make(found) if found is not None else None


def _of_annuaire(name: str) -> CoucheOuverte | None:
    return annuaire.make_fiches(read_annuaire(), name)


def _kept(atlas: AtlasOuvert, key: Any, make: Fabrique) -> Fabrique:
    def get() -> CoucheOuverte | None:
        found: CoucheOuverte | None = atlas.garder(("ogc", key), make)
        return found

    return get


def read_etat() -> str:
    """What changes when the base writes anything that is published here."""
    return f"{read_version()!r} {settings.MAILLAGE_RESERVES!r} {read_marque()}"


def get_reperes(atlas: AtlasOuvert) -> tuple[str, ...]:
    """The coordinate systems offered over this atlas, that of storage first."""
    return list_reperes(atlas.code_departement)
