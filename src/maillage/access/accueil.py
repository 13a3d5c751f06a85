"""Places in early childhood within reach, for children under three."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from maillage.access.catchment import Float, Weights, demand_of_ages, e2sfca
from maillage.access.decay import Steps
from maillage.catalogue.lecture import read_toml

PER_CHILDREN = 100


@dataclass(frozen=True)
class Accueil:
    """One way of looking after young children. ``type``: implantations whose capacity counts, null for none;

    ``statistiques``: places by commune, best first.
    """

    id: str
    nom: str
    steps: Steps
    type: str | None
    statistiques: tuple[str, ...]


@cache
def load_accueils() -> dict[str, Accueil]:
    """Every way of ``catalogue/accueil.toml`` by id."""
    found = {}
    for name, entry in read_toml("accueil.toml")["accueils"].items():
        upper, weight = zip(*entry["paliers"], strict=True)
        steps = Steps(tuple(upper), tuple(weight))
        found[name] = Accueil(name, entry["nom"], steps, entry.get("type"), tuple(entry["statistiques"]))
    return found


def count_under_three(people_by_age: Float, everyone: Float, part_moins_3: float) -> Float:
    """Children under three, where only those under fifteen are counted: a share of them, float64[n].

    ``people_by_age`` float64[n, ages], the youngest first. Where ages are unknown: see ``demand_of_ages``.

    >>> people = np.array([[150.0, 850.0], [np.nan, np.nan]])
    >>> count_under_three(people, np.array([1000.0, 100.0]), 0.2).tolist()
    [30.0, 3.0]
    """
    youngest = np.eye(1, people_by_age.shape[1]).ravel()
    return np.asarray(demand_of_ages(people_by_age, youngest, everyone) * part_moins_3, np.float64)


def places_per_hundred(weights: Weights, places: Float, children: Float) -> Float:
    """Places that 100 children can count on at each origin, shared with all who reach them too (E2SFCA).

    Two hamlets of 30 and 10 children, one nursery of 20 places reached by both alike: 20 / 40.

    >>> from scipy.sparse import csr_array
    >>> w = csr_array(np.array([[1.0], [1.0]]))
    >>> places_per_hundred(w, np.array([20.0]), np.array([30.0, 10.0])).tolist()
    [50.0, 50.0]
    """
    return PER_CHILDREN * e2sfca(weights, places, children)


def second_choice(nearest_s: Float, second_s: Float) -> tuple[Float, NDArray[np.bool_]]:
    """Seconds that the second nearest adds, and where there is a second: both [origins, services].

    NaN without a first or a second within reach.

    >>> extra, exists = second_choice(np.array([[300.0, 60.0]]), np.array([[420.0, np.inf]]))
    >>> extra.tolist(), exists.tolist()
    ([[120.0, nan]], [[True, False]])
    """
    exists = np.isfinite(nearest_s) & np.isfinite(second_s)
    return np.subtract(second_s, nearest_s, out=np.full_like(second_s, np.nan), where=exists), exists
