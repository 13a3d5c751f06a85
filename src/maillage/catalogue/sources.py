"""The open-data sources: producer, licence, official page and address, format documentation, tried or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.lecture import read_csv, read_toml


@dataclass(frozen=True)
class Source:
    """One source. ``url``: the direct address, null unless ``confirme``; ``page``: where a person finds it.

    ``eprouve``: the reader has run on a real file, of hash ``sha256_eprouve`` and vintage ``millesime``;
    another file that does not say its vintage is « non daté ». ``cles``: the columns (or JSON keys), in any
    letters, by which a file is recognised; several lists are alternatives. ``membre``: pattern of the useful
    files of a zip, where ``{territoire}`` is met, mart or reun.
    """

    id: str
    nom: str
    producteur: str
    licence: str
    millesime: str
    page: str
    url: str | None
    documentation: str
    fichier: str
    eprouve: bool
    confirme: bool
    obligatoire: bool
    natures: tuple[str, ...]
    cles: tuple[frozenset[str], ...]
    remarque: str
    membre: str
    sha256_eprouve: str


@cache
def list_sources() -> dict[str, Source]:
    """Every source by id, in the order of the file."""
    entries = read_toml("sources.toml")["source"]
    return {entry["id"]: build_source(entry) for entry in entries}


def build_source(entry: dict[str, Any]) -> Source:
    """A source from its entry; absent optional fields get their neutral value."""
    values = {
        "url": None,
        "remarque": "",
        "membre": "*",
        "sha256_eprouve": "",
        "obligatoire": False,
        "millesime": "",
        **entry,
    }
    values["natures"] = tuple(values["natures"])
    values["cles"] = tuple(frozenset(keys) for keys in values["cles"])
    return Source(**values)


@cache
def list_osm_regions() -> dict[str, str]:
    """Département → name of the OpenStreetMap extract that holds it (Geofabrik)."""
    return {row["departement"]: row["extrait"] for row in read_csv("extraits_osm.csv")}


def get_osm_region(departement: str) -> str:
    """The extract of a département.

    >>> get_osm_region("59")
    'europe/france/nord-pas-de-calais'
    """
    return list_osm_regions()[departement]
