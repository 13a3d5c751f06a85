"""The comités of the catalogue: those of an embedded schema, or two neutral ones that anyone edits."""

from __future__ import annotations

from typing import Any

from maillage.catalogue.lecture import list_files, read_toml
from maillage.sdaasp.gouvernance.modele import Comite

DOSSIER = "comites"
NEUTRE = "neutre"


def load_comites(schema: str) -> tuple[Comite, ...]:
    """The comités of the schema of this key, when the catalogue knows them; the neutral ones otherwise.

    >>> [comite.sigle for comite in load_comites("nord-2025-2030")]
    ['CTS', 'CoTech', 'CTA', 'CoPil']
    >>> [comite.cle for comite in load_comites("isere-2026-2031")]
    ['suivi', 'pilotage']
    """
    path = f"{DOSSIER}/{schema}.toml"
    known = path in list_files(DOSSIER, ".toml")
    return tuple(map(_read, read_toml(path if known else f"{DOSSIER}/{NEUTRE}.toml")["comite"]))


def _read(entry: dict[str, Any]) -> Comite:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    periodes = tuple((first, last) for first, last in entry["periodes"])
    return Comite(**{**entry, **lists, "periodes": periodes})
