"""What ARCEP would publish of the communes, invented: premises by technology, mobile sites by operator."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from exemple.communes import Communes

DATE = "2026-03-31"
FIXE: Final = (
    "code_insee", "nom_com", "code_dep", "code_reg", "nbr", "type", "elig_ftth", "elig_coax", "elig_cu",
    "elig_thdr", "elig_4gf", "elig_hdr", "elig_sat", "date",
)  # fmt: skip
SITES: Final = (
    "code_op", "nom_op", "num_site", "id_site_partage", "id_station_anfr", "x_lambert_93", "y_lambert_93",
    "latitude", "longitude", "nom_reg", "nom_dep", "insee_dep", "nom_com", "insee_com", "site_2g", "site_3g",
    "site_4g", "site_5g",
)  # fmt: skip
OPERATEURS: Final = ((20801, "Orange"), (20810, "SFR"), (20815, "Free Mobile"), (20820, "Bouygues Telecom"))
LOCAUX_PAR_HABITANT, HABITANTS_PAR_SITE, SANS_SITE = 0.55, 7_000, 400
RETARD = 0.12  # share of the smaller communes that fibre has hardly begun to reach

Rows = list[list[Any]]


def draw_fixed(communes: Communes, rng: np.random.Generator) -> Rows:
    """A row of ``commune_techno`` per commune; fibre nearly everywhere, late in some villages."""
    people = communes.population
    premises = np.maximum(np.rint(people * LOCAUX_PAR_HABITANT), 1).astype(int)
    late = (rng.random(len(people)) < RETARD) & (people < 5_000)
    share = np.where(late, rng.uniform(0.35, 0.78, len(people)), rng.uniform(0.86, 0.995, len(people)))
    cable = np.where(people > 20_000, rng.uniform(0.3, 0.8, len(people)), 0.0)
    return [
        [
            row["code"], row["nom"], "59", "32", int(n), "all", int(n * fibre), int(n * coax), int(n * 0.6),
            0, int(n * 0.9), 0, int(n), DATE,
        ]
        for row, n, fibre, coax in zip(communes.rows, premises, share, cable, strict=True)
    ]  # fmt: skip


def draw_sites(communes: Communes, rng: np.random.Generator) -> Rows:
    """A row per operator and site; the smallest villages have none."""
    rows: Rows = []
    for commune, lonlat, people in zip(communes.rows, communes.lonlat, communes.population, strict=True):
        for code, name in OPERATEURS:
            for _ in range(count_sites(int(people), rng)):
                lon, lat = np.round(lonlat + rng.normal(0, 0.006, 2), 5)
                five = int(rng.random() < 0.5)
                rows.append(
                    [
                        code, name, f"JE{len(rows) + 1}", None, None, None, None, lat, lon, "Hauts-de-France",
                        "Nord", "59", commune["nom"], commune["code"], 1, 1, int(rng.random() < 0.95), five,
                    ]
                )  # fmt: skip
    return rows


def count_sites(people: int, rng: np.random.Generator) -> int:
    """Sites of one operator in a commune."""
    return 0 if people < SANS_SITE else int(rng.poisson(people / HABITANTS_PAR_SITE))
