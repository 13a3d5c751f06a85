"""A programme as plain values (dictionaries, lists, text, numbers) and back, with every fault at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from maillage.catalogue.dates import read_date
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.textes import check_text, clean_text
from maillage.sdaasp.programme.dates import check_dates
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import Champ, describe, iter_items

T = TypeVar("T")
FORMAT = 1
ENTIER, NOMBRE, PROFONDEUR = 2**31 - 1, 1e15, 20


def to_plain(item: Any) -> Any:
    """Plain values of any object of the programme; dates are ISO text, missing is ``None``.

    >>> from maillage.sdaasp.programme.modele import Etape
    >>> to_plain(Etape(libelle="Lancer", fin=date(2026, 6, 30)))["fin"]
    '2026-06-30'
    """
    if isinstance(item, tuple):
        return [to_plain(part) for part in item]
    if isinstance(item, date):
        return item.isoformat()
    if isinstance(item, StrEnum):
        return item.value
    if item is None or isinstance(item, str | int | float):
        return item
    return {champ.nom: to_plain(getattr(item, champ.nom)) for champ in describe(type(item))}


def from_plain(cls: type[T], plain: Any, place: str = "$") -> T:
    """The object of class ``cls`` that ``plain`` describes; raises ``EntreeInvalide`` with every fault.

    Unknown fields are faults: a misspelt name is never lost silently.
    """
    faults: list[Faute] = []
    item = _read_object(cls, plain, place, faults)
    if faults:
        raise EntreeInvalide("Le programme ne peut pas être lu.", tuple(faults))
    return item  # type: ignore[no-any-return]


def export_programme(programme: Programme) -> dict[str, Any]:
    """The document of a programme: ``format`` and ``programme``; described by docs/schema-programme.json."""
    return {"format": FORMAT, "programme": to_plain(programme)}


def extract_fiche(programme: Programme, key: str) -> Programme:
    """One fiche with all that hangs on it, as a programme of its own: same format, readable again."""
    theme = next((fiche.theme for fiche in programme.fiches if fiche.cle == key), None)
    if theme is None:
        known = ", ".join(fiche.cle for fiche in programme.fiches)
        raise EntreeInvalide(f"Aucune fiche « {key} ». Fiches : {known}.")
    goals = {op.cle for op in programme.objectifs if op.fiche == key}
    slots = tuple(d for d in programme.declinaisons if d.theme == theme)
    kept = {key, *goals, *(d.cle for d in slots)}
    measured = {i.cle for i in programme.indicateurs if i.objet in kept}
    return replace(
        programme,
        fiches=tuple(f for f in programme.fiches if f.cle == key),
        objectifs=tuple(op for op in programme.objectifs if op.cle in goals),
        declinaisons=slots,
        orientations_fne=(),
        mutualisations=(),
        afom=tuple(
            replace(i, objectifs=_keep(i.objectifs, kept)) for i in programme.afom if i.theme == theme
        ),
        indicateurs=tuple(i for i in programme.indicateurs if i.cle in measured),
        cibles=tuple(c for c in programme.cibles if c.indicateur in measured),
        valeurs=tuple(v for v in programme.valeurs if v.indicateur in measured),
        bonnes_pratiques=tuple(
            replace(p, objectifs=_keep(p.objectifs, kept), declinaisons=_keep(p.declinaisons, kept))
            for p in programme.bonnes_pratiques
            if kept.intersection((*p.objectifs, *p.declinaisons))
        ),
    )


def _keep(keys: tuple[str, ...], kept: set[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key in kept)


def read_programme(document: Mapping[str, Any]) -> Programme:
    """The programme of a document written by ``export_programme``.

    >>> from maillage.sdaasp.programme.modele import Schema
    >>> one = Programme(schema=Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1"))
    >>> read_programme(export_programme(one)) == one
    True
    """
    if document.get("format") != FORMAT:
        raise EntreeInvalide(
            f"Format {document.get('format')!r} inconnu : cette version lit le format {FORMAT}."
        )
    return from_plain(Programme, document.get("programme"))


def parse_programme(text: str | bytes) -> Programme:
    """The programme that a text in JSON holds; raises ``EntreeInvalide`` with every fault.

    What no base holds is refused here: broken texts, numbers out of measure, values nested without end.

    >>> parse_programme("[]")
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Ce fichier n’est pas un échange de programme.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = Faute("ce n’est pas du JSON lisible", que_faire="Exportez de nouveau le programme")
        raise EntreeInvalide("Ce fichier n’est pas un échange de programme.", (reason,)) from error
    if not isinstance(document, dict):
        raise EntreeInvalide("Ce fichier n’est pas un échange de programme.")
    if faults := tuple(_find_unfit(document, "$", 0)):
        raise EntreeInvalide("Ce fichier contient ce qu’aucune base ne tient.", faults)
    programme = read_programme(document)
    if faults := tuple(_find_contradictions(programme)):
        raise EntreeInvalide("Des dates de ce fichier se contredisent.", faults)
    return programme


def _find_contradictions(programme: Programme) -> Iterator[Faute]:
    held = [("schema", programme.schema.cle, programme.schema), *iter_items(programme)]
    for name, key, item in held:
        for field, message in check_dates(item):
            yield Faute(message, colonne=f"{name} {key}, {field}", que_faire="Corrigez l’une des deux dates")


def _find_unfit(value: Any, place: str, depth: int) -> Iterator[Faute]:
    if depth > PROFONDEUR:
        yield Faute(f"plus de {PROFONDEUR} niveaux de valeurs imbriquées", colonne=place[:60])
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _find_unfit(name, f"{place}.?", depth + 1)
            yield from _find_unfit(part, f"{place}.{clean_text(name)}", depth + 1)
    elif isinstance(value, list):
        for rank, part in enumerate(value):
            yield from _find_unfit(part, f"{place}[{rank}]", depth + 1)
    elif isinstance(value, str):
        try:
            check_text(value)
        except ValueError as error:
            yield Faute(str(error), colonne=place)


def _read_object(cls: type, plain: Any, place: str, faults: list[Faute]) -> Any:
    if not isinstance(plain, Mapping):
        faults.append(Faute(f"un objet est attendu, pas {plain!r}", colonne=place))
        return None
    champs = {champ.nom: champ for champ in describe(cls)}
    faults.extend(
        Faute("champ inconnu", colonne=f"{place}.{name}", que_faire="Corrigez son nom ou retirez-le")
        for name in plain
        if name not in champs
    )
    before = len(faults)
    values = {
        name: _read_field(champs[name], plain[name], f"{place}.{name}", faults)
        for name in plain
        if name in champs
    }
    if len(faults) > before:
        return None
    try:
        return cls(**values)
    except TypeError:
        missing = [name for name, champ in champs.items() if name not in values and champ.is_obligatoire]
        faults.append(Faute(f"champs obligatoires absents : {', '.join(missing)}", colonne=place))
        return None


def _read_field(champ: Champ, value: Any, place: str, faults: list[Faute]) -> Any:
    if value is None:
        if not champ.nullable:
            faults.append(Faute("valeur obligatoire absente", colonne=place))
        return None
    if not champ.liste:
        return _read_value(champ.type, value, place, faults)
    if not isinstance(value, list):
        faults.append(Faute(f"une liste est attendue, pas {value!r}", colonne=place))
        return ()
    return tuple(_read_value(champ.type, part, f"{place}[{i}]", faults) for i, part in enumerate(value))


def _read_value(base: type, value: Any, place: str, faults: list[Faute]) -> Any:
    if base.__module__ != "builtins" and not issubclass(base, StrEnum | date):
        return _read_object(base, value, place, faults)
    try:
        return read_scalar(base, value)
    except ValueError as error:
        faults.append(Faute(str(error), colonne=place))
        return None


def read_scalar(base: type, value: Any) -> Any:
    """One scalar checked against its type; raises ``ValueError`` in French.

    >>> read_scalar(date, "31/12/2026")
    datetime.date(2026, 12, 31)
    """
    if issubclass(base, StrEnum):
        return _read_enum(base, value)
    if base is date:
        return _read_date(value)
    if base in (int, float) and type(value) in (int, float):
        return _read_number(base, value)
    if base is str and isinstance(value, str):
        return clean_text(value)
    if type(value) is base:
        return value
    raise ValueError(f"« {value} » n’est pas {_NAMES[base]}")


def _read_number(base: type, value: float) -> float:
    """A number that a base holds: a whole one from 0 to ``ENTIER``, any other between ±``NOMBRE``."""
    if base is int and (type(value) is not int or not 0 <= value <= ENTIER):
        shown = value if abs(value) < NOMBRE else "ce nombre"
        raise ValueError(f"« {shown} » n’est pas un nombre entier de 0 à {ENTIER}")
    if not abs(value) <= NOMBRE:
        raise ValueError(f"nombre hors de mesure : {NOMBRE:.0e} au plus")
    return value if base is int else float(value)


_NAMES = {str: "un texte", int: "un nombre entier", float: "un nombre", bool: "oui ou non (true, false)"}


def _read_enum(base: type[StrEnum], value: Any) -> StrEnum:
    try:
        return base(value)
    except ValueError:
        known = ", ".join(member.value for member in base)
        raise ValueError(f"« {value} » n’est pas l’une des valeurs permises : {known}") from None


def _read_date(value: Any) -> date:
    return read_date(str(value))
