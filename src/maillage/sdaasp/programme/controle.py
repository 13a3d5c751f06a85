"""Does a programme hold together? Keys unique, references known, texts not blank, years inside the schema."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any

from maillage.sdaasp.programme.dates import check_dates
from maillage.sdaasp.programme.demarches import load_types_demarches
from maillage.sdaasp.programme.modele import Lien, Programme
from maillage.sdaasp.programme.mutualisations import load_types
from maillage.sdaasp.programme.structure import describe, get_key, iter_items, list_collections

CLES = {
    "fiches": r"[^/\s?#]+",
    "objectifs": r"[^/\s?#]+",
    "bonnes_pratiques": r"[-a-zA-Z0-9_]+",
    "labels": r"[-a-zA-Z0-9_]+",
    "mutualisations": r"[-a-zA-Z0-9_]+",
    "indicateurs": r"\S+",
    "afom": r"\S+",
    "themes": r"[^/\s?#]+",
    "plans_externes": r"[^/\s?#]+",
    "orientations_fne": r"[^/\s?#]+",
}


@dataclass(frozen=True, slots=True)
class Anomalie:
    """What does not hold: in which collection, for which key, in which field, and why."""

    collection: str
    cle: str
    champ: str | None
    message: str


def check_programme(programme: Programme) -> tuple[Anomalie, ...]:
    """Every anomaly, in the order of the collections."""
    checks: tuple[Callable[[Programme], Iterator[Anomalie]], ...] = (
        _check_unique,
        _check_keys,
        _check_texts,
        _check_references,
        _check_years,
        _check_dates,
    )
    return tuple(anomaly for check in checks for anomaly in check(programme))


def _check_unique(programme: Programme) -> Iterator[Anomalie]:
    """But for values: one person may propose two at one date, and a public export names nobody."""
    for name in (name for name, _ in list_collections() if name != "valeurs"):
        counts = Counter(get_key(name, item) for item in getattr(programme, name))
        for key, count in counts.items():
            if count > 1:
                yield Anomalie(name, key, None, f"clé présente {count} fois")


def _check_keys(programme: Programme) -> Iterator[Anomalie]:
    """The keys that addresses hold are made of what an address holds."""
    for name, pattern in CLES.items():
        for item in getattr(programme, name):
            if not re.fullmatch(pattern, item.cle):
                yield Anomalie(
                    name, item.cle, "cle", "clé vide, ou avec un signe qu’une adresse ne tient pas"
                )


def _check_texts(programme: Programme) -> Iterator[Anomalie]:
    for name, key, item in iter_items(programme):
        for champ in describe(type(item)):
            value = getattr(item, champ.nom)
            texts = value if champ.liste else (value,)
            for text in texts or ():
                yield from _check_text(name, key, champ.nom, text)


def _check_text(name: str, key: str, field: str, value: Any) -> Iterator[Anomalie]:
    """A text, or each text of an object inside another."""
    if value == "":
        yield Anomalie(name, key, field, "texte vide")
    elif isinstance(value, str) and value != value.strip():
        yield Anomalie(name, key, field, "texte qui commence ou finit par un blanc")
    elif is_dataclass(value):
        for champ in describe(type(value)):
            yield from _check_text(name, key, f"{field}.{champ.nom}", getattr(value, champ.nom))


def _check_references(programme: Programme) -> Iterator[Anomalie]:
    known = {name: {get_key(name, i) for i in getattr(programme, name)} for name, _ in list_collections()}
    places = {t.code for t in programme.territoires if t.niveau == "arrondissement"}
    zones = {t.code for t in programme.territoires if t.niveau == "zone"}
    followed = known["objectifs"] | known["declinaisons"] | known["fiches"]
    rules: tuple[tuple[str, str, set[str]], ...] = (
        ("correspondances", "cle", zones),
        ("fiches", "theme", known["themes"]),
        ("fiches", "dimensions", known["dimensions_transversales"]),
        ("fiches", "themes_lies", known["themes"]),
        ("fiches", "demarches", known["plans_externes"]),
        ("objectifs", "fiche", known["fiches"]),
        ("declinaisons", "theme", known["themes"]),
        ("declinaisons", "arrondissement", places),
        ("declinaisons", "objectifs", known["objectifs"]),
        ("orientations_fne", "priorites", places),
        ("plans_externes", "type", set(load_types_demarches())),
        ("plans_externes", "arrondissements", places),
        ("mutualisations", "type", set(load_types())),
        ("mutualisations", "arrondissements", places),
        ("bonnes_pratiques", "territoire", {t.code for t in programme.territoires}),
        ("bonnes_pratiques", "objectifs", known["objectifs"]),
        ("bonnes_pratiques", "declinaisons", known["declinaisons"]),
        ("bonnes_pratiques", "labels", known["labels"]),
        ("afom", "theme", known["themes"]),
        ("afom", "arrondissement", places),
        ("afom", "objectifs", known["objectifs"]),
        ("indicateurs", "objet", followed),
        ("cibles", "indicateur", known["indicateurs"]),
        ("valeurs", "indicateur", known["indicateurs"]),
    )
    for collection, field, keys in rules:
        for item in getattr(programme, collection):
            for reference in _list_references(getattr(item, field)):
                if reference not in keys:
                    message = f"« {reference} » n’existe pas"
                    yield Anomalie(collection, get_key(collection, item), field, message)


def _list_references(value: Any) -> Iterable[str]:
    if value is None:
        return ()
    parts = value if isinstance(value, tuple) else (value,)
    targets = (part.cible if isinstance(part, Lien) else part for part in parts)
    return tuple(target for target in targets if target is not None)


def _check_years(programme: Programme) -> Iterator[Anomalie]:
    first, last = programme.schema.debut, programme.schema.fin
    for name, items in (("declinaisons", programme.declinaisons), ("cibles", programme.cibles)):
        for item in items:
            if not first <= item.annee <= last:
                message = f"{item.annee} est hors du schéma ({first}-{last})"
                yield Anomalie(name, get_key(name, item), "annee", message)


def _check_dates(programme: Programme) -> Iterator[Anomalie]:
    held = [("schema", programme.schema.cle, programme.schema), *iter_items(programme)]
    for name, key, item in held:
        for field, message in check_dates(item):
            yield Anomalie(name, key, field, message)
