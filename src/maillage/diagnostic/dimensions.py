"""The seven dimensions of accessibility: a profile, never a sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.indicateurs import Indicateur, load_dimensions
from maillage.catalogue.lecture import read_toml

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Mesure:
    """One indicator for one territory; ``position`` from 0 (worst) to 1 (best) among its peers."""

    indicateur: str
    nom: str
    valeur: float
    position: float


@dataclass(frozen=True)
class Dimension:
    """A dimension of the profile: its measures, or how to supply what is missing. There is no total."""

    id: str
    nom: str
    mesures: tuple[Mesure, ...]
    a_fournir: str | None

    @property
    def renseignee(self) -> bool:
        """Whether at least one indicator is known."""
        return bool(self.mesures)


def find_position(values: Float, sens: Literal["plus", "moins"]) -> Float:
    """Share of the other known territories that do worse, ties counting for half: 0 worst, 1 best.

    >>> find_position(np.array([10.0, 20.0, 20.0, np.nan]), "moins").tolist()
    [1.0, 0.25, 0.25, nan]
    """
    known = np.sort(values[np.isfinite(values)])
    below = np.searchsorted(known, values, side="left")
    ties = np.searchsorted(known, values, side="right") - below - 1
    if len(known) < 2:
        return np.full(len(values), np.nan)
    share = (below + ties / 2) / (len(known) - 1)
    return np.where(np.isfinite(values), share if sens == "plus" else 1 - share, np.nan)


def build_profile(
    row: int, figures: Mapping[str, Float], indicateurs: Mapping[str, Indicateur]
) -> tuple[Dimension, ...]:
    """The profile of territory ``row``: every dimension of the catalogue, in order, with the figures it has.

    ``figures`` holds a column per indicator id, all territories of one level. Neutral indicators say nothing
    of better or worse: they are left out.
    """
    missing = read_toml("dimensions_a_fournir.toml")
    profile = []
    for name, label in load_dimensions().items():
        measures = tuple(
            Mesure(
                key, entry.nom, float(figures[key][row]), float(find_position(figures[key], entry.sens)[row])
            )
            for key, entry in indicateurs.items()
            if entry.dimension == name
            and entry.sens != "neutre"
            and key in figures
            and isfinite(figures[key][row])
        )
        profile.append(Dimension(name, label, measures, None if measures else missing[name]["comment"]))
    return tuple(profile)
