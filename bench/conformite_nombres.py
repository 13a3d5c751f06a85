"""The numbers that the words of the chapter on care quote: each computed, none typed."""

from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr

from bench import conformite_causes as causes
from bench.conformite_apl import BUFFER_M, PUBLIES, Donnees, Float, Variante, chosen, compute
from bench.tableaux import number
from maillage.access.apl import load_professions

DREES_ANNEES = (2015, 2023)
BPE_ANNEE = 2013
VOISINES = ("Englos", "Loos")  # two communes of one urban centre that the DREES sets far apart


def list_words(data: Donnees) -> dict[str, str]:
    """Every number of the text, by its place in the model."""
    return correlate_marks(data) | describe_supply(data) | describe_causes(data) | compare_others(data)


def correlate(one: Float, other: Float, kept: Float | None = None) -> str:
    """Spearman, among ``kept`` communes."""
    kept = np.ones(len(one), bool) if kept is None else kept
    kept = kept & np.isfinite(one) & np.isfinite(other)
    return number(float(spearmanr(one[kept], other[kept]).statistic), 2)


def correlate_marks(data: Donnees) -> dict[str, str]:
    """Marks to hold our correlation against: doctors per head, and the DREES of another year."""
    v, published = chosen(data, "medecin"), data.column("apl_medecins")
    return {
        "rho_densite": correlate(v.offre / v.demande, published),
        "rho_drees": correlate(data.column("apl_medecins_2015"), published),
        "drees_ans": str(DREES_ANNEES[1] - DREES_ANNEES[0]),
        "drees_annee": str(DREES_ANNEES[1]),
        "age_offre": str(DREES_ANNEES[1] - BPE_ANNEE),
    }


def describe_supply(data: Donnees) -> dict[str, str]:
    """Doctors, their acts, and how far neighbours are read."""
    return {
        "medecins": number(chosen(data, "medecin").offre.sum(), 0),
        "consultations": number(load_professions()["medecin"].factor, 0),
        "tampon_km": number(BUFFER_M / 1000, 0),
        "offre_fausse": number(100 * causes.OFFRES_FAUSSES[0], 0),
    }


def describe_causes(data: Donnees) -> dict[str, str]:
    """The correlations and places that the reading of causes quotes."""
    published, far = data.column("apl_medecins"), data.border_km > 10
    variants = {v.nom: v for v in causes.list_sensitivities(data)}
    alone = compute(data, variants[causes.VOISINS_IGNORES])
    ages = causes.compare_ages(data)
    names = data.communes["nom"].to_list()
    places = {name.lower(): number(published[names.index(name)]) for name in VOISINES}
    return places | {
        "seuls_rho_0": correlate(alone, published),
        "seuls_rho_10": correlate(alone, published, far),
        "bpe2013_rho_0": correlate(compute(data, find_old_supply(data)), published),
        "ages_rho": correlate(*ages[0][1:]),
        "jeunes_rho": correlate(*ages[1][1:]),
    }


def find_old_supply(data: Donnees) -> Variante:
    """The configuration kept, on the doctors of the BPE of 2013."""
    return next(v for v in causes.list_sensitivities(data) if v.nom.startswith("offre : BPE"))


def compare_others(data: Donnees) -> dict[str, str]:
    """Nurses and physiotherapists per 100,000, ours and the DREES's, weighed by demand."""
    found = {}
    for profession, name in (("infirmier", "infirmiers"), ("kinesitherapeute", "kines")):
        v, published = chosen(data, profession), data.column(PUBLIES[profession][0])
        for key, values in ((name, compute(data, v)), (f"{name}_drees", published)):
            kept = np.isfinite(values) & np.isfinite(v.demande)
            found[key] = number(np.average(values[kept], weights=v.demande[kept]), 0)
    return found
