"""How every mesh cuts the carreaux and the communes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import Maille
from maillage.access.evaluation.registre import Base, Evaluation
from maillage.access.evaluation.reserve import Reserve, Sommes
from maillage.access.evaluation.valeurs import Floats

Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Morceaux:
    """Carreau × commune: row numbers int32[f] and the people of each, float64[f]."""

    carreau: Rows
    commune: Rows
    population: Floats


@dataclass(frozen=True)
class Mailles:
    """What every mesh is made of: ``carreaux``, the people of each (float64[n], NaN unknown), and fragments.

    ``moyennes``, ``secrets``: see ``Sommes``.
    """

    carreaux: Floats
    n_communes: int
    fragments: Morceaux
    moyennes: frozenset[str]
    secrets: Mapping[str, int]

    def cut(self, territory: Rows, n: int) -> Maille:
        """The carreaux cut by ``n`` territories made of communes; ``territory`` int32[communes], -1 for none.

        The share of a carreau whose people are unknown is unknown: 0, as nobody is known there.
        """
        rows, lieu = territory[self.fragments.commune], self.fragments.carreau
        people = self.carreaux[lieu]
        part = np.divide(self.fragments.population, people, out=np.zeros(len(lieu)), where=people > 0)
        kept = rows >= 0
        return Maille(lieu[kept], rows[kept], part[kept], n, len(self.carreaux))

    def evaluate_communes(self, grandeurs: Reserve, cells: Evaluation) -> Evaluation:
        """The evaluation of the communes."""
        maille = self.cut(np.arange(self.n_communes, dtype=np.int32), self.n_communes)
        return Evaluation(cells.nommes, grandeurs, {"carreau": Base(cells, maille)}, cells.constantes)

    def evaluate(self, territory: Rows, n: int, cells: Evaluation, communes: Evaluation) -> Evaluation:
        """The evaluation of ``n`` territories made of whole communes; ``territory`` as in :meth:`cut`."""
        whole = np.flatnonzero(territory >= 0).astype(np.int32)
        bases = {"carreau": Base(cells, self.cut(territory, n))}
        return self._gather(whole, territory[whole], n, bases, communes)

    def evaluate_zones(
        self, links: Maille, members: tuple[Rows, Rows], cells: Evaluation, communes: Evaluation
    ) -> Evaluation:
        """The evaluation of zones cut in carreaux: only those made of communes have what is known by commune.

        ``members``: the commune and the zone of each membership, int32[m] each.
        """
        bases = {"carreau": Base(cells, links)}
        commune, zone = members
        if not len(commune):
            return Evaluation(cells.nommes, Reserve(), bases, cells.constantes)
        return self._gather(commune, zone, links.n, bases, communes)

    def _gather(
        self, commune: Rows, territory: Rows, n: int, bases: Mapping[str, Base], communes: Evaluation
    ) -> Evaluation:
        base = Base(communes, Maille(commune, territory, np.ones(len(commune)), n, self.n_communes))
        grandeurs = Sommes(Reserve(), base, self.moyennes, self.secrets)
        return Evaluation(communes.nommes, grandeurs, {**bases, "commune": base}, communes.constantes)
