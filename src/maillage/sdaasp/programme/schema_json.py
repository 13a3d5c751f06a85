"""The JSON Schema of a programme, read from its dataclasses: what docs/schema-programme.json holds."""

from __future__ import annotations

import inspect
from datetime import date
from enum import StrEnum
from typing import Any

from maillage.sdaasp.programme.echange import FORMAT
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import Champ, describe

_SCALARS: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}


def make_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the document that ``export_programme`` writes.

    >>> make_schema()["$defs"]["Cible"]["required"]
    ['indicateur', 'annee']
    """
    definitions: dict[str, Any] = {}
    _define(Programme, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Programme d’un SDAASP",
        "type": "object",
        "required": ["format", "programme"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "programme": {"$ref": "#/$defs/Programme"},
            "completude": {
                "type": "object",
                "description": "Computed when the file was written; never read back.",
            },
        },
        "$defs": dict(sorted(definitions.items())),
    }


def _define(cls: type, definitions: dict[str, Any]) -> None:
    champs = describe(cls)
    definitions[cls.__name__] = {
        "type": "object",
        "description": inspect.cleandoc(cls.__doc__ or ""),
        "additionalProperties": False,
        "required": [champ.nom for champ in champs if champ.is_obligatoire],
        "properties": {champ.nom: _write_field(champ) for champ in champs},
    }
    for champ in champs:
        if champ.is_objet and champ.type.__name__ not in definitions:
            _define(champ.type, definitions)


def _write_field(champ: Champ) -> dict[str, Any]:
    value = _write_type(champ.type)
    if champ.liste:
        value = {"type": "array", "items": value}
    return {"anyOf": [value, {"type": "null"}]} if champ.nullable else value


def _write_type(base: type) -> dict[str, Any]:
    if base in _SCALARS:
        return _SCALARS[base]
    if issubclass(base, StrEnum):
        return {"enum": [member.value for member in base]}
    return {"$ref": f"#/$defs/{base.__name__}"}
