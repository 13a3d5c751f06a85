"""Territories in deficit: a rule applied, and how much the answer depends on it.

Arrays hold one row per territory and one column per criterion, in the order of ``Profil.criteres``; NaN is
unknown (secret, not collected): it neither condemns nor clears. The variants of a rule are judged by the same
functions, stacked along axes before these two.
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
    """Which territories are in which motif, and for which it can be said: bool[..., n, motifs] twice.

    Known weight K = Σ w over known criteria; in the motif when Σ w·past ≥ part_requise·K and K ≥ part_connue.
    """
    inside, decidable, start = [], [], 0
    for motif in profil.motifs:
        columns = slice(start, start + len(motif.criteres))
        start = columns.stop
        share = (weights[..., columns] / weights[..., columns].sum(axis=-1, keepdims=True))[..., None]
        known = (np.isfinite(past[..., columns]) @ share)[..., 0]
        score = (np.nan_to_num(past[..., columns]) @ share)[..., 0]
        enough = known >= motif.part_connue - 1e-12
        decidable.append(enough)
        inside.append(enough & (score >= motif.part_requise * known - 1e-12))
    return np.stack(inside, axis=-1), np.stack(decidable, axis=-1)


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
    sign = np.array([1.0 if critere.au_dela else -1.0 for critere in profil.criteres])
    by_criterion = share_strictly_better(np.swapaxes(values * sign, -1, -2))
    worse = np.ascontiguousarray(np.swapaxes(by_criterion, -1, -2))
    columns, start = [], 0
    for motif in profil.motifs:
        part = slice(start, start + len(motif.criteres))
        start = part.stop
        weight = weights[..., None, part] * np.isfinite(worse[..., part])
        total = weight.sum(axis=-1)
        score = (weight * np.nan_to_num(worse[..., part])).sum(axis=-1)
        columns.append(np.divide(score, total, out=np.full(total.shape, np.nan), where=total > 0))
    scores = np.stack(columns, axis=-1)
    kept = np.where(motifs | ~motifs.any(axis=-1, keepdims=True), scores, np.nan)
    best = np.where(np.isnan(kept), -np.inf, kept).max(axis=-1)
    return np.where(np.isfinite(best), best, np.nan)


def share_strictly_better(values: Float) -> Float:
    """Share of the known others that do strictly better, that is have less: float64[..., n].

    Counted along the last axis. NaN stays NaN, alone gives 0.

    >>> share_strictly_better(np.array([1.0, 2.0, 2.0, np.nan])).tolist()
    [0.0, 0.5, 0.5, nan]
    """
    known = np.where(np.isfinite(values), values, np.nan)
    order = np.argsort(known, axis=-1)
    ascending = np.take_along_axis(known, order, axis=-1)
    starts = np.zeros(values.shape, np.int64)  # where the run of equals of each began; NaN come last
    starts[..., 1:] = np.where(ascending[..., 1:] != ascending[..., :-1], np.arange(1, values.shape[-1]), 0)
    better = np.empty(values.shape, np.int64)
    np.put_along_axis(better, order, np.maximum.accumulate(starts, axis=-1), axis=-1)
    others = np.maximum(np.isfinite(known).sum(axis=-1, keepdims=True) - 1, 1)
    return np.where(np.isfinite(known), better / others, np.nan)


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
    spread, listed, intensity = settings["seuils_plus_ou_moins"], [], []
    possibles = ChiffresPossibles.of(values, erreur, settings["correlation_erreurs"])
    for many in cut_draws(settings["nombre"], values.size):
        drawn, moved, weights = np.empty((many, *values.shape)), [], []
        for row in range(many):
            drawn[row] = possibles.draw(generator)
            moved.append(thresholds * generator.uniform(1 - spread, 1 + spread, len(thresholds)))
            weights.append(draw_weights(generator, profil, settings["concentration"]))
        past = past_threshold(profil, drawn, np.array(moved)[:, None])
        motifs, _ = apply_motifs(profil, past, np.array(weights))
        listed.append(motifs.any(axis=-1))
        intensity.append(measure_intensity(profil, drawn, motifs, np.array(weights)))
    return Tirages(np.concatenate(listed), np.concatenate(intensity))


def cut_draws(number: int, figures: int) -> list[int]:
    """Draws judged at once: as many as a processor holds close by, at least one.

    >>> cut_draws(5, 100_000)
    [2, 2, 1]
    """
    at_once = max(1, FIGURES_AT_ONCE // max(figures, 1))
    return [min(at_once, number - start) for start in range(0, number, at_once)]


FIGURES_AT_ONCE = 200_000
Z_90 = 1.6448536269514722  # a normal variable lies within ± this, 90 times in 100


@dataclass(frozen=True)
class ChiffresPossibles:
    """What a plausible version of the figures is drawn from.

    ``haut``, ``bas``: how far each figure may go up and down, float64[n, criteria], 0 where no interval is
    known. ``secrets``: column, rows that are unknown, and the figures known elsewhere that they may take.
    """

    values: Float
    haut: Float
    bas: Float
    secrets: tuple[tuple[int, NDArray[np.intp], Float], ...]
    correlation: float

    @classmethod
    def of(cls, values: Float, erreur: Intervalles, correlation: float) -> ChiffresPossibles:
        """Of these figures and their intervals."""
        secrets = []
        for column in range(values.shape[1]):
            secret = np.isnan(values[:, column])
            known = values[~secret, column]
            if secret.any() and len(known):
                secrets.append((column, np.flatnonzero(secret), known))
        up, down = np.nan_to_num(erreur.haut - values), np.nan_to_num(values - erreur.bas)
        return cls(values, up, down, tuple(secrets), correlation)

    def draw(self, generator: np.random.Generator) -> Float:
        """One plausible version of the figures."""
        rows, columns = self.values.shape
        shared, own = generator.standard_normal(columns), generator.standard_normal((rows, columns))
        z = np.sqrt(self.correlation) * shared + np.sqrt(1 - self.correlation) * own
        drawn: Float = self.values + np.where(z > 0, self.haut, self.bas) * z / Z_90
        for column, secret, known in self.secrets:
            drawn[secret, column] = generator.choice(known, len(secret))
        return drawn


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
