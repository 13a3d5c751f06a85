"""Types of service: readable id, French label, domain, gamme, BPE code where documentation confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_csv


@dataclass(frozen=True)
class TypeService:
    """One type. ``bpe2013``: its label in the BPE 2013 counts, null when absent from it.

    ``gamme`` (proximite, intermediaire, superieure) is null unless a document confirms it;
    ``bpe_codes`` (empty unless confirmed) are codes of the nomenclature of ``bpe_millesimes``.
    """

    id: str
    libelle: str
    libelle_pluriel: str
    domaine: str
    gamme: str | None
    bpe_codes: tuple[str, ...]
    bpe_millesimes: str | None
    bpe_confirme: bool
    bpe2013: str | None
    source: str


@cache
def list_types() -> dict[str, TypeService]:
    """Every type by id, in the order of the catalogue."""
    return {
        row["id"]: TypeService(
            id=row["id"],
            libelle=row["libelle"],
            libelle_pluriel=row["libelle_pluriel"],
            domaine=row["domaine"],
            gamme=row["gamme"] or None,
            bpe_codes=tuple(row["bpe_code"].split("|")) if row["bpe_code"] else (),
            bpe_millesimes=row["bpe_millesimes"] or None,
            bpe_confirme=row["bpe_confirme"] == "true",
            bpe2013=row["bpe2013"] or None,
            source=row["source"],
        )
        for row in read_csv("types_service.csv")
    }


@cache
def list_bpe2013_labels() -> dict[str, str]:
    """BPE 2013 label → type id.

    >>> list_bpe2013_labels()["Médecin omnipraticien"]
    'medecin_generaliste'
    """
    return {t.bpe2013: t.id for t in list_types().values() if t.bpe2013}


@cache
def list_bpe_codes() -> dict[str, str]:
    """Confirmed BPE code → type id.

    >>> list_bpe_codes()["D307"], list_bpe_codes()["E108"]
    ('pharmacie', 'gare')
    """
    return {code: t.id for t in list_types().values() if t.bpe_confirme for code in t.bpe_codes}
