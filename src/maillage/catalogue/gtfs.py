"""What is read of a timetable feed (GTFS), and the rules by which its faults are told: ``gtfs.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from maillage.catalogue.lecture import read_toml

Gravite = Literal["ERROR", "WARNING", "INFO"]
Suite = Literal["refuse", "ecarte", "garde"]


@dataclass(frozen=True)
class RegleGtfs:
    """A rule: its name and gravity for the reference validator, what is said, what becomes of the feed.

    ``validateur``: whether the reference validator knows it by this name.
    """

    code: str
    gravite: Gravite
    validateur: bool
    suite: Suite
    quoi: str
    que_faire: str | None = None


@dataclass(frozen=True)
class FichierGtfs:
    """A file of the format: must it be there, the columns nothing is computed without, the others read."""

    nom: str
    obligatoire: bool
    colonnes: tuple[str, ...]
    lues: tuple[str, ...]
    cle: tuple[str, ...] = ()


@cache
def list_rules() -> dict[str, RegleGtfs]:
    """Every rule by its name.

    >>> list_rules()["point_near_origin"].suite
    'garde'
    """
    return {code: RegleGtfs(code=code, **entry) for code, entry in read_toml("gtfs.toml")["regles"].items()}


@cache
def list_files() -> dict[str, FichierGtfs]:
    """Every file read, by its name without suffix.

    >>> list_files()["trips"].cle
    ('trip_id',)
    """
    return {name: _build_file(name, entry) for name, entry in read_toml("gtfs.toml")["fichiers"].items()}


def _build_file(name: str, entry: dict[str, Any]) -> FichierGtfs:
    wanted, others, key = (tuple(entry.get(field, ())) for field in ("colonnes", "lues", "cle"))
    return FichierGtfs(name, entry["obligatoire"], wanted, others, key)


@cache
def list_typical_days() -> dict[str, tuple[str, int, bool]]:
    """Each typical day by its id: its name, its weekday (0: Monday), whether schools are on holiday.

    >>> list_typical_days()["samedi_scolaire"]
    ('samedi en période scolaire', 5, False)
    """
    entries = {k: v for k, v in read_toml("gtfs.toml")["jours_types"].items() if isinstance(v, dict)}
    return {key: (v["nom"], v["jour_semaine"], v["vacances"]) for key, v in entries.items()}
