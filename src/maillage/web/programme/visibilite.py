"""The programme as the person who asks may read it: whole with an account, public without."""

from __future__ import annotations

from typing import Any

from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.visibilite import list_reserved, publish
from maillage.web.programme.conversion import to_value
from maillage.web.programme.lecture import read_programme


def read_for(personne: Any) -> Programme:
    """The programme in the database, without what is reserved to accounts when ``personne`` has none."""
    programme = read_programme()
    return programme if personne.is_authenticated else publish(programme)


def hide_reserved(personne: Any, rows: Any) -> list[Any]:
    """The rows of a page, in memory, without what is reserved to accounts when ``personne`` has none."""
    held = list(rows)
    for row in () if personne.is_authenticated else held:
        for name in list_reserved(to_value(row)):
            setattr(row, name, None)
    return held
