"""The open-data sources: producer, licence, official page and address, format documentation, tried or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.lecture import read_toml


@dataclass(frozen=True)
class Source:
    """One source. ``url``: the direct address, null unless ``confirme``; ``page``: where a person finds it.

    ``eprouve``: the reader has run on a real file; ``millesime`` of the file it ran on, used where a file
    does not say its own. ``cles``: the columns (or JSON keys) by which a file is recognised; several lists
    are alternatives.
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


@cache
def list_sources() -> dict[str, Source]:
    """Every source by id, in the order of the file."""
    entries = read_toml("sources.toml")["source"]
    return {entry["id"]: build_source(entry) for entry in entries}


def build_source(entry: dict[str, Any]) -> Source:
    """A source from its entry; absent optional fields get their neutral value."""
    values = {"url": None, "remarque": "", "obligatoire": False, "millesime": "", **entry}
    values["natures"] = tuple(values["natures"])
    values["cles"] = tuple(frozenset(keys) for keys in values["cles"])
    return Source(**values)
