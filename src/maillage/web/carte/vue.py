"""A view of the map: what to show, in which classes. The address holds all of it; the table says the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.http import QueryDict
from numpy.typing import NDArray

from maillage.web.socle.atlas import AtlasOuvert, Colonne
from maillage.web.socle.definitions import Definition
from maillage.web.socle.graphiques import couleurs
from maillage.web.territoires import selection

NIVEAUX_CARTE = ("commune", "epci", "canton", "bassin_vie", "arrondissement", "zone", "carreau")
CLASSES_MAXIMUM = 6


@dataclass(frozen=True)
class Vue:
    """The choices of a reader. ``avec``: a second indicator (bivariate map); ``centre``: a code."""

    niveau: str
    indicateur: str
    methode: str
    nombre: int
    avec: str = ""
    centre: str = ""
    lieux: str = ""


@dataclass(frozen=True, eq=False)
class Dessin:
    """A view computed: colour of each territory, words of the legend."""

    vue: Vue
    colonne: Colonne
    seconde: Colonne | None
    teintes: dict[str, int]
    legende: list[tuple[int, str]]

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
    indicateur = query.get("indicateur") or query.get("mesure", "").replace(
        "{type}", query.get("service", "")
    )
    if not atlas.a(niveau, indicateur):
        indicateur = selection.de_la_carte(atlas, niveau) or atlas.indicateurs(niveau)[0]
    avec = query.get("avec", "")
    methode = query.get("methode", "quantiles")
    nombre = query.get("classes", "")
    return Vue(
        niveau,
        indicateur,
        methode if methode in couleurs.METHODES else "quantiles",
        min(max(int(nombre), 2), CLASSES_MAXIMUM) if nombre.isdecimal() else CLASSES_MAXIMUM,
        avec if avec != indicateur and atlas.a(niveau, avec) else "",
        query.get("centre", "")[:20],
        query.get("lieux", "")[:60],
    )


def compute_dessin(atlas: AtlasOuvert, vue: Vue) -> Dessin:
    """Classes and colours of a view, kept for the atlas."""
    key = ("dessin", vue.niveau, vue.indicateur, vue.methode, vue.nombre, vue.avec)
    found: Dessin = atlas.garder(key, lambda: _compute(atlas, vue))
    return Dessin(vue, found.colonne, found.seconde, found.teintes, found.legende)


def _compute(atlas: AtlasOuvert, vue: Vue) -> Dessin:
    column = atlas.colonne(vue.niveau, vue.indicateur)
    if vue.avec:
        second = atlas.colonne(vue.niveau, vue.avec)
        return Dessin(vue, column, second, _bivariate(column, second), [])
    definition = column.definition
    cuts = couleurs.classes(column.valeurs, vue.methode, vue.nombre, definition.sens, definition.arrondi)
    if cuts is None:
        return Dessin(vue, column, None, dict.fromkeys(column.codes, 0), [])
    tints = {code: cuts.classe(value) for code, value in zip(column.codes, column.valeurs, strict=True)}
    return Dessin(vue, column, None, tints, cuts.libelles(definition.unite))


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
