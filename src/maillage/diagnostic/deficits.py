"""Territories in deficit: a rule applied, and how much the answer depends on it.

Arrays hold one row per territory and one column per criterion, in the order of ``Profil.criteres``; NaN is
unknown (secret, not collected): it neither condemns nor clears.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.profil import Profil

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Stabilite = Literal["toujours", "souvent", "selon"]


@dataclass(frozen=True)
class Classement:
    """Per territory: ``en_deficit`` bool[n]; ``motifs`` bool[n, motifs].

    ``decidable`` bool[n], false when too little is known to say; ``intensite`` float64[n], from 0 to 1;
    ``rang`` int32[n], 1 the worst, 0 when not in deficit.
    """

    en_deficit: Bool
    motifs: Bool
    decidable: Bool
    intensite: Float
    rang: NDArray[np.int32]


def stack(profil: Profil, figures: Mapping[str, Float], n: int) -> Float:
    """Figures of the criteria as columns, float64[n, criteria]; NaN where an indicator does not exist."""
    unknown = np.full(n, np.nan)
    return np.column_stack([figures.get(critere.indicateur, unknown) for critere in profil.criteres])


def past_threshold(profil: Profil, values: Float, thresholds: Float) -> Float:
    """1 strictly past the threshold on the bad side, 0 not, NaN unknown; float64[n, criteria]."""
    sign = np.array([1.0 if critere.au_dela else -1.0 for critere in profil.criteres])
    known = np.isfinite(values) & np.isfinite(thresholds)
    return np.where(known, (values * sign > thresholds * sign).astype(np.float64), np.nan)


def apply_motifs(profil: Profil, past: Float, weights: Float) -> tuple[Bool, Bool]:
    """Which territories are in which motif, and for which it can be said: bool[n, motifs] twice.

    Known weight K = Σ w over known criteria; in the motif when Σ w·past ≥ part_requise·K and K ≥ part_connue.
    """
    inside, decidable, start = [], [], 0
    for motif in profil.motifs:
        columns = slice(start, start + len(motif.criteres))
        start = columns.stop
        share = weights[columns] / weights[columns].sum()
        known = np.isfinite(past[:, columns]) @ share
        score = np.nan_to_num(past[:, columns]) @ share
        enough = known >= motif.part_connue - 1e-12
        decidable.append(enough)
        inside.append(enough & (score >= motif.part_requise * known - 1e-12))
    return np.column_stack(inside), np.column_stack(decidable)


def classify(
    profil: Profil, figures: Mapping[str, Float], reference: Mapping[str, float], n: int
) -> Classement:
    """Apply a rule to ``n`` territories; ``reference`` holds the département's own figures.

    >>> from maillage.diagnostic.profil import make_profil
    >>> far = {"indicateur": "loin", "au_dela": True, "seuil": 0.1, "poids": 1.0}
    >>> motif = {"id": "m", "nom": "Loin", "part_requise": 0.5, "part_connue": 0.5, "criteres": [far]}
    >>> rule = make_profil("r", {"nom": "R", "motifs": [motif], "source": "doctest", "confirme": True})
    >>> result = classify(rule, {"loin": np.array([0.1, 0.11, 0.3, np.nan])}, {}, 4)
    >>> result.en_deficit.tolist(), result.decidable.tolist(), result.rang.tolist()
    ([False, True, True, False], [True, True, True, False], [0, 2, 1, 0])
    """
    values = stack(profil, figures, n)
    thresholds = np.array([critere.threshold(reference) for critere in profil.criteres])
    weights = np.array([critere.poids for critere in profil.criteres])
    motifs, decidable = apply_motifs(profil, past_threshold(profil, values, thresholds), weights)
    en_deficit: Bool = np.any(motifs, axis=1)
    known: Bool = np.any(decidable, axis=1)
    intensite = measure_intensity(profil, values, motifs, weights)
    return Classement(en_deficit, motifs, known, intensite, rank(intensite, en_deficit))


def measure_intensity(profil: Profil, values: Float, motifs: Bool, weights: Float) -> Float:
    """How bad, from 0 to 1: weighted mean of the shares of territories that are strictly better.

    Over known criteria, in the worst motif the territory is in (of all, when in none); NaN: nothing known.
    """
    worse = np.column_stack(
        [
            share_strictly_better(values[:, c], above=critere.au_dela)
            for c, critere in enumerate(profil.criteres)
        ]
    )
    columns, start = [], 0
    for motif in profil.motifs:
        part = slice(start, start + len(motif.criteres))
        start = part.stop
        weight = weights[part] * np.isfinite(worse[:, part])
        total = weight.sum(axis=1)
        score = (weight * np.nan_to_num(worse[:, part])).sum(axis=1)
        columns.append(np.divide(score, total, out=np.full(len(total), np.nan), where=total > 0))
    scores = np.column_stack(columns)
    kept = np.where(motifs | ~motifs.any(axis=1, keepdims=True), scores, np.nan)
    best = np.where(np.isnan(kept), -np.inf, kept).max(axis=1)
    return np.where(np.isfinite(best), best, np.nan)


def share_strictly_better(values: Float, *, above: bool) -> Float:
    """Share of the known others that do strictly better; NaN stays NaN, alone gives 0.

    >>> share_strictly_better(np.array([1.0, 2.0, 2.0, np.nan]), above=True).tolist()
    [0.0, 0.5, 0.5, nan]
    """
    known = values[np.isfinite(values)] * (1 if above else -1)
    better = np.searchsorted(np.sort(known), values * (1 if above else -1), side="left")
    return np.where(np.isfinite(values), better / max(len(known) - 1, 1), np.nan)


def rank(intensite: Float, en_deficit: Bool) -> NDArray[np.int32]:
    """1 for the most intense among those in deficit; ties share the best rank; 0 for the others."""
    order = np.round(-intensite, 9)  # the last bits of a sum make no rank
    place = 1 + np.searchsorted(np.sort(order[en_deficit]), order, side="left")
    return np.where(en_deficit, place, 0).astype(np.int32)


@dataclass(frozen=True)
class Intervalles:
    """Interval of each figure: ``bas`` and ``haut`` float64[n, criteria], NaN where none is known."""

    bas: Float
    haut: Float


@dataclass(frozen=True)
class Tirages:
    """Plausible variants of rule and data: ``en_deficit`` bool and ``intensite`` float64, both [draws, n]."""

    en_deficit: Bool
    intensite: Float

    @property
    def robustesse(self) -> Float:
        """Share of the variants in which each territory is in deficit: float64[n]."""
        return np.asarray(self.en_deficit.mean(axis=0), np.float64)


def draw_variants(
    profil: Profil, figures: Mapping[str, Float], reference: Mapping[str, float], erreur: Intervalles
) -> Tirages:
    """Apply the rule to plausible variants of itself and of its data.

    Each draw takes weights from a Dirichlet around the profile's, thresholds within a few per cent, figures
    within their interval (normal errors, 90 % of them inside, partly shared by all territories) and, for a
    secret figure, one of those known elsewhere. Parameters and seed: ``catalogue/robustesse.toml``.
    """
    settings = read_toml("robustesse.toml")["tirages"]
    generator = np.random.default_rng(settings["graine"])
    values = stack(profil, figures, len(erreur.bas))
    thresholds = np.array([critere.threshold(reference) for critere in profil.criteres])
    listed, intensity = [], []
    for _ in range(settings["nombre"]):
        drawn = draw_values(generator, values, erreur, settings["correlation_erreurs"])
        spread = settings["seuils_plus_ou_moins"]
        moved = thresholds * generator.uniform(1 - spread, 1 + spread, len(thresholds))
        weights = draw_weights(generator, profil, settings["concentration"])
        motifs, _ = apply_motifs(profil, past_threshold(profil, drawn, moved), weights)
        listed.append(motifs.any(axis=1))
        intensity.append(measure_intensity(profil, drawn, motifs, weights))
    return Tirages(np.array(listed), np.array(intensity))


Z_90 = 1.6448536269514722  # a normal variable lies within ± this, 90 times in 100


def draw_values(
    generator: np.random.Generator, values: Float, erreur: Intervalles, correlation: float
) -> Float:
    """One plausible version of the figures."""
    rows, columns = values.shape
    shared, own = generator.standard_normal(columns), generator.standard_normal((rows, columns))
    z = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    side = np.where(z > 0, erreur.haut - values, values - erreur.bas)
    drawn = values + np.nan_to_num(side) * z / Z_90
    for column in range(columns):
        secret = np.isnan(values[:, column])
        known = values[~secret, column]
        if secret.any() and len(known):
            drawn[secret, column] = generator.choice(known, secret.sum())
    return np.asarray(drawn, np.float64)


def draw_weights(generator: np.random.Generator, profil: Profil, concentration: float) -> Float:
    """One plausible set of weights: in each motif, Dirichlet(concentration × share of each criterion)."""
    parts = []
    for motif in profil.motifs:
        weight = np.array([critere.poids for critere in motif.criteres])
        parts.append(generator.dirichlet(concentration * weight / weight.sum()))
    return np.concatenate(parts)


def name_stability(robustesse: float) -> Stabilite:
    """In words: toujours, souvent or selon (bounds ≥, in the catalogue).

    >>> [name_stability(share) for share in (0.95, 0.6, 0.59)]
    ['toujours', 'souvent', 'selon']
    """
    bounds = read_toml("robustesse.toml")["stabilite"]
    if robustesse >= bounds["toujours"]:
        return "toujours"
    return "souvent" if robustesse >= bounds["souvent"] else "selon"
