"""Second choices: how many services of the basket have one, and what it costs to turn to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.accueil import second_choice
from maillage.access.decay import ErreurTemps, Steps, expected_step_weights
from maillage.access.evaluation.fiabilite import FIABILITES, Grades
from maillage.access.evaluation.horloge import to_seconds
from maillage.access.evaluation.valeurs import Valeurs
from maillage.catalogue.seuils import read_seuil
from maillage.network.travel_times import NO_SITE, Sites, TravelTimes


def find_choices(
    sites: Sites,
    effectif: NDArray[np.int64],
    fiabilite: Grades,
    times: TravelTimes,
    error: ErreurTemps,
    origin: Valeurs,
) -> dict[str, Valeurs]:
    """``choix_panier``, how many services have a second place within ``choix_min`` (<), expected; and
    ``detour_panier``, the seconds that the second adds, mean of the services that have one (null for none).

    The types of ``sites`` are services. ``effectif`` int64[sites]: two facilities at one place are a choice.
    ``origin``: the vintage and the sources.
    """
    twice = effectif > 1
    rows = np.concatenate([np.arange(len(sites)), np.flatnonzero(twice)])
    points = type(sites.points)(sites.points.lon[rows], sites.points.lat[rows])
    found = times.k_nearest(Sites(points, sites.type_index[rows], sites.n_types), 2)
    seconds = to_seconds(found.time_ds)
    known = np.bincount(sites.type_index, minlength=sites.n_types) > 0
    extra, exists = second_choice(seconds[:, :, 0], seconds[:, :, 1])
    within = Steps((read_seuil("choix_min"),), (1.0,))
    second = found.time_ds[:, :, 1]
    chance = expected_step_weights(second.ravel(), within, error).reshape(second.shape)
    count = np.where(known.any(), chance[:, known].sum(axis=1), np.nan)
    met = exists.sum(axis=1)
    total = np.where(exists, extra, 0.0).sum(axis=1)
    mean = np.divide(total, met, out=np.full(len(met), np.nan), where=met > 0)
    grade = np.where(found.site == NO_SITE, 0, fiabilite[rows][found.site]).max(axis=(1, 2), initial=0)
    level = np.maximum(grade, FIABILITES.index(times.fiabilite)).astype(np.uint8)
    return {
        name: Valeurs(values, np.isfinite(values) * 1.0, level, origin.millesime, origin.sources)
        for name, values in (("choix_panier", count), ("detour_panier", mean))
    }
