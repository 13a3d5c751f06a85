"""The names and types of an atlas's files; docs/atlas.md says what they mean."""

from __future__ import annotations

from typing import Final

import polars as pl

from maillage.access.evaluation.fiabilite import FIABILITES

FORMAT: Final = 2
"""Raised when a file or column changes meaning; an atlas of another format is refused."""

FORMAT_RESEAU: Final = 3
FORMATS_RESEAU: Final = (2, FORMAT_RESEAU)
"""Of its road networks. 2, read too: a road has one copy at most, and does not say whose it is."""
RESEAU: Final = "reseau.json"
"""What describes the network of a mode, in its folder."""

MANIFEST: Final = "manifest.json"
JOURNAL: Final = "journal.json"
ENTREES: Final = "entrees"
"""The folder of what an evaluation in memory starts from."""

NIVEAUX: Final = (
    "carreau",
    "commune",
    "epci",
    "canton",
    "bassin_vie",
    "arrondissement",
    "departement",
    "zone",
)
TERRITOIRES: Final = NIVEAUX[1:]

FIABILITE: Final = pl.Enum(FIABILITES)
SUFFIXES: Final = ("_fiabilite", "_couverture", "_bas", "_haut")

LABELS: Final = {
    "carreau": "carreau",
    "commune": "commune",
    "epci": "EPCI",
    "canton": "canton",
    "bassin_vie": "bassin de vie",
    "arrondissement": "arrondissement",
    "departement": "département",
    "zone": "zone",
}
