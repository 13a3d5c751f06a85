"""A view of the map: what to show, in which classes. The address holds all of it; the table says the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.http import QueryDict
from numpy.typing import NDArray

from maillage.atlas.lecture.chiffres import Colonne
from maillage.atlas.lecture.definitions import Definition
from maillage.reports.rendu import couleurs
from maillage.web.carte import choix
from maillage.web.carte.choix import Place
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.demande import read_float, read_int
from maillage.web.territoires import selection

NIVEAUX_CARTE = ("commune", "epci", "canton", "bassin_vie", "arrondissement", "zone", "carreau")
CONTOURS = ("epci", "arrondissement", "zone")
CLASSES_MAXIMUM = 6


@dataclass(frozen=True)
class Vue:
    """The choices of a reader. ``place``: the indicator as a few choices, None when it is about no service.

    ``avec``: a second indicator (bivariate map); ``centre``: a code; ``point``: longitude and latitude;
    ``contours``: meshes whose outlines are drawn over the colours.
    """

    niveau: str
    indicateur: str
    place: Place | None
    methode: str
    nombre: int
    avec: str = ""
    centre: str = ""
    lieux: str = ""
    contours: tuple[str, ...] = ()
    point: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Dessin:
    """A view computed: colour of each territory, words of the legend.

    ``echelle``: the marks of the atlases whose figures the classes were cut from; empty: this one alone.
    """

    vue: Vue
    colonne: Colonne
    seconde: Colonne | None
    teintes: dict[str, int]
    legende: list[tuple[int, str]]
    echelle: tuple[str, ...] = ()

    @property
    def definition(self) -> Definition:
        """The indicator shown."""
        return self.colonne.definition


def list_niveaux(atlas: AtlasOuvert) -> list[str]:
    """The meshes of this atlas one can map."""
    return [niveau for niveau in NIVEAUX_CARTE if atlas.indicateurs(niveau)]


def read_vue(query: QueryDict, atlas: AtlasOuvert) -> Vue | None:
    """The view an address holds; what makes no sense falls back to the default. None: nothing to map."""
    niveaux = list_niveaux(atlas)
    if not niveaux:
        return None
    niveau = query.get("niveau", "")
    niveau = niveau if niveau in niveaux else niveaux[0]
    indicateur = _read_indicateur(query, atlas, niveau)
    avec = query.get("avec", "")
    methode = query.get("methode", "quantiles")
    nombre, lieux = read_int(query.get("classes")), query.get("lieux", "")
    return Vue(
        niveau,
        indicateur,
        choix.find_place(atlas.definition(indicateur)),
        methode if methode in couleurs.METHODES else "quantiles",
        CLASSES_MAXIMUM if nombre is None else min(max(nombre, 2), CLASSES_MAXIMUM),
        avec if avec != indicateur and atlas.a(niveau, avec) else "",
        query.get("centre", "")[:20],
        lieux[:60] if lieux.isidentifier() else "",
        tuple(c for c in list_contours(atlas, niveau) if c in query.getlist("contours")),
        read_point(query),
    )


def _read_indicateur(query: QueryDict, atlas: AtlasOuvert, niveau: str) -> str:
    """An indicator by its id, or the nearest to the choices made; else that of the small maps."""
    mesure, service = query.get("mesure", ""), query.get("service", "")
    named = query.get("indicateur") or mesure.replace("{type}", service)
    if atlas.a(niveau, named):
        return named
    places = choix.list_places(atlas, niveau)
    default = selection.de_la_carte(atlas, niveau) or atlas.indicateurs(niveau)[0]
    if query.get("sujet") == "territoire":
        return next((d.id for d in choix.list_generaux(atlas, niveau)), default)
    if not service:
        return default
    asked = choix.nearest_place(places, {axis: query.get(axis, "") for axis in choix.AXES})
    return places[asked] if asked else default


def list_contours(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """The meshes whose outlines help to read this one: larger ones, and zones."""
    others = (n for n in CONTOURS if n != niveau)
    return [n for n in others if len(atlas.territoires(n)) > 1 or (n == "zone" and atlas.territoires(n))]


def read_point(query: QueryDict) -> tuple[float, float] | None:
    """Longitude and latitude, when both are numbers on the globe."""
    lon, lat = read_float(query.get("lon")), read_float(query.get("lat"))
    if lon is None or lat is None:
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def compute_dessin(atlas: AtlasOuvert, vue: Vue) -> Dessin:
    """Classes and colours of a view, kept for the atlas."""
    key = ("dessin", vue.niveau, vue.indicateur, vue.methode, vue.nombre, vue.avec)
    found: Dessin = atlas.garder(key, lambda: _compute(atlas, vue))
    return replace(found, vue=vue)


def _compute(atlas: AtlasOuvert, vue: Vue) -> Dessin:
    column = atlas.colonne(vue.niveau, vue.indicateur)
    if vue.avec:
        second = atlas.colonne(vue.niveau, vue.avec)
        return Dessin(vue, column, second, _bivariate(column, second), [])
    d = column.definition
    cuts = couleurs.classes(column.valeurs, vue.methode, vue.nombre, d.sens, d.arrondi, d.unite)
    if cuts is None:
        return Dessin(vue, column, None, dict.fromkeys(column.codes, 0), [])
    tints = {code: cuts.classe(value) for code, value in zip(column.codes, column.valeurs, strict=True)}
    return Dessin(vue, column, None, tints, cuts.libelles(d.unite))


def _bivariate(first: Colonne, second: Colonne) -> dict[str, int]:
    """1 + 3 × third of the first + third of the second, the last third the worst; 0 unknown."""
    rows = [second.rang.get(code) for code in first.codes]
    other = np.array([np.nan if row is None else second.valeurs[row] for row in rows])
    a, b = _third(first.valeurs, first.definition.sens), _third(other, second.definition.sens)
    known = np.isfinite(first.valeurs) & np.isfinite(other)
    tints = np.where(known, 1 + 3 * a + b, 0)
    return dict(zip(first.codes, (int(t) for t in tints), strict=True))


def _third(values: NDArray[np.float64], sens: str) -> NDArray[np.int64]:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(len(values), dtype=np.int64)
    thirds = np.searchsorted(np.quantile(known, [1 / 3, 2 / 3]), values, side="left")
    return 2 - thirds if sens == "plus" else thirds
