"""One meaning for a rank, wherever it is shown: 1st is the best access of the whole mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from maillage.atlas.lecture.chiffres import Colonne
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import nombre
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.phrases import ordinal

# Among fewer territories a rank says nothing.
AU_MOINS = 3


@dataclass(frozen=True)
class Rangs:
    """Code → rank, equal figures sharing one; ``total``: how many are ranked."""

    par_code: Mapping[str, int]
    total: int

    def mots(self, code: str) -> str:
        """« 12e sur 647 »; empty without a rank.

        >>> Rangs({"a": 1}, 12).mots("a"), Rangs({}, 12).mots("a")
        ('1er sur 12', '')
        """
        rank = self.par_code.get(code)
        return "" if rank is None else f"{ordinal(rank)} sur {nombre(self.total)}"


def compute_rangs(atlas: AtlasOuvert, niveau: str, indicateur: str) -> Rangs:
    """The ranks of an indicator over a mesh.

    None for one that is neither better nor worse, for unknown figures and for territories that the border
    cuts; fewer than three known: no ranks at all.
    """
    found: Rangs = atlas.garder(
        ("rangs", niveau, indicateur),
        lambda: _rank(atlas.colonne(niveau, indicateur), atlas.territoires(niveau)),
    )
    return found


def _rank(column: Colonne, territoires: list[Territoire]) -> Rangs:
    sens = column.definition.sens
    if sens == "neutre":
        return Rangs({}, 0)
    whole = {t.code for t in territoires if not t.partiel}
    pairs = zip(column.codes, column.valeurs, strict=True)
    known = {code: float(value) for code, value in pairs if code in whole and isfinite(value)}
    if len(known) < AU_MOINS:
        return Rangs({}, 0)
    ordered = sorted(known.values(), reverse=sens == "plus")
    first = {value: 1 + row for row, value in reversed(list(enumerate(ordered)))}
    return Rangs({code: first[value] for code, value in known.items()}, len(known))
