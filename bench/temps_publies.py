"""Estimated times judged on published ones: the distribution, by département, of real road times.

The protocol, written before any comparison was computed:

* **Published**: ``temps_acces_departements.csv``, minutes to the nearest of 15 types of service (BPE 2023)
  on the roads: mean, median, first and ninth deciles of people. How it was computed is not stated there. No
  value is under one minute, which is a convention, not a measure.
* **Ours**: the Nord as the product computes it. From each inhabited cell of 1 km, weighed by its people, to
  the nearest place of the type; services known by commune only are spread over it in proportion to people.
* **Comparable** types are those our data hold under the same definition, whatever the vintage; the
  judgement is on them only. Four more are shown without being judged: the stations by rank (another
  classification in 2013), the agences postales (our newer tables do not tell them from other post
  offices), the primary schools (nor an école primaire from an élémentaire). Déchèteries are in none of our
  tables.
* **Error**: mean over services of the mean of |ln(ours / published)| over the four statistics.
* **The border**: supply of the neighbouring départements is unknown, which can only lengthen our times. The
  error is computed twice: as the product computes, and at the other extreme, as if each French cell beyond
  the border held the service. Places from a national file are known on both sides and read once.
* **Refit**: two numbers only, ``constante`` (a scale) and ``exposant`` (how fast trips get faster), the
  other four staying as fitted on the Isère. They minimise the sum of two errors, each divided by that of
  the present formula: the cost of :mod:`bench.estimate_fit` on the half of the communes of Isère that fits,
  on flat land; the error above on half of the comparable types (seed 2026, types sorted by BPE code).
* **Decision**: the new pair is adopted when, all four,
  1. the error on the types that did not serve falls,
  2. it falls at the other extreme of the border too (a formula must not make up for services we cannot
     see),
  3. on the communes of Isère that did not serve, median and 90th percentile of the error of a pair on flat
     land rise by less than 5 %,
  4. of all the other ways to halve the comparable types, the held-out error falls in at least nine of ten.
  Else the present formula stays. The attempt is published in both cases.
* **Second attempt**, written once the first was refused and before this one was computed; it has no number
  to fit. People are spread over their cell, a place known by commune only is spread over its own too, and
  the more places the cell holds the nearer the nearest: with n of them the mean square of the distance
  inside a cell of side a is about a²/(3n) (exactly a²/3 for one), where the product takes a²/6 whatever n.
  Adopted when the error falls on both halves of the services and at both extremes of the border.
* **Not looked at**: the share of people beyond 7 minutes of the basket, which the reference document gives
  for three basins. It serves neither to choose nor to stop; it is computed after, in
  :mod:`bench.conformance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.conformite_apl import BELGIQUE
from maillage.atlas.etapes.temps import CELL_SPREAD, to_points
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.temps_estimes import Formule
from maillage.network.estimate.formula import Habitants
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import UNREACHABLE, Points, Sites
from maillage.sources.temps_publies import MESURES

Floats = NDArray[np.float64]

TIRAGE = 2026
HAUSSE_ISERE_MAX = 0.05
PARTAGES_MIN = 0.9
COMPARABLES = {  # BPE code: our types
    "A101": ("police",),
    "A122": ("france_travail",),
    "C201": ("college_public", "college_prive"),
    "C302": ("lycee_professionnel",),
    "D101": ("hopital_court_sejour",),
    "D103": ("hopital_long_sejour",),
    "D107": ("maternite",),
    "D302": ("laboratoire",),
    "D307": ("pharmacie",),
    "F307": ("bibliotheque",),
}
APPROCHES = {
    "A208": ("agence_postale",),
    "C108": ("ecole_publique", "ecole_privee"),
    "E107": ("gare_grande_vitesse",),
    "E109": ("gare_regionale",),
}
ABSENTS = ("A133",)  # déchèteries
TYPES = COMPARABLES | APPROCHES
STATISTIQUES = MESURES  # minutes: mean, median, first and ninth deciles
DS_PER_MINUTE = 600
NIVEAUX = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Monde:
    """A département as the product sees it: origins and their people, and the places of each BPE code.

    ``communes``: their town halls and people; ``beyond``: inhabited French cells outside.
    """

    cells: Points
    people: Floats
    habitants: Habitants
    side_m: float
    places: Mapping[str, pl.DataFrame]
    communes: pl.DataFrame
    beyond: Points


def read_published(path: Path, departement: str) -> dict[str, Floats]:
    """BPE code → float64[4], the minutes of ``STATISTIQUES``, of one département (« FR »: France)."""
    table = pl.read_csv(path, schema_overrides={"departement": pl.String}, infer_schema_length=None)
    here = table.filter(pl.col("departement") == departement)
    return {row[0]: np.array(row[1:]) for row in here.select("code_bpe", *STATISTIQUES).iter_rows()}


def read_monde(atlas: Atlas) -> Monde:
    """The cells, the people and the places of an atlas; itinerant places are no permanent access."""
    cells, fragments = atlas.carreaux(), atlas.fragments()
    inside = fragments.group_by("carreau").agg(pl.col("population").sum()).sort("carreau")
    inside = inside.filter(pl.col("population") > 0)
    known = cells.filter(pl.col("population") > 0)
    fixed = atlas.implantations().filter(~pl.col("itinerant").fill_null(value=False))
    return Monde(
        to_points(cells[inside["carreau"]]),
        inside["population"].to_numpy().astype(np.float64),
        Habitants(to_points(known), known["population"].to_numpy().astype(np.float64)),
        float(cells["taille_m"][0]),
        {code: fixed.filter(pl.col("type").is_in(types)) for code, types in TYPES.items()},
        atlas.territoires("commune"),
        to_points(keep_french_beyond(known)),
    )


def keep_french_beyond(cells: pl.DataFrame) -> pl.DataFrame:
    """Inhabited cells outside the département, on the French side of the line of the border."""
    (lon0, lat0), (lon1, lat1) = BELGIQUE
    line = lat0 + (pl.col("lon") - lon0) * (lat1 - lat0) / (lon1 - lon0)
    return cells.filter(~pl.col("dans_departement") & (pl.col("lat") <= line))


# One distribution.


def describe(minutes: Floats, people: Floats) -> Floats:
    """Mean, median, first and ninth deciles of people: float64[4].

    A decile is the least time that at least so many people do not exceed.

    >>> describe(np.array([4.0, 1.0, 2.0]), np.array([1.0, 1.0, 8.0]))
    array([2.1, 2. , 1. , 2. ])
    """
    order = np.argsort(minutes, kind="stable")
    share = np.cumsum(people[order]) / people.sum()
    low, middle, high = minutes[order][np.searchsorted(share, np.array(NIVEAUX) - 1e-12)]
    return np.array([np.average(minutes, weights=people), middle, low, high])


def measure_error(ours: Floats, published: Floats) -> float:
    """Mean of |ln(ours / published)| over every statistic of every service, both [services, 4].

    >>> round(measure_error(np.array([[1.0, 2.0]]), np.array([[2.0, 2.0]])), 3)  # ln 2 / 2
    0.347
    """
    return float(np.abs(np.log(ours / published)).mean())


# The Nord under a formula.


def gather_sites(places: Sequence[Points]) -> Sites:
    """One type of site per set of places."""
    lon, lat = (np.concatenate([getattr(p, axis) for p in places]) for axis in ("lon", "lat"))
    types = np.repeat(np.arange(len(places), dtype=np.int32), [len(p) for p in places])
    return Sites(Points(lon, lat), types, len(places))


def is_national(places: pl.DataFrame) -> bool:
    """Whether the places come from a list of addresses of all France: those beyond the border are known."""
    return bool((places["precision"] != "commune").any())


class Nord:
    """Times from every cell to the nearest of each service, for any ``constante`` and ``exposant``.

    Densities are those of the formula shipped, computed once. ``shared`` int64[sites]: how many places of the
    type a site's cell may hold, 2 where their number changes nothing (addresses, cells beyond the border).
    """

    def __init__(self, monde: Monde, codes: Sequence[str]) -> None:
        self.people, self.side_km = monde.people, monde.side_m / 1000
        self.national = np.array([is_national(monde.places[code]) for code in codes])
        spread_m = monde.side_m * CELL_SPREAD
        self.estimate = Estimate(monde.cells, monde.habitants, spread_m=spread_m)
        cells = [count_by_cell(monde.places[code]) for code in codes]
        self.sites = gather_sites([*map(to_points, cells), monde.beyond])
        outside = np.full(len(monde.beyond), 2)
        self.shared = np.concatenate([*(c["n"].to_numpy() for c in cells), outside])
        self.ends = self.estimate.prepare(self.sites.points)

    def describe(self, minutes: Floats, *, beyond: bool = False) -> Floats:
        """The four statistics of each service, minutes: float64[services, 4].

        ``beyond``: as if each inhabited French cell outside the département held the services whose supply
        there is unknown.
        """
        ours, outside = minutes[:, :-1], minutes[:, -1:]
        if beyond:
            ours = np.where(self.national, ours, np.minimum(ours, outside))
        return np.array([describe(column, self.people) for column in ours.T])

    def compute_minutes(self, formule: Formule | None = None) -> Floats:
        """Minutes to the nearest of each service, then to the nearest French cell outside: [cells, n + 1]."""
        bent = copy(self.estimate)
        bent.formule = formule or bent.formule
        return self._find(bent, np.arange(len(self.sites), dtype=np.int32))

    def compute_spread_minutes(self) -> Floats:
        """The same when the nearest of n places of a cell is at a mean square distance of a²/(3n)."""
        found, bent = [], copy(self.estimate)
        for n in np.unique(self.shared):
            bent.spread_square = self.side_km**2 / (3 * n)
            found.append(self._find(bent, np.flatnonzero(self.shared == n).astype(np.int32)))
        return np.asarray(np.min(found, axis=0))

    def _find(self, estimate: Estimate, rows: NDArray[np.int32]) -> Floats:
        types = self.sites.type_index[rows], self.sites.n_types
        found = estimate.find(self.ends.take(rows), rows, types, 1, np.arange(estimate.n_origins))
        time_ds = found.time_ds[:, :, 0]
        return np.where(time_ds == UNREACHABLE, np.inf, time_ds / DS_PER_MINUTE)


def count_by_cell(places: pl.DataFrame) -> pl.DataFrame:
    """Places of a type by point: ``lon``, ``lat``, ``n`` of them; 2 at an address."""
    if is_national(places):
        return places.select("lon", "lat", n=pl.lit(2, pl.Int64))
    return places.group_by("lon", "lat", maintain_order=True).agg(n=pl.col("effectif").sum())


def describe_communal(monde: Monde, codes: Sequence[str]) -> Floats:
    """The same from town hall to town hall, nothing inside a commune: an older convention of the INSEE."""
    held = [set(monde.places[code]["code_insee"]) for code in codes]
    halls = [to_points(monde.communes.filter(pl.col("code").is_in(holders))) for holders in held]
    found = Estimate(to_points(monde.communes), monde.habitants).nearest(gather_sites(halls))
    people = monde.communes["population"].to_numpy().astype(np.float64)
    return np.array([describe(column / DS_PER_MINUTE, people) for column in found.time_ds.T])
