"""What each cause can explain of the gap to the DREES for GPs, and where the gap is largest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl
from scipy.stats import spearmanr

from bench.conformite_apl import (
    STRATES_KM,
    Donnees,
    Float,
    Variante,
    chosen,
    compute,
    supply_neighbours,
    weigh,
)
from bench.tableaux import number
from maillage.access.apl import load_professions
from maillage.access.catchment import e2sfca
from maillage.access.decay import Steps

CONGESTION = 0.28
"""Mean of free flow and of the peak (+55 to +58 % in Lille, TomTom Telematics 2017), share of the time."""
ANNEES_DEPUIS_2013 = 12.0
ANNEES_APRES = (
    1.5  # from the middle of 2023, whose acts the DREES counts, to the head count of the end of 2024
)
TIRAGES = 30
OFFRES_FAUSSES = (0.2, 0.5)
VOISINS_IGNORES = "offre voisine ignorée"


def list_sensitivities(data: Donnees) -> list[Variante]:
    """For GPs, one thing varied at a time."""
    base = chosen(data, "medecin")
    return [*vary_times(base), *vary_supply(data, base), *vary_neighbours(base), *vary_method(data, base)]


def vary_times(base: Variante) -> list[Variante]:
    """Other estimates of the times, and other readings of the steps."""
    before = {"durees": "formule", "lecture": "plus_proche", "voisinage": "uniforme"}
    return [
        replace(base, nom="**avant** : formule seule, voisins dotés comme la moyenne", **before),
        replace(base, nom="durées : formule seule (sans les axes routiers)", durees="formule"),
        replace(base, nom="durées lues sans leur erreur (paliers secs)", lecture="seche"),
        replace(base, nom="durées − 10 %", temps=0.9),
        replace(base, nom="durées − 20 %", temps=0.8),
        replace(base, nom="durées + 10 %", temps=1.1),
        replace(base, nom="durées + 20 %", temps=1.2),
        replace(
            base,
            nom=f"circulation : + {100 * CONGESTION:.0f} % dans les grands centres urbains",
            congestion=CONGESTION,
        ),
    ]


def vary_supply(data: Donnees, base: Variante) -> list[Variante]:
    """Other counts of the same doctors."""
    old, sirene = data.offre["medecin_generaliste_2013"], data.offre["cabinet_medecine_generale_2025"]
    aged = data.column("medecins_generalistes_liberaux_60_plus")
    share = ANNEES_APRES / ANNEES_DEPUIS_2013
    sirene = sirene * base.offre.sum() / sirene.sum()
    return [
        replace(base, nom=f"offre : BPE 2013 ({number(old.sum(), 0)} médecins)", offre=old),
        replace(base, nom="offre : SIRENE 2025, ramenée au même total", offre=sirene),
        replace(
            base, nom="offre : mi-2023, entre 2013 et 2024", offre=(1 - share) * base.offre + share * old
        ),
        replace(
            base, nom="offre : médecins de 60 ans ou plus comptés pour moitié", offre=base.offre - aged / 2
        ),
        replace(base, nom="activité par médecin : élasticité − 0,25 à la densité locale", elasticite=-0.25),
        replace(base, nom="activité par médecin : élasticité − 0,5 à la densité locale", elasticite=-0.5),
    ]


def vary_neighbours(base: Variante) -> list[Variante]:
    """What is supposed of the supply beyond the border."""
    return [
        replace(base, nom="voisins dotés comme la moyenne du Nord", voisinage="uniforme"),
        replace(base, nom=VOISINS_IGNORES, voisins=0.0),
        replace(base, nom="offre voisine à 80 %", voisins=0.8),
        replace(base, nom="offre voisine à 120 %", voisins=1.2),
    ]


def vary_method(data: Donnees, base: Variante) -> list[Variante]:
    """Other shapes and sizes of the catchment, other demand."""
    steps_2012 = load_professions()["medecin_2012"].steps
    return [
        replace(base, nom="demande : habitants, sans les âges", demande=data.column("population_apl")),
        replace(base, nom="paliers de 2012 (5, 10, 15 min)", paliers=steps_2012),
        replace(base, nom="paliers 8, 12, 16 min", paliers=Steps((8, 12, 16), base_weights())),
        replace(base, nom="paliers 12, 18, 24 min", paliers=Steps((12, 18, 24), base_weights())),
        replace(base, nom="tout ou rien à 15 min", paliers=Steps((15,), (1.0,))),
        replace(base, nom="tout ou rien à 20 min", paliers=Steps((20,), (1.0,))),
        replace(base, nom="poids 1 ; 0,3 ; 0,1", paliers=Steps((10, 15, 20), (1.0, 0.3, 0.1))),
    ]


def base_weights() -> tuple[float, ...]:
    """The weights of the steps for GPs."""
    return load_professions()["medecin"].steps.weight


def perturb_supply(data: Donnees, spread: float) -> tuple[float, float]:
    """Lowest and highest Spearman when the supply of each commune is off by up to ± ``spread`` (seeded)."""
    generator = np.random.default_rng(0)
    base, published = chosen(data, "medecin"), data.column("apl_medecins")
    access = Acces(data, base)
    found = []
    for _ in range(TIRAGES):
        off = base.offre * generator.uniform(1 - spread, 1 + spread, len(base.offre))
        found.append(spearmanr(access(off), published).statistic)
    return float(min(found)), float(max(found))


class Acces:
    """APL of every commune for any supply of the communes, weights and neighbours kept."""

    def __init__(self, data: Donnees, v: Variante) -> None:
        self.weights, self.n = weigh(data, v), data.communes.height
        people = data.dehors["population"].cast(pl.Float64).to_numpy()
        self.outside = supply_neighbours(data, v, people)
        self.demand = np.concatenate([v.demande, people])
        self.factor = load_professions()[v.profession].factor

    def __call__(self, offre: Float) -> Float:
        """For this supply, float64[communes]."""
        supply = np.concatenate([offre, self.outside])
        return self.factor * e2sfca(self.weights, supply, self.demand)[: self.n]


# The doctors by age: what the DREES publishes without the eldest.


def compare_ages(data: Donnees) -> list[tuple[str, Float, Float]]:
    """Name, ours, published: all doctors, then those that stay when the eldest are left out."""
    base = chosen(data, "medecin")
    young = base.offre - data.column("medecins_generalistes_liberaux_60_plus")
    ours = compute(data, base), compute(data, replace(base, offre=young))
    return [
        ("tous ; DREES : tous", ours[0], data.column("apl_medecins")),
        ("moins de 60 ans ; DREES : moins de 62 ans", ours[1], data.column("apl_medecins_moins_62")),
        ("moins de 60 ans ; DREES : moins de 65 ans", ours[1], data.column("apl_medecins_moins_65")),
        ("moins de 60 ans ; DREES : tous", ours[1], data.column("apl_medecins")),
    ]


# Where the gap is.


@dataclass(frozen=True)
class Tranche:
    """One line of the table of where the gap is."""

    famille: str
    nom: str
    n: int
    median_gap: float
    median_abs: float
    spearman: float
    spearman_avant: float
    spearman_2015: float


def locate(data: Donnees) -> list[Tranche]:
    """The gap by kind of commune."""
    ours, published = compute(data, chosen(data, "medecin")), data.column("apl_medecins")
    others = compute(data, list_sensitivities(data)[0]), data.column("apl_medecins_2015")
    found = []
    for family, name, kept in list_groups(data):
        gap = ours[kept] - published[kept]
        rho = [float(spearmanr(x[kept], published[kept]).statistic) for x in (ours, *others)]
        found.append(
            Tranche(family, name, int(kept.sum()), float(np.median(gap)), float(np.median(abs(gap))), *rho)
        )
    return found


def list_groups(data: Donnees) -> list[tuple[str, str, np.ndarray]]:
    """Families of communes: density, border, autoroute, doctors there, change since 2013."""
    classe = data.communes["densite_classe"].to_numpy()
    names = [
        "Grands centres urbains", "Centres urbains intermédiaires", "Petites villes", "Ceintures urbaines",
        "Bourgs ruraux", "Rural à habitat dispersé",
    ]  # fmt: skip
    groups = [("Densité", name, classe == name) for name in names]
    for low, high in pairwise([*STRATES_KM, np.inf]):
        label = f"{low} à {high} km" if np.isfinite(high) else f"plus de {low} km"
        groups.append(("Limite", label, (data.border_km > low) & (data.border_km <= high)))
    for name, low, high in (("moins de 2 km", 0, 2), ("2 à 5 km", 2, 5), ("5 km ou plus", 5, np.inf)):
        groups.append(("Autoroute", name, (data.autoroute_km >= low) & (data.autoroute_km < high)))
    doctors = chosen(data, "medecin").offre
    for name, low, high in (("aucun", 0, 0), ("1 ou 2", 1, 2), ("3 à 9", 3, 9), ("10 ou plus", 10, 10_000)):
        groups.append(("Médecins", name, (doctors >= low) & (doctors <= high)))
    return groups + list_changes(data)


def list_changes(data: Donnees) -> list[tuple[str, str, np.ndarray]]:
    """Communes by the change, since 2013, of the supply they reach."""
    base = chosen(data, "medecin")
    access = Acces(data, base)
    now, then = access(base.offre), access(data.offre["medecin_generaliste_2013"])
    change = now / then
    return [
        ("Offre atteinte depuis 2013", "− 25 % ou moins", change <= 0.75),
        ("Offre atteinte depuis 2013", "− 25 à − 10 %", (change > 0.75) & (change <= 0.9)),
        ("Offre atteinte depuis 2013", "− 10 % ou plus", change > 0.9),
    ]


def list_extremes(data: Donnees, count: int = 8) -> tuple[str, str]:
    """The communes where we are lowest and highest beside the DREES: name, theirs and ours."""
    ours, published = compute(data, chosen(data, "medecin")), data.column("apl_medecins")
    names = data.communes["nom"].to_list()
    order = np.argsort(ours / published, kind="stable")

    def name(rows: np.ndarray) -> str:
        return ", ".join(f"{names[k]} ({number(published[k])} ; {number(ours[k])})" for k in rows)

    return name(order[:count]), name(order[::-1][:count])
