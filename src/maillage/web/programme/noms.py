"""The names behind the keys: what every page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from maillage.web.programme import models
from maillage.web.programme.lecture import SchemaAbsent
from maillage.web.programme.lieux import name_key


@dataclass(frozen=True)
class Noms:
    """The names behind the keys: what every page shows."""

    schema: Mapping[str, Any]
    themes: Mapping[str, str]
    declinables: tuple[str, ...]
    arrondissements: Mapping[str, str]
    zones: Mapping[str, str]
    dimensions: Mapping[str, str]

    @cached_property
    def demarches(self) -> dict[str, str]:
        """The plans kept elsewhere, asked of the base only by a page that names one."""
        rows = models.PlanExterne.objects.values_list("cle", "sigle", "nom")
        return {cle: sigle or nom for cle, sigle, nom in rows}

    def get(self, key: str | None) -> str:
        """The name of any key of these lists, else the key itself."""
        for names in (self.themes, self.dimensions, self.arrondissements, self.zones):
            if key is not None and key in names:
                return names[key]
        if key is not None and key in self.demarches:
            return self.demarches[key]
        return name_key(key) if key else ""


def get_noms() -> Noms:
    """The names, in one query; 404 while no schema has begun."""
    row = models.Referentiel.objects.only("contenu").first()
    if row is None:
        raise SchemaAbsent
    content = row.contenu
    places = content["territoires"]
    return Noms(
        schema=content["schema"],
        themes={t["cle"]: t["nom"] for t in content["themes"]},
        declinables=tuple(t["cle"] for t in content["themes"] if t["declinable"]),
        arrondissements={t["code"]: t["nom"] for t in places if t["niveau"] == "arrondissement"},
        zones={t["code"]: t["nom"] for t in places if t["niveau"] == "zone"},
        dimensions={d["cle"]: d["nom"] for d in content["dimensions_transversales"]},
    )


def list_portees() -> dict[str, dict[str, str]]:
    """What a mandate may name: themes, arrondissements and dimensions of the programme, none before it."""
    if not models.Referentiel.objects.exists():
        return {}
    noms = get_noms()
    places = {f"arrondissement:{code}": name for code, name in noms.arrondissements.items()}
    return {"theme": dict(noms.themes), "territoire": places, "dimension": dict(noms.dimensions)}
