"""What changed between two versions of a programme."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import describe, iter_items


@dataclass(frozen=True, slots=True)
class Difference:
    """One change; ``champ`` is ``None`` when the whole object was added or removed."""

    nature: Literal["ajout", "retrait", "changement"]
    collection: str
    cle: str
    champ: str | None = None
    avant: Any = None
    apres: Any = None


def compare_items(collection: str, key: str, before: Any, after: Any) -> list[Difference]:
    """The fields in which two versions of one object differ."""
    return [
        Difference("changement", collection, key, champ.nom, old, new)
        for champ in describe(type(before))
        if (old := getattr(before, champ.nom)) != (new := getattr(after, champ.nom))
    ]


def compare(before: Programme, after: Programme) -> tuple[Difference, ...]:
    """Every change from ``before`` to ``after``: the schema, then removals, additions and changes by
    collection.

    >>> from dataclasses import replace
    >>> from maillage.sdaasp.programme.modele import Schema, Theme
    >>> one = Programme(schema=Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1"),
    ...                 themes=(Theme(cle="sante", nom="Santé", ordre=1),))
    >>> sport = Theme(cle="sport", nom="Sport", ordre=1)
    >>> two = replace(one, themes=(replace(one.themes[0], ordre=2), sport))
    >>> [(d.nature, d.cle, d.champ) for d in compare(one, two)]
    [('changement', 'sante', 'ordre'), ('ajout', 'sport', None)]
    """
    changes = compare_items("schema", before.schema.cle, before.schema, after.schema)
    old = {(name, key): item for name, key, item in iter_items(before)}
    new = {(name, key): item for name, key, item in iter_items(after)}
    for place, item in old.items():
        if place in new:
            changes += compare_items(*place, item, new[place])
        else:
            changes.append(Difference("retrait", *place, avant=item))
    changes += [Difference("ajout", *place, apres=item) for place, item in new.items() if place not in old]
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class Morceau:
    """A piece of text, kept, added or removed between two wordings."""

    nature: Literal["garde", "ajout", "retrait"]
    texte: str


def compare_texts(before: str, after: str) -> tuple[Morceau, ...]:
    """The pieces of two wordings, word by word, in reading order: removed, then added.

    >>> [(m.nature, m.texte) for m in compare_texts("Accès aux soins", "Accès de tous aux soins")]
    [('garde', 'Accès '), ('ajout', 'de tous '), ('garde', 'aux soins')]
    """
    old, new = _split(before), _split(after)
    pieces: list[Morceau] = []
    for _, i, j, k, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i:j]), "".join(new[k:end])
        if removed == added:
            pieces.append(Morceau("garde", removed))
            continue
        pieces += [Morceau("retrait", removed)] if removed else []
        pieces += [Morceau("ajout", added)] if added else []
    return tuple(pieces)


def _split(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)
