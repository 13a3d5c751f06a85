"""What a message says: its body, and the JSON Schema of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from maillage.web.publication.flux.parution import GENRES_DITS, Parution
from maillage.web.publication.webhooks.models import ESSAI

TEXTES: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


def write_parution(one: Parution, site: str, autorite: str) -> str:
    """What appeared, under the id that feeds give it too."""
    data = {
        "id": one.make_tag(autorite),
        "titre": one.titre,
        "texte": one.texte,
        "adresse": site.rstrip("/") + one.adresse,
        "themes": list(one.themes),
        "arrondissements": list(one.arrondissements),
        "champs": list(one.champs),
    }
    return _write(str(one.genre), one.le, data)


def write_essai(nom: str, site: str, le: datetime) -> str:
    """A message that tells of nothing."""
    data = {"id": f"essai {le:%Y-%m-%d}", "titre": f"Essai : {nom}", "texte": "Rien n’a changé.",
            "adresse": site, "themes": [], "arrondissements": [], "champs": []}  # fmt: skip
    return _write(ESSAI, le, data)


def _write(genre: str, le: datetime, data: dict[str, Any]) -> str:
    document = {"type": genre, "timestamp": le.isoformat(), "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def make_schema() -> dict[str, Any]:
    """The JSON Schema of the body of every message."""
    told = {
        "id": {
            "type": "string",
            "description": "Celui de l’entrée du flux : il ne désigne jamais autre chose",
        },
        "titre": {"type": "string"},
        "texte": {"type": "string"},
        "adresse": {
            "type": "string",
            "format": "uri",
            "description": "La page qui dit ce qui est aujourd’hui",
        },
        "themes": {**TEXTES, "description": "Clés des thèmes concernés"},
        "arrondissements": {**TEXTES, "description": "Codes INSEE des arrondissements concernés"},
        "champs": {
            **TEXTES,
            "description": "Champs publics qui ont changé, par leur nom dans programme.json",
        },
    }
    kinds = [{"const": str(one), "description": said} for one, said in GENRES_DITS.items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Message d’un webhook de Maillage",
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"oneOf": [*kinds, {"const": ESSAI, "description": "Un essai : rien n’a changé"}]},
            "timestamp": {"type": "string", "format": "date-time", "description": "Quand cela a changé"},
            "data": {
                "type": "object",
                "required": list(told),
                "properties": told,
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    }
