"""The territories in deficit: those the schema names, and those that a diagnosis finds elsewhere.

A zone of the schema covers territories of the atlas (``Correspondance``): naming the zone names them all, and
naming all of them names the zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from maillage.sdaasp.programme.modele import Programme, TerritoireLie


@dataclass(frozen=True, slots=True)
class TerritoireEnDeficit:
    """A territory in deficit: a zone of the schema, or a territory of the atlas that no zone covers.

    ``code`` is the code of the zone, or ``niveau:code`` in the atlas. ``arrondissement``: where it lies,
    ``None`` when in several or unknown. ``membres``: what a zone covers in the atlas, empty when unknown.
    """

    code: str
    nom: str
    arrondissement: str | None = None
    membres: tuple[TerritoireLie, ...] = ()

    def list_reste(self, named: Collection[str]) -> tuple[str, ...]:
        """The keys, of it or of what it covers, that ``named`` leaves out; none when it is wholly named.

        >>> parts = (TerritoireLie(cle="epci:1", nom="A"), TerritoireLie(cle="epci:2", nom="B"))
        >>> zone = TerritoireEnDeficit("z", "Zone", membres=parts)
        >>> zone.list_reste({"z"}), zone.list_reste({"epci:1"}), zone.list_reste({"epci:1", "epci:2"})
        ((), ('epci:2',), ())
        """
        if self.code in named:
            return ()
        parts = tuple(membre.cle for membre in self.membres)
        return tuple(key for key in parts if key not in named) if parts else (self.code,)

    @property
    def cles(self) -> frozenset[str]:
        """Every key that names it, wholly or in part."""
        return frozenset({self.code, *(membre.cle for membre in self.membres)})


def list_territoires(
    programme: Programme, diagnostic: Iterable[TerritoireEnDeficit] = ()
) -> tuple[TerritoireEnDeficit, ...]:
    """The zones of the schema in their order, then what the diagnosis finds and no zone covers."""
    covers = {c.cle: c.territoires for c in programme.correspondances}
    zones = tuple(
        TerritoireEnDeficit(t.code, t.nom, t.parent, covers.get(t.code, ()))
        for t in programme.territoires
        if t.niveau == "zone"
    )
    known = {key for zone in zones for key in zone.cles}
    return (*zones, *(found for found in diagnostic if found.code not in known))
