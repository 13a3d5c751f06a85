"""Which places of OpenStreetMap offer which type of service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_toml

FILE = "osm_types.toml"


@dataclass(frozen=True)
class RegleOsm:
    """A tag ``key=value``, conditions that must all hold, and the type of service they mean."""

    etiquette: str
    avec: tuple[str, ...]
    type: str
    confirme: bool


@cache
def list_rules() -> tuple[RegleOsm, ...]:
    """Every rule; rules with conditions come first."""
    toml = read_toml(FILE)
    precise = [
        RegleOsm(entry["etiquette"], tuple(entry.get("avec", ())), entry["type"], entry["confirme"])
        for entry in toml["regle"]
    ]
    plain = [RegleOsm(tag, (), type_, confirme=True) for tag, type_ in toml["confirme"].items()]
    return tuple(sorted([*precise, *plain], key=lambda rule: -len(rule.avec)))


@cache
def list_keys() -> tuple[str, ...]:
    """Keys that a place of interest bears, sorted.

    >>> list_keys()[:3]
    ('aeroway', 'amenity', 'craft')
    """
    return tuple(sorted({rule.etiquette.partition("=")[0] for rule in list_rules()}))


@cache
def _list_excluded() -> tuple[str, ...]:
    return tuple(read_toml(FILE)["ecarter"])


def find_types(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Types of service that a place offers, one at most for each of its tags, sorted.

    >>> find_types({"amenity": "post_office", "post_office": "post_partner", "shop": "newsagent;convenience"})
    ('epicerie', 'librairie_presse', 'relais_poste')
    >>> find_types({"amenity": "library", "access": "private"})
    ()
    """
    if any(_holds(tags, condition) for condition in _list_excluded()):
        return ()
    found: dict[str, str] = {}
    for rule in list_rules():
        if rule.etiquette not in found and all(_holds(tags, tag) for tag in (rule.etiquette, *rule.avec)):
            found[rule.etiquette] = rule.type
    return tuple(sorted(set(found.values())))


def _holds(tags: Mapping[str, str], condition: str) -> bool:
    """Whether one of the values of a key, separated by ";", is the condition's."""
    key, _, value = condition.partition("=")
    return value in {part.strip() for part in tags.get(key, "").split(";")}
