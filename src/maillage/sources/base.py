"""What every source hands over: a tidy table and where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from maillage.catalogue.erreurs import Faute

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

Nature = Literal[
    "communes",
    "contours",
    "carreaux",
    "implantations",
    "capacites",
    "complements",
    "offre_commune",
    "statistiques",
    "qpv",
    "zones",
    "mouvements",
    "appartenance",
    "mairies",
    "temps_publies",
    "lieux_voisins",
]


@dataclass(frozen=True)
class Provenance:
    """Where a table comes from. ``fichier`` is the file's name, never its path."""

    id: str
    nom: str
    producteur: str
    licence: str
    millesime: str
    url: str | None
    sha256: str
    fichier: str
    eprouve: bool


@dataclass(frozen=True)
class Table:
    """A checked frame of a known nature (columns: ``sources/schemas.py``), its provenance, its reserves.

    ``avertissements`` are faults of the file that could be set aside without losing the rest; each
    was answered by null, never by a guess. ``unites`` and ``millesimes`` are per column where they differ.
    ``ramenes``: the codes of communes found in the file that are others today, each with its present one.
    ``vides``: the columns of the file that hold nothing. ``noms``: of a list of communes or of movements,
    (present code, another name or postcode of it). ``recense``: it counts a list of all there is, where a
    commune that is not named has none (``recenses.py``).
    """

    nature: Nature
    frame: pl.DataFrame
    provenance: Provenance
    avertissements: tuple[Faute, ...] = ()
    unites: dict[str, str] = field(default_factory=dict)
    millesimes: dict[str, str] = field(default_factory=dict)
    ramenes: tuple[tuple[str, str], ...] = ()
    vides: tuple[str, ...] = ()
    noms: tuple[tuple[str, str], ...] = ()
    recense: bool = False


def compute_sha256(*paths: Path) -> str:
    """Hash of one file, or of several as the hash of their hashes in the order of their names."""
    digests = []
    for path in sorted(paths, key=lambda p: p.name):
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
