"""Our accessibility to care against the figures the DREES publishes, commune by commune.

The configuration called "retenue" was fixed by documents, not by its result: the DREES's own convention
(from town hall to town hall, nothing inside a commune), the steps of ``catalogue/apl.toml``, the newest head
count of each profession. The other rows vary one thing at a time and bound its share of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree
from scipy.stats import spearmanr

from bench import axes
from bench.axes_fit import load_coefficients, load_pair_error
from maillage.access.apl import Profession, load_professions
from maillage.access.catchment import Weights, build_weights, e2sfca
from maillage.access.decay import DS_PER_MIN, Steps, expected_step_weights, step_weights
from maillage.access.erreur_temps import load_time_error
from maillage.network.estimate.formula import Habitants, compute_density, to_xyz
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import Points, Sites, Within
from maillage.sources import find_sources, read_all

Float = NDArray[np.float64]
STRATES_KM = (0, 5, 10, 15)
BPE_2013 = "bpe_2013"
BUFFER_M = 22_000  # beyond, nobody outside is within 20 minutes of a town hall of the département
# East of this line of longitude and latitude lies Belgium (Dunkerque to Fourmies runs along the Nord's axis).
BELGIQUE = ((2.3, 50.8), (4.2, 49.99))
BUDGET_DS = round(1.5 * 20 * DS_PER_MIN)  # half as much again as the longest step
RAYON_DENSITE_KM = 3.0
BANDES_DENSITE = (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0)  # people per km²


@dataclass(frozen=True)
class Donnees:
    """What the comparison reads; one row per commune, sorted by code."""

    communes: pl.DataFrame
    dehors: pl.DataFrame  # French cells outside the département: lon, lat, population
    within: dict[str, Within]  # by kind of time; communes then outside cells, both as origins and sites
    density: Float  # people per km² within 3 km, communes then outside cells
    border_km: Float
    autoroute_km: Float  # from each town hall to the nearest accident on one
    offre: dict[str, Float]
    sans_ligne_2013: tuple[str, ...] = ()  # communes that the BPE 2013 has no row of

    def column(self, name: str) -> Float:
        """A column of the communes."""
        return self.communes[name].cast(pl.Float64).to_numpy()


def load(folder: Path) -> Donnees:
    """Read the sources once and compute the times once."""
    tables = read_all(find_sources(folder))
    by_nature = {
        t.provenance.id: t.frame for t in tables if t.nature not in {"offre_commune", "statistiques"}
    }
    stats = [t.frame for t in tables if t.nature == "statistiques"]
    communes = by_nature["cog"].sort("code_insee")
    for frame in stats:
        new = [c for c in frame.columns if c == "code_insee" or c not in communes.columns]
        communes = communes.join(frame.select(new), on="code_insee", how="left", maintain_order="left")
    offre = pl.concat([t.frame for t in tables if t.nature == "offre_commune"])
    cells = by_nature["carreaux_eurostat"].filter(pl.col("population") > 0)
    limits = read_limits(by_nature["contours"])
    dehors = keep_french_outside(cells, limits)
    points, people = list_ends(communes, dehors), read_people(cells)
    within = {"formule": time_by_formula(points, people), "axes": time_by_axes(points, people)}
    supply = {
        f"{kind}_{vintage}": count(offre, communes, kind, vintage)
        for kind, vintage in offre.select("type", "millesime").unique().iter_rows()
    }
    density = compute_density(points, people, RAYON_DENSITE_KM)
    border_km = distance_to(communes, limits.boundary) / 1000
    autoroute_km = measure_autoroute(points, people)[: communes.height]
    missing = list_missing(communes, offre)
    return Donnees(communes, dehors, within, density, border_km, autoroute_km, supply, missing)


def list_missing(communes: pl.DataFrame, offre: pl.DataFrame) -> tuple[str, ...]:
    """Codes of the communes that have no row in the counts of 2013, sorted."""
    rows = offre.filter(pl.col("source") == BPE_2013).select("code_insee")
    return tuple(communes.join(rows, on="code_insee", how="anti")["code_insee"].sort())


def measure_autoroute(points: Points, people: Habitants) -> Float:
    """Kilometres from each point to the drawn autoroutes."""
    roads = axes.read_axes("nord", people)
    on = roads.xyz[roads.classe == axes.AUTOROUTE]
    return np.asarray(cKDTree(on).query(to_xyz(points))[0], np.float64)


def read_people(cells: pl.DataFrame) -> Habitants:
    """Where people live, both sides of the border."""
    points = Points(cells["lon"].to_numpy(), cells["lat"].to_numpy())
    return Habitants(points, cells["population"].cast(pl.Float64).to_numpy())


def to_lambert(frame: pl.DataFrame) -> NDArray[np.object_]:
    """Points in metres (Lambert 93)."""
    move = Transformer.from_crs(4326, 2154, always_xy=True).transform
    return shapely.points(*move(frame["lon"].to_numpy(), frame["lat"].to_numpy()))


def read_limits(contours: pl.DataFrame) -> shapely.Geometry:
    """The département as one polygon, in metres."""
    move = Transformer.from_crs(4326, 2154, always_xy=True).transform
    shapes = shapely.from_wkb(contours["wkb"].to_numpy())
    return shapely.union_all(
        [shapely.transform(s, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))) for s in shapes]
    )


def distance_to(frame: pl.DataFrame, shape: shapely.Geometry) -> Float:
    """Metres from each point to a shape."""
    return shapely.distance(to_lambert(frame), shape)


def keep_french_outside(cells: pl.DataFrame, limits: shapely.Geometry) -> pl.DataFrame:
    """French cells of the buffer, whose people compete with ours. The DREES leaves Belgium out."""
    (lon0, lat0), (lon1, lat1) = BELGIQUE
    line = lat0 + (pl.col("lon") - lon0) * (lat1 - lat0) / (lon1 - lon0)
    outside = cells.filter(~pl.col("dans_departement") & (pl.col("lat") <= line))
    return outside.filter(pl.Series(distance_to(outside, limits) < BUFFER_M))


def list_ends(communes: pl.DataFrame, dehors: pl.DataFrame) -> Points:
    """Town halls, then outside cells: both origins and sites."""
    ends = pl.concat([communes.select("lon", "lat"), dehors.select("lon", "lat")])
    return Points(ends["lon"].to_numpy(), ends["lat"].to_numpy())


def time_by_formula(points: Points, people: Habitants) -> Within:
    """As the product estimates times without a network, up to half as much again as the longest step."""
    sites = Sites(points, np.zeros(len(points), np.int32), 1)
    return Estimate(points, people).within(sites, BUDGET_DS)


def time_by_axes(points: Points, people: Habitants) -> Within:
    """With the main roads drawn from the places of accidents (:mod:`bench.axes`)."""
    roads, coefficients = axes.read_axes("nord", people), load_coefficients()
    lieux = axes.prepare(points, people, roads, coefficients.formule)
    minutes = axes.compute_minutes(lieux, roads, coefficients, np.arange(len(points)))
    row, site = np.nonzero(minutes * DS_PER_MIN <= BUDGET_DS)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(points)))])
    time_ds = np.rint(minutes[row, site] * DS_PER_MIN).astype(np.uint32)
    return Within(indptr, site.astype(np.int32), time_ds)


def count(offre: pl.DataFrame, communes: pl.DataFrame, kind: str, vintage: str) -> Float:
    """Facilities of a type and vintage by commune; a commune without a row of an exhaustive base has none."""
    rows = offre.filter((pl.col("type") == kind) & (pl.col("millesime") == vintage))
    joined = communes.select("code_insee").join(rows, on="code_insee", how="left", maintain_order="left")
    return joined["nombre"].fill_null(0).cast(pl.Float64).to_numpy()


@dataclass(frozen=True)
class Variante:
    """One way to compute: everything that may be varied."""

    nom: str
    profession: str
    offre: Float
    demande: Float
    durees: str = "axes"  # or "formule"
    lecture: str = "couples"  # how a step is read: by the errors of pairs, of the nearest site, or "seche"
    voisinage: str = "densite"  # neighbours supplied as our communes of their density, or "uniforme"
    voisins: float = 1.0  # their supply, multiplied
    temps: float = 1.0
    congestion: float = 0.0
    elasticite: float = 0.0  # of activity per professional to supply per head within reach
    paliers: Steps | None = None


def compute(data: Donnees, v: Variante) -> Float:
    """The APL of every commune under a variant."""
    weights = weigh(data, v)
    outside = data.dehors["population"].cast(pl.Float64).to_numpy()
    supply = np.concatenate([v.offre, v.voisins * supply_neighbours(data, v, outside)])
    demand = np.concatenate([v.demande, outside])
    per_head = e2sfca(weights, supply, demand)
    if v.elasticite:
        usual = supply.sum() / demand.sum()
        activity = np.divide(per_head, usual, out=np.ones_like(per_head), where=per_head > 0) ** v.elasticite
        supply = supply * activity * supply.sum() / (supply * activity).sum()
        per_head = e2sfca(weights, supply, demand)
    return load_professions()[v.profession].factor * per_head[: data.communes.height]


def weigh(data: Donnees, v: Variante) -> Weights:
    """The weights of every pair; nothing is between people and supply of one commune."""
    within = data.within[v.durees]
    n = len(within.indptr) - 1
    row = np.repeat(np.arange(n), np.diff(within.indptr))
    steps = v.paliers or load_professions()[v.profession].steps
    weight = read_steps(slow(data, within, row, v), steps, v)
    weight[row == within.site] = steps.weight[0]
    return build_weights(within, weight, n)


def read_steps(time_ds: NDArray[np.uint32], steps: Steps, v: Variante) -> Float:
    """The staircase at a time that is an estimate."""
    if v.lecture == "seche":
        return step_weights(time_ds, steps)
    erreur = load_time_error("plaine") if v.lecture == "plus_proche" else load_pair_error(v.durees)
    return expected_step_weights(time_ds, steps, erreur)


def supply_neighbours(data: Donnees, v: Variante, people: Float) -> Float:
    """Supply of the outside cells: per head, that of our communes of the same density of people.

    It is unknown. Outside are mostly villages, whose supply per head is below the département's mean.
    """
    n = data.communes.height
    if v.voisinage == "uniforme":
        return people * v.offre.sum() / v.demande.sum()
    band = np.digitize(data.density, BANDES_DENSITE)
    total = [np.bincount(band[:n], x, minlength=len(BANDES_DENSITE) + 1) for x in (v.offre, v.demande)]
    return people * np.divide(*total, out=np.zeros_like(total[0]), where=total[1] > 0)[band[n:]]


def slow(data: Donnees, within: Within, row: NDArray[np.intp], v: Variante) -> NDArray[np.uint32]:
    """Times under a variant: all scaled, and slowed in the large urban centres."""
    urban = np.zeros(len(within.indptr) - 1)
    urban[: data.communes.height] = (data.communes["densite_classe"] == "Grands centres urbains").to_numpy()
    factor = v.temps * (1 + v.congestion * (urban[row] + urban[within.site]) / 2)
    return (within.time_ds * factor).astype(np.uint32)


@dataclass(frozen=True)
class Ecart:
    """How far a computation is from the published figures, beyond a distance to the border."""

    nom: str
    au_dela_km: int
    n: int
    median_gap: float
    median_abs: float
    p95_abs: float
    spearman: float


def compare(nom: str, ours: Float, published: Float, border_km: Float) -> list[Ecart]:
    """One row per distance to the border."""
    rows = []
    for bound in STRATES_KM:
        kept = (border_km > bound) & np.isfinite(ours) & np.isfinite(published)
        gap = ours[kept] - published[kept]
        rho = spearmanr(ours[kept], published[kept]).statistic
        rows.append(
            Ecart(
                nom,
                bound,
                int(kept.sum()),
                float(np.median(gap)),
                float(np.median(abs(gap))),
                float(np.quantile(abs(gap), 0.95)),
                float(rho),
            )
        )
    return rows


PUBLIES = {
    "medecin": ("apl_medecins", "medecins_generalistes_liberaux", "Médecins généralistes"),
    "infirmier": ("apl_infirmiers", "infirmier_2013", "Infirmiers"),
    "kinesitherapeute": ("apl_kinesitherapeutes", "kinesitherapeute_2013", "Masseurs-kinésithérapeutes"),
    "dentiste": ("apl_dentistes", "dentiste_2013", "Chirurgiens-dentistes"),
    "sage_femme": ("apl_sages_femmes", "sage_femme_2013", "Sages-femmes"),
}


def chosen(data: Donnees, profession: str) -> Variante:
    """The configuration fixed by documents."""
    supply = PUBLIES[profession][1]
    offre = data.offre[supply] if supply in data.offre else data.column(supply)
    demand = data.column("population_besoins_soins" if profession == "medecin" else "population_apl")
    return Variante("retenue", profession, offre, demand)


def describe(profession: Profession) -> str:
    """The steps of a profession, in words."""
    steps = zip(profession.steps.upper_min, profession.steps.weight, strict=True)
    return ", ".join(f"{weight:.2g} sous {upper:g} min".replace(".", ",") for upper, weight in steps)
