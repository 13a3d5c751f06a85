"""Baskets of services: which types answer which daily need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.types_service import list_types


@dataclass(frozen=True)
class ServicePanier:
    """One need: the nearest of ``types`` answers it; ``types_2024``, in the newer tables, empty if none."""

    id: str
    libelle: str
    types: tuple[str, ...]
    types_2024: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panier:
    """A basket: its services in order, where its list comes from, whether a département may edit it.

    ``un_millesime``: all its services are read in one source of one year, else each in its newest.
    """

    id: str
    libelle: str
    description: str
    source: str
    date: str
    lien: str
    confirme: bool
    modifiable: bool
    services: tuple[ServicePanier, ...]
    un_millesime: bool = False


@cache
def list_baskets() -> dict[str, Panier]:
    """Every basket by id.

    >>> len(list_baskets()["quotidien"].services)
    21
    """
    entries = {entry["id"]: entry for entry in read_toml("paniers.toml")["panier"]}
    listed = {
        name: entries[entry["services_de"]] if "services_de" in entry else entry
        for name, entry in entries.items()
    }
    return {
        name: build_basket({**entry, "services": listed[name]["services"]}) for name, entry in entries.items()
    }


def build_basket(entry: dict[str, Any]) -> Panier:
    """A basket from its entry; also for the one that a département writes.

    Raises:
        EntreeInvalide: with every unknown type and every service twice.
    """
    services = tuple(
        ServicePanier(s["id"], s["libelle"], tuple(s["types"]), tuple(s.get("types_2024", ())))
        for s in entry["services"]
    )
    fautes = find_faults(services)
    if fautes:
        raise EntreeInvalide(f"Le panier « {entry['id']} » est refusé.", fautes)
    fields = {name: value for name, value in entry.items() if name != "services_de"}
    return Panier(**{**fields, "services": services})


def find_faults(services: tuple[ServicePanier, ...]) -> tuple[Faute, ...]:
    """Types absent from the catalogue, services listed twice, services without a type."""
    known = list_types()
    used = [(s.id, name) for s in services for name in (*s.types, *s.types_2024)]
    ids = [s.id for s in services]
    return (
        *(Faute(f"service « {s} » : type inconnu « {name} »") for s, name in used if name not in known),
        *(Faute(f"service « {s} » présent deux fois") for s in sorted({s for s in ids if ids.count(s) > 1})),
        *(Faute(f"service « {s.id} » sans type") for s in services if not s.types),
    )
