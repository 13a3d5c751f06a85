"""An OpenStreetMap file as a stream of objects; its faults as :class:`EntreeInvalide`.

Format: OpenStreetMap PBF, https://wiki.openstreetmap.org/wiki/PBF_Format, or XML. Licence: ODbL 1.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import osmium

from maillage.catalogue.erreurs import EntreeInvalide, Faute

Progress = Callable[[str, int, int | None], None]
"""``progress(stage, done, total)``; ``total`` is None where nothing tells it beforehand."""

UNITS_PER_DEGREE = 10_000_000
NOWHERE = 2**31 - 1  # osmium's coordinate of a node that the file does not hold
RETRY = "Téléchargez de nouveau l’extrait et vérifiez sa taille"


def check_present(path: Path) -> None:
    """Refuse a path that is not a file."""
    if not path.is_file():
        raise refuse(path, "fichier introuvable", "Vérifiez le chemin")


def refuse(path: Path, quoi: str, que_faire: str) -> EntreeInvalide:
    """The refusal of a file: what is wrong, and what to do."""
    return EntreeInvalide("Extrait OpenStreetMap refusé", (Faute(quoi, path.name, que_faire=que_faire),))


def stream(path: Path, entities: Any, *filters: Any, table: Any = None) -> Iterator[Any]:
    """Objects of one kind that pass the filters; osmium's errors become :class:`EntreeInvalide`.

    With a ``table`` of locations, nodes are read too, into it, and ways know where their nodes are.
    """
    try:
        if table is None:
            processor = osmium.FileProcessor(str(path), entities)
        else:
            processor = osmium.FileProcessor(str(path), entities | osmium.osm.NODE).with_locations(table)
            processor = processor.with_filter(osmium.filter.EntityFilter(entities))
        for each in filters:
            processor = processor.with_filter(each)
        yield from processor
    except RuntimeError as error:
        raise refuse(path, explain(str(error)), RETRY) from error


def explain(error: str) -> str:
    """What osmium's error says of the file."""
    if "EOF" in error or "truncated" in error:
        return "fichier tronqué"
    return "ce n’est pas un fichier OpenStreetMap lisible"


def read_timestamp(path: Path) -> str | None:
    """Date of the extract as its header gives it (ISO 8601), or None."""
    with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
        return reader.header().get("osmosis_replication_timestamp") or None


def find_spot(table: Any, ref: int) -> Any:
    """A node's location, undefined where the file does not hold it."""
    try:
        return table.get(ref)
    except KeyError:
        return osmium.osm.Location()
