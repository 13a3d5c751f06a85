"""One module per open-data source: fetch or read, check, hand over a tidy table with its provenance.

``find_sources(directory)`` recognises files by content; ``read(source, *paths)`` checks one source and gives
its tables; ``read_all(found)`` reads them all and lists every fault of every file at once.
"""

from maillage.sources.base import Nature, Provenance, Table
from maillage.sources.decouverte import find_sources, find_unknown
from maillage.sources.registre import read, read_all

__all__ = ["Nature", "Provenance", "Table", "find_sources", "find_unknown", "read", "read_all"]
