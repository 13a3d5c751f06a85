"""Estimated times judged on published ones: the distribution, by département, of real road times.

    python -m bench.temps_publies [--atlas ATLAS]     prints the tables

The protocol, written before any comparison was computed:

* **Published**: ``temps_acces_departements.csv``, minutes to the nearest of 15 types of service (BPE 2023) on
  the roads: mean, median, first and ninth deciles of people. How it was computed is not stated there. No value
  is under one minute, which is a convention, not a measure.
* **Ours**: the Nord as the product computes it. From each inhabited cell of 1 km, weighed by its people, to
  the nearest place of the type; services known by commune only are spread over it in proportion to people.
* **Comparable** types are those our data hold under the same definition, whatever the vintage; the judgement
  is on them only. Four more are shown without being judged: the stations by rank (another classification in
  2013), the agences postales (half of the network became one since 2013), the primary schools (our tables
  cannot tell an école primaire from an élémentaire). Déchèteries are in none of our tables.
* **Error**: mean over services of the mean of |ln(ours / published)| over the four statistics.
* **The border**: supply of the neighbouring départements is unknown, which can only lengthen our times. The
  error is computed twice: as the product computes, and at the other extreme, as if each French cell beyond the
  border held the service. Places from a national file are known on both sides and read once.
* **Refit**: two numbers only, ``constante`` (a scale) and ``exposant`` (how fast trips get faster), the other
  four staying as fitted on the Isère. They minimise the sum of two errors, each divided by that of the present
  formula: the cost of :mod:`bench.estimate_fit` on the half of the communes of Isère that fits, on flat land;
  the error above on half of the comparable types (seed 2026, types sorted by BPE code).
* **Decision**: the new pair is adopted when, all four,
  1. the error on the types that did not serve falls,
  2. it falls at the other extreme of the border too (a formula must not make up for services we cannot see),
  3. on the communes of Isère that did not serve, median and 90th percentile of the error of a pair on flat
     land rise by less than 5 %,
  4. of all the other ways to halve the comparable types, the held-out error falls in at least nine of ten.
  Else the present formula stays. The attempt is published in both cases.
* **Not looked at**: the share of people beyond 7 minutes of the basket, which the reference document gives for
  three basins. It serves neither to choose nor to stop; it is computed after, in :mod:`bench.conformance`.
"""

from __future__ import annotations

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
