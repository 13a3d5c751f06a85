"""The same map from one atlas to the next: one legend for all, so that a colour means the same each time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.reports.rendu import couleurs
from maillage.web.carte import queries
from maillage.web.carte.vue import Dessin, Vue
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True, eq=False)
class Millesime:
    """One atlas of the play: its view in the common classes, and the département's own figure."""

    atlas: AtlasOuvert
    dessin: Dessin

    @property
    def nom(self) -> str:
        """The vintage of what is shown."""
        return self.dessin.definition.millesime or "non daté"

    @property
    def moyenne(self) -> Chiffre:
        """The département's figure in this atlas."""
        return self.atlas.chiffre("departement", self.atlas.code_departement, self.dessin.vue.indicateur)

    @property
    def image(self) -> str:
        """The picture; empty for an atlas without outlines."""
        return queries.dessin_fixe(self.atlas, self.dessin)


def list_atlas(atlas: AtlasOuvert, vue: Vue) -> list[AtlasOuvert]:
    """The atlases of this département that hold what is shown, oldest first."""
    held = [atlases.choose(name) for name in reversed(atlases.list_ids())]
    return [
        other
        for other in held
        if other is not None
        and other.code_departement == atlas.code_departement
        and other.a(vue.niveau, vue.indicateur)
    ]


def list_millesimes(atlas: AtlasOuvert, vue: Vue) -> list[Millesime]:
    """The view in each atlas, oldest first, in classes cut from the figures of all of them."""
    alone = replace(vue, avec="")
    held = list_atlas(atlas, alone)
    marks = tuple(one.empreinte for one in held)
    key = ("millesimes", alone.niveau, alone.indicateur, alone.methode, alone.nombre, marks)
    cuts = atlas.garder(key, lambda: _cut(atlas, held, alone))
    return [Millesime(one, _draw(one, alone, cuts, marks)) for one in held]


def _cut(atlas: AtlasOuvert, held: list[AtlasOuvert], vue: Vue) -> couleurs.Classes | None:
    columns = [one.colonne(vue.niveau, vue.indicateur).valeurs for one in held]
    d = atlas.definition(vue.indicateur)
    pooled = np.concatenate(columns) if columns else np.empty(0)
    return couleurs.classes(pooled, vue.methode, vue.nombre, d.sens, d.arrondi, d.unite)


def _draw(atlas: AtlasOuvert, vue: Vue, cuts: couleurs.Classes | None, marks: tuple[str, ...]) -> Dessin:
    column = atlas.colonne(vue.niveau, vue.indicateur)
    if cuts is None:
        return Dessin(vue, column, None, dict.fromkeys(column.codes, 0), [], marks)
    tints = {code: cuts.classe(value) for code, value in zip(column.codes, column.valeurs, strict=True)}
    return Dessin(vue, column, None, tints, cuts.libelles(column.definition.unite), marks)
