"""What changed between two versions of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from maillage.sdaasp.programme import Programme
from maillage.sdaasp.structure import describe, iter_items


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
    >>> from maillage.sdaasp.programme import Schema, Theme
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
