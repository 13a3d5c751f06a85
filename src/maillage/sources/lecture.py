"""What all readers share: the source's entry, the file's vintage, the provenance of the table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from maillage.catalogue.sources import Source, list_sources
from maillage.sources.base import Nature, Provenance, Table, compute_sha256
from maillage.sources.colonnes import list_notes
from maillage.sources.lieux import get_departement
from maillage.sources.schemas import conform

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from maillage.catalogue.erreurs import Faute
    from maillage.sources.controle import Controle

DATE_DU_NOM = re.compile(r"(?<!\d)(20\d{2})(?:[-_](0[1-9]|1[0-2]))?(?!\d)")


def guess_vintage(entry: Source, sha256: str, *paths: Path) -> str:
    """The vintage of a file that does not state its own: that of the file tried, when it is that very file
    (same hash), else the year, or year and month, of its name, else « non daté »."""
    if entry.millesime and sha256 == entry.sha256_eprouve:
        return entry.millesime
    found = (DATE_DU_NOM.search(path.stem) for path in paths)
    return next(("-".join(part for part in match.groups() if part) for match in found if match), "non daté")


def build_provenance(source: str, *paths: Path, millesime: str | None = None) -> Provenance:
    """The provenance of a table read from ``paths``; ``millesime`` when the content states it."""
    entry = list_sources()[source]
    sha256 = compute_sha256(*paths, *list_notes(paths))
    return Provenance(
        id=entry.id,
        nom=entry.nom,
        producteur=entry.producteur,
        licence=entry.licence,
        millesime=millesime or guess_vintage(entry, sha256, *paths),
        url=entry.url,
        sha256=sha256,
        fichier=", ".join(sorted(path.name for path in paths)),
        eprouve=entry.eprouve,
    )


def situate(avertissements: list[Faute], frame: pl.DataFrame) -> tuple[Faute, ...]:
    """The warnings, each with the département of its row where the table says it (``_ligne``)."""
    if not avertissements or "_ligne" not in frame.columns:
        return tuple(avertissements)
    if "departement" in frame.columns:
        places = frame["departement"]
    elif "code_insee" in frame.columns:
        places = get_departement(frame["code_insee"])
    else:
        return tuple(avertissements)
    where = dict(zip(frame["_ligne"], places, strict=True))
    return tuple(
        replace(faute, departement=faute.departement or where.get(faute.ligne)) for faute in avertissements
    )


def build_table(
    nature: Nature,
    frame: pl.DataFrame,
    provenance: Provenance,
    controle: Controle,
    *,
    unites: dict[str, str] | None = None,
    millesimes: dict[str, str] | None = None,
) -> Table:
    """The table, once every fault was refused; row numbers are dropped."""
    controle.refuse()
    tidy = conform(frame.drop("_ligne", strict=False), nature)
    return Table(
        nature,
        tidy,
        provenance,
        situate(controle.avertissements, frame),
        unites or {},
        millesimes or {},
        vides=controle.vides,
    )
