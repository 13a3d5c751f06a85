"""Whether a record is valid data·inclusion v1: the national library answers, in French and with the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from data_inclusion.schema.v1 import Service as ServiceV1
from data_inclusion.schema.v1 import Structure as StructureV1
from pydantic import BaseModel, ValidationError

from maillage.catalogue.erreurs import Faute

MODELES: Final[Mapping[str, type[BaseModel]]] = {"structures": StructureV1, "services": ServiceV1}
"""The two lists of a file of the schema."""

QUOI: Final = {
    "missing": "champ obligatoire absent",
    "enum": "valeur inconnue du schéma : {dit}",
    "string_too_short": "texte trop court ({min_length} caractères au moins) : {dit}",
    "string_too_long": "texte trop long ({max_length} caractères au plus)",
    "string_pattern_mismatch": "{dit} n’a pas la forme attendue",
    "string_type": "un texte est attendu, et non {dit}",
    "url_parsing": "{dit} n’est pas une adresse web complète",
    "url_scheme": "{dit} n’est pas une adresse en http ou https",
    "date_from_datetime_parsing": "{dit} n’est pas une date",
    "date_parsing": "{dit} n’est pas une date",
    "float_parsing": "{dit} n’est pas un nombre",
    "float_type": "{dit} n’est pas un nombre",
    "int_parsing": "{dit} n’est pas un nombre entier",
    "too_short": "liste vide : laissez le champ sans valeur",
    "greater_than_equal": "{dit} est inférieur à {ge}",
}
QUE_FAIRE: Final = {
    "missing": "Complétez-le à la source.",
    "enum": "Reprenez une valeur du schéma data·inclusion v1.",
    "url_parsing": "Écrivez l’adresse entière, « https:// » compris.",
    "date_parsing": "Écrivez AAAA-MM-JJ.",
    "date_from_datetime_parsing": "Écrivez AAAA-MM-JJ.",
}
CHAMPS: Final = {
    "courriel": "{dit} n’est pas une adresse électronique",
    "publics": "« tous-publics » ne va avec aucun autre public",
    "date_maj": "la date de mise à jour {dit} n’est pas possible (avant 2000 ou après aujourd’hui)",
    "zone_eligibilite": "{dit} n’est pas le code d’une commune, d’un EPCI, d’un département ou d’un pays",
}


def check(
    liste: str, told: Mapping[str, Any], fichier: str | None = None, ligne: int | None = None
) -> tuple[Faute, ...]:
    """Every fault of one record of the list ``structures`` or ``services``, empty when it is valid.

    >>> told = {"source": "s", "id": "s--1", "nom": "CCAS", "date_maj": "hier", "siret": "12"}
    >>> for fault in check("structures", told, "a.json", 3): print(fault)
    a.json, ligne 3, colonne « date_maj » : « hier » n’est pas une date. Écrivez AAAA-MM-JJ.
    a.json, ligne 3, colonne « siret » : texte trop court (14 caractères au moins) : « 12 »
    """
    try:
        MODELES[liste].model_validate(dict(told))
    except ValidationError as refused:
        # One value that fits none of several forms is one fault.
        found = {(error["loc"][0], error["loc"][1:2]): error for error in reversed(refused.errors())}
        return tuple(say(error, fichier, ligne) for error in reversed(found.values()))
    return ()


def is_valid(liste: str, told: Mapping[str, Any]) -> bool:
    """Whether a record is valid v1.

    >>> is_valid("structures", {"source": "s", "id": "s--1", "nom": "CCAS", "date_maj": "2026-01-31"})
    True
    """
    return not check(liste, told)


def check_ids(told: Iterable[Mapping[str, Any]], fichier: str | None = None) -> tuple[Faute, ...]:
    """Records that bear the id of another one before them, rows counted from 1.

    >>> [fault.ligne for fault in check_ids([{"id": "a"}, {"id": "b"}, {"id": "a"}])]
    [3]
    """
    first: dict[object, int] = {}
    faults = []
    for ligne, one in enumerate(told, 1):
        before = first.setdefault(one.get("id"), ligne)
        if before != ligne:
            quoi = f"l’identifiant « {one.get('id')} » est déjà celui de la fiche {before}"
            faults.append(
                Faute(quoi, fichier, ligne, "id", "Gardez-en une, ou donnez-leur deux identifiants.")
            )
    return tuple(faults)


def say(error: Any, fichier: str | None, ligne: int | None) -> Faute:
    """One fault in French, out of what the library says."""
    champ, kind = str(error["loc"][0]), error["type"]
    told = f"« {error['input']} »"
    pattern = CHAMPS.get(champ) if kind == "value_error" or champ == "zone_eligibilite" else None
    pattern = pattern or QUOI.get(kind, "{dit} n’est pas admis par le schéma")
    return Faute(pattern.format(dit=told, **error.get("ctx", {})), fichier, ligne, champ, QUE_FAIRE.get(kind))
