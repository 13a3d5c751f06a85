"""Coefficients and residuals of the estimated travel times, as fitted by ``bench/estimate_fit.py``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from maillage.catalogue.lecture import read_toml

FILE = "temps_estimes.toml"


@dataclass(frozen=True)
class Formule:
    """Coefficients of the closed formula; :mod:`maillage.network.estimate.formula` says what each multiplies.

    Distances in km, densities in people per km², times in minutes inside the logarithm.
    """

    constante: float
    locale: float
    locale_carre: float
    regionale: float
    exposant: float
    exposant_regional: float
    densite_unite_km2: float
    rayon_local_km: float
    rayon_regional_km: float
    densite_regionale_max_km2: float


@dataclass(frozen=True)
class Residus:
    """Distribution of ln(true time / estimated time), by band of *estimated* time.

    ``borne_haute_s`` float[bands], ascending, the last one infinite; ``quantiles`` float[levels], 0 to 1;
    ``ln_rapport`` [bands][levels], ascending in a band; ``correlation`` is the share of the variance that
    neighbouring places have in common.
    """

    borne_haute_s: tuple[float, ...]
    quantiles: tuple[float, ...]
    ln_rapport: tuple[tuple[float, ...], ...]
    correlation: float


@cache
def load_formule() -> Formule:
    """The formula as shipped."""
    return Formule(**read_toml(FILE)["formule"])


@cache
def load_residus(relief: Literal["plaine", "tout"], grandeur: Literal["plus_proche", "panier"]) -> Residus:
    """The residuals of one time to the nearest site, or of the mean over a basket of services."""
    entry = read_toml(FILE)["residus"][relief][grandeur]
    return Residus(
        borne_haute_s=tuple(entry["borne_haute_s"]),
        quantiles=tuple(entry["quantiles"]),
        ln_rapport=tuple(tuple(row) for row in entry["ln_rapport"]),
        correlation=entry["correlation"],
    )


@dataclass(frozen=True)
class ErreurAbsolue:
    """Absolute error in minutes on communes that did not serve to fit, and bias (estimate less truth)."""

    couples_mediane: float
    couples_p90: float
    couples_biais: float
    plus_proche_mediane: float
    plus_proche_p90: float
    plus_proche_biais: float


@cache
def load_erreur(relief: Literal["plaine", "tout"]) -> ErreurAbsolue:
    """What the estimate is worth, on flat land or everywhere."""
    return ErreurAbsolue(**read_toml(FILE)["erreur"][relief])
