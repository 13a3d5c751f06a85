"""Dates that contradict each other: an end before its start, a step done before it began."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maillage.sdaasp.programme.demarches import PlanExterne, find_plan_contradictions
from maillage.sdaasp.programme.fne import OrientationFne, check_steps
from maillage.sdaasp.programme.modele import Declinaison, Etape, Schema
from maillage.sdaasp.programme.mutualisations import Mutualisation, find_contradictory_dates

# What must not come before what: (field, the field it may not precede, the words).
REGLES_ETAPE = (
    ("fin", "debut", "la fin ({:%d/%m/%Y}) précède le début ({:%d/%m/%Y})"),
    ("faite_le", "debut", "elle est dite faite le {:%d/%m/%Y}, avant son début ({:%d/%m/%Y})"),
)


def find_contradictions(etape: Etape) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) of a step; an unknown date contradicts nothing, and one day may hold it all.

    >>> from datetime import date
    >>> step = Etape(libelle="E", debut=date(2026, 9, 1), fin=date(2026, 8, 1))
    >>> list(find_contradictions(step))
    [('fin', 'la fin (01/08/2026) précède le début (01/09/2026)')]
    """
    for field, other, words in REGLES_ETAPE:
        late, early = getattr(etape, field), getattr(etape, other)
        if late is not None and early is not None and late < early:
            yield field, words.format(late, early)


def check_dates(item: Any) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) of any object of the programme."""
    if isinstance(item, Declinaison):
        for etape in item.etapes:
            for field, words in find_contradictions(etape):
                yield f"etapes.{field}", f"étape « {etape.libelle} » : {words}"
    elif isinstance(item, Mutualisation):
        yield from find_contradictory_dates(item)
    elif isinstance(item, PlanExterne):
        yield from find_plan_contradictions(item)
    elif isinstance(item, OrientationFne):
        yield from check_steps(item)
    elif isinstance(item, Schema) and item.fin < item.debut:
        yield "fin", f"le schéma finit en {item.fin}, avant son début ({item.debut})"
