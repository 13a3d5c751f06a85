"""The themes of the reception network, by name."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.catalogue.lecture import read_toml
from maillage.web.programme.noms import list_portees


def name_themes(schema: Mapping[str, str] | None = None) -> dict[str, str]:
    """Key → theme as the schema calls it (asked unless given), else as the model of a new schema does."""
    neutral = {one["cle"]: one["nom"] for one in read_toml("modeles_schema/neutre.toml")["themes"]}
    return neutral | dict(list_portees().get("theme", {}) if schema is None else schema)
