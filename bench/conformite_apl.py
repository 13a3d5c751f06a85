"""Our accessibility to care against the figures the DREES publishes, commune by commune.

The configuration called "retenue" was fixed by documents, not by its result: the DREES's own convention
(from town hall to town hall, nothing inside a commune), the steps of ``catalogue/apl.toml``, the newest head
count of each profession. The other rows vary one thing at a time and bound its share of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.stats import spearmanr

from maillage.access.apl import Profession, load_professions
from maillage.access.catchment import build_weights, e2sfca
from maillage.access.decay import Steps, expected_step_weights, step_weights
from maillage.access.erreur_temps import load_time_error
from maillage.network.estimate import Estimate, Habitants
from maillage.network.travel_times import Points, Sites, Within
from maillage.sources import find_sources, read_all

Float = NDArray[np.float64]
STRATES_KM = (0, 5, 10, 15)
BUFFER_M = 22_000  # beyond, nobody outside is within 20 minutes of a town hall of the département
# East of this line of longitude and latitude lies Belgium (Dunkerque to Fourmies runs along the Nord's axis).
BELGIQUE = ((2.3, 50.8), (4.2, 49.99))
CONGESTION = 0.28
"""Mean of free flow and of the peak (+55 to +58 % in Lille, TomTom Telematics 2017), share of the time."""


@dataclass(frozen=True)
class Donnees:
    """What the comparison reads; one row per commune, sorted by code."""

    communes: pl.DataFrame
    dehors: pl.DataFrame  # French cells outside the département: lon, lat, population
    within: Within  # communes then outside cells, both as origins and sites
    border_km: Float
    offre: dict[str, Float]

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
    within = compute_times(communes, dehors, cells)
    supply = {
        f"{kind}_{vintage}": count(offre, communes, kind, vintage)
        for kind, vintage in offre.select("type", "millesime").unique().iter_rows()
    }
    return Donnees(communes, dehors, within, distance_to(communes, limits.boundary) / 1000, supply)


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


def compute_times(communes: pl.DataFrame, dehors: pl.DataFrame, cells: pl.DataFrame) -> Within:
    """Estimated times between town halls and outside cells, up to half as much again as the longest step."""
    ends = pl.concat([communes.select("lon", "lat"), dehors.select("lon", "lat")])
    points = Points(ends["lon"].to_numpy(), ends["lat"].to_numpy())
    people = Habitants(
        Points(cells["lon"].to_numpy(), cells["lat"].to_numpy()), cells["population"].cast(float).to_numpy()
    )
    sites = Sites(points, np.zeros(len(points), np.int32), 1)
    return Estimate(points, people).within(sites, round(1.5 * 20 * 600))


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
    voisins: float = 1.0  # supply outside, as a multiple of the département's supply per head
    temps: float = 1.0
    congestion: float = 0.0
    esperance: bool = True
    elasticite: float = 0.0  # of activity per professional to supply per head within reach
    paliers: Steps | None = None


def compute(data: Donnees, v: Variante) -> Float:
    """The APL of every commune under a variant."""
    profession = load_professions()[v.profession]
    within, n = data.within, data.communes.height
    row = np.repeat(np.arange(len(within.indptr) - 1), np.diff(within.indptr))
    time_ds = slow(data, within, row, v)
    steps = v.paliers or profession.steps
    erreur = load_time_error("plaine")
    weight = expected_step_weights(time_ds, steps, erreur) if v.esperance else step_weights(time_ds, steps)
    weight[row == within.site] = steps.weight[0]
    weights = build_weights(within, weight, len(within.indptr) - 1)
    outside = data.dehors["population"].cast(pl.Float64).to_numpy()
    rate = v.voisins * v.offre.sum() / v.demande.sum()
    supply = np.concatenate([v.offre, outside * rate])
    demand = np.concatenate([v.demande, outside])
    per_head = e2sfca(weights, supply, demand)
    if v.elasticite:
        activity = np.divide(per_head, rate, out=np.ones_like(per_head), where=per_head > 0) ** v.elasticite
        supply = supply * activity * supply.sum() / (supply * activity).sum()
        per_head = e2sfca(weights, supply, demand)
    return profession.factor * per_head[:n]


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


def list_sensitivities(data: Donnees) -> list[Variante]:
    """For GPs, one thing varied at a time."""
    base = chosen(data, "medecin")
    sirene = data.offre["cabinet_medecine_generale_2025"]
    sirene = sirene * base.offre.sum() / sirene.sum()
    steps_2012 = load_professions()["medecin_2012"].steps
    return [
        replace(base, nom="offre : BPE 2013 (2 686 médecins)", offre=data.offre["medecin_generaliste_2013"]),
        replace(base, nom="offre : SIRENE 2025, ramenée au même total", offre=sirene),
        replace(base, nom="demande : habitants, sans les âges", demande=data.column("population_apl")),
        replace(base, nom="offre hors département ignorée", voisins=0.0),
        replace(base, nom="offre hors département à 80 %", voisins=0.8),
        replace(base, nom="offre hors département à 120 %", voisins=1.2),
        replace(base, nom="paliers sur la durée estimée, sans espérance", esperance=False),
        replace(base, nom="durées − 10 %", temps=0.9),
        replace(base, nom="durées + 10 %", temps=1.1),
        replace(base, nom="durées + 20 %", temps=1.2),
        replace(base, nom="circulation : + 28 % dans les grands centres urbains", congestion=CONGESTION),
        replace(base, nom="activité par médecin : élasticité − 0,25 à la densité locale", elasticite=-0.25),
        replace(base, nom="activité par médecin : élasticité − 0,5 à la densité locale", elasticite=-0.5),
        replace(base, nom="paliers de 2012 (5, 10, 15 min)", paliers=steps_2012),
    ]


def perturb_supply(data: Donnees, spread: float, draws: int = 30) -> tuple[float, float]:
    """Lowest and highest Spearman when the supply of each commune is off by up to ± ``spread`` (seeded)."""
    generator = np.random.default_rng(0)
    base, published = chosen(data, "medecin"), data.column("apl_medecins")
    found = []
    for _ in range(draws):
        off = base.offre * generator.uniform(1 - spread, 1 + spread, len(base.offre))
        found.append(spearmanr(compute(data, replace(base, offre=off)), published).statistic)
    return float(min(found)), float(max(found))


def describe(profession: Profession) -> str:
    """The steps of a profession, in words."""
    steps = zip(profession.steps.upper_min, profession.steps.weight, strict=True)
    return ", ".join(f"{weight:.2g} sous {upper:g} min".replace(".", ",") for upper, weight in steps)
