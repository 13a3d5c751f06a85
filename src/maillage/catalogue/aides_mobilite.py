"""Help to move: its kinds, and the travel time beyond which it is offered beside an answer."""

from __future__ import annotations

from maillage.catalogue.lecture import read_toml

FILE = "aides_mobilite.toml"


def list_kinds() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """(key, name, thématiques of data·inclusion) of each kind of help, in reading order.

    >>> [key for key, _, _ in list_kinds()][:2]
    ['conduire', 'preter']
    """
    return tuple((one["id"], one["nom"], frozenset(one["thematiques"])) for one in read_toml(FILE)["genre"])


def read_far_min(moyen: str) -> int:
    """Minutes of travel by a means beyond (>) which help to move is told beside an answer.

    >>> read_far_min("velo")
    30
    """
    return int(read_toml(FILE)["seuil"][moyen])
