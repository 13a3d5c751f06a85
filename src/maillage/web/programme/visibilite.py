"""The programme as the person who asks may read it: whole with an account, public without."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.visibilite import Reserves, list_reserved, publish, reserve
from maillage.web.programme.conversion import to_value
from maillage.web.programme.lecture import read_programme


def get_reserves() -> Reserves:
    """What only accounts read in this install: the table, and what its setting adds to it."""
    return reserve(settings.MAILLAGE_RESERVES)


def list_hidden(personne: Any, collection: str) -> tuple[str, ...]:
    """The fields of a collection that ``personne`` may not read."""
    return () if personne.is_authenticated else get_reserves().get(collection, ())


def read_for(personne: Any) -> Programme:
    """The programme in the database, without what is reserved to accounts when ``personne`` has none."""
    programme = read_programme()
    return programme if personne.is_authenticated else publish(programme, get_reserves())


def hide_reserved(personne: Any, rows: Any) -> list[Any]:
    """The rows of a page, in memory, without what is reserved to accounts when ``personne`` has none."""
    held = list(rows)
    for row in () if personne.is_authenticated else held:
        for name in list_reserved(to_value(row), get_reserves()):
            setattr(row, name, None)
    return held
