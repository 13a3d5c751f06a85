"""Needs: age, poverty, benefits, and what a want of means adds to distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.registre import Resultat

Floats = NDArray[np.float64]


def part(effectif: Floats, total: Floats) -> Floats:
    """Share n / N, float64[n]; null where either is unknown or nobody is there.

    Numerator and denominator may come from two sources: a share is cut at 1.

    >>> part(np.array([20.0, np.nan, 0.0]), np.array([100.0, 10.0, 0.0])).tolist()
    [0.2, nan, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, np.minimum(effectif / total, 1.0), np.nan)


def part_css(css_gratuite: Floats, css_participative: Floats, assures: Floats, css_secret: float) -> Resultat:
    """Both forms of the complémentaire santé solidaire over the insured: float64[n], with an interval.

    An unknown form is secret: between 0 and ``css_secret`` - 1 people. The value takes the middle, and the
    interval both ends; null when both are unknown.

    >>> found = part_css(np.array([150.0]), np.array([np.nan]), np.array([1000.0]), 10.0)
    >>> found.valeurs.tolist(), found.bas.tolist(), found.haut.tolist()
    ([0.1545], [0.15], [0.159])
    """
    forms = np.column_stack([css_gratuite, css_participative])
    secret = np.isnan(forms)
    known = ~secret.all(axis=1)

    def share(each: float) -> Floats:
        people = np.where(secret, each, forms).sum(axis=1)
        return np.where(known, part(people, assures), np.nan)

    grade = np.where(secret.any(axis=1), FIABILITES.index("impute"), 0).astype(np.uint8)
    middle = share((css_secret - 1) / 2)
    return Resultat(middle, bas=share(0.0), haut=share(css_secret - 1), fiabilite=grade)


def somme(premier: Floats, second: Floats) -> Floats:
    """The sum of two counts; null where either is unknown.

    >>> somme(np.array([2.0, 1.0]), np.array([3.0, np.nan])).tolist()
    [5.0, nan]
    """
    return premier + second


def illectronisme_estime(
    de_15_a_64: Floats, plus_65: Floats, illectronisme_15_64: float, illectronisme_65_plus: float
) -> Resultat:
    """Expected share of people of 15 and over without digital skills, from national rates by age.

    Q = (n₁·τ₁ + n₂·τ₂) / (n₁ + n₂); null where nobody of 15 or over lives; always ``estime``.

    >>> illectronisme_estime(np.array([90.0]), np.array([10.0]), 0.069, 0.41).valeurs.round(4).tolist()
    [0.1031]
    """
    people = de_15_a_64 + plus_65
    share = part(de_15_a_64 * illectronisme_15_64 + plus_65 * illectronisme_65_plus, people)
    grade = np.full(len(share), FIABILITES.index("estime"), np.uint8)
    return Resultat(share, fiabilite=grade)
