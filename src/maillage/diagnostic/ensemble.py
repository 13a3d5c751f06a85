"""The whole judgement of one mesh: rule, robustness, clusters and reasons, from arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.diagnostic.amas import Voisins, find_clusters
from maillage.diagnostic.deficits import (
    Classement,
    Float,
    Intervalles,
    classify,
    draw_variants,
    name_stability,
    rank,
)
from maillage.diagnostic.paliers import assign_tiers, measure_hold
from maillage.diagnostic.profil import Profil
from maillage.diagnostic.typologie import Figure, Typologie, explain_all, find_type


@dataclass(frozen=True)
class ChiffresMaille:
    """One indicator over a mesh: values and interval (float64[n], NaN unknown), the département's own.

    ``impute`` bool[n]: where the figure was carried over from elsewhere; None when it never was.
    """

    nom: str
    unite: str
    valeurs: Float
    bas: Float
    haut: Float
    reference: float
    decimales: int = 0
    impute: NDArray[np.bool_] | None = None

    def figure(self, row: int) -> Figure:
        """The figure of one territory, as sentences need it."""
        imputed = self.impute is not None and bool(self.impute[row])
        return Figure(
            self.nom, float(self.valeurs[row]), self.reference, self.unite, self.decimales, impute=imputed
        )


@dataclass(frozen=True)
class Jugement:
    """Per territory: the list, its robustness (float64[n]) and stability, clusters, types and reasons.

    ``rang`` int32[n] leaves out territories that may not be ranked (0). ``stabilite`` is None outside the
    list; ``raisons`` are the sentences that hold, for all. ``palier`` int8[n]: row of the profile's tiers, -1
    outside the list; ``palier_tenue`` float64[n]: share of the variants in which it is the same, NaN outside.
    """

    classement: Classement
    rang: NDArray[np.int32]
    robustesse: Float
    palier: NDArray[np.int8]
    palier_tenue: Float
    stabilite: tuple[str | None, ...]
    amas: tuple[str | None, ...]
    typologie: tuple[Typologie, ...]
    raisons: tuple[tuple[str, ...], ...]


def judge(
    profil: Profil, colonnes: Mapping[str, ChiffresMaille], voisins: Voisins, rankable: NDArray[np.bool_]
) -> Jugement:
    """Apply a profile to the territories of a mesh; ``rankable`` bool[n]: whose rank means something."""
    n = len(rankable)
    figures = {name: colonne.valeurs for name, colonne in colonnes.items()}
    reference = {name: colonne.reference for name, colonne in colonnes.items()}
    classement = classify(profil, figures, reference, n)
    variants = draw_variants(profil, figures, reference, stack_errors(profil, colonnes, n))
    robustesse, listed = variants.robustesse, classement.en_deficit
    palier = assign_tiers(profil.paliers, listed, classement.intensite, robustesse)
    by_row = [{name: colonne.figure(row) for name, colonne in colonnes.items()} for row in range(n)]
    return Jugement(
        classement,
        rank(classement.intensite, listed & rankable),
        robustesse,
        palier,
        measure_hold(profil.paliers, palier, variants.en_deficit, variants.intensite, robustesse),
        tuple(name_stability(robustesse[row]) if listed[row] else None for row in range(n)),
        find_clusters(classement.intensite, voisins).classe,
        tuple(find_type(row) for row in by_row),
        tuple(explain_all(row) for row in by_row),
    )


def stack_errors(profil: Profil, colonnes: Mapping[str, ChiffresMaille], n: int) -> Intervalles:
    """The intervals of a profile's criteria as columns, NaN where there is none."""
    none = np.full(n, np.nan)
    found = [colonnes.get(critere.indicateur) for critere in profil.criteres]
    return Intervalles(
        np.column_stack([c.bas if c else none for c in found]),
        np.column_stack([c.haut if c else none for c in found]),
    )
