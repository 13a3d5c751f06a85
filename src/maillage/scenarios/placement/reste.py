"""What remains to decide once bounds have fixed most sites, as one integer program solved by HiGHS.

Radius formulation: ``z`` of a cell and a rank is 1 when none of its ``rank`` nearest sites is open, so that
it costs ``c_1 + Σ (c_{k+1} - c_k)·z_k``; one sparse row each, ``z_k + y_k ≥ z_{k-1}``. Cells whose nearest
sites come in the same order share their columns. Garcia, S., Labbé, M. and Marin, A. (2011), "Solving large
p-median problems with a radius formulation", INFORMS Journal on Computing 23; Elloumi, S. (2010), "A
tighter formulation of the p-median problem", Journal of Combinatorial Optimization 19. HiGHS: Huangfu, Q.
and Hall, J. A. J. (2018), "Parallelizing the dual revised simplex method", Mathematical Programming
Computation 10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre
from maillage.scenarios.placement.programme import ProgrammeEntier, SolutionEntiere
from maillage.scenarios.placement.proximites import Proximites


@dataclass(frozen=True)
class Reste:
    """Columns of what remains: a tree of ranks, each node one more site after its parent's.

    ``parent`` and ``site`` int64[nodes] (-1: none before), ``cout`` float64[nodes] of its z, ``servir``
    bool[nodes]: its z must be 0, no other site may serve. ``constante``: what is already spent.
    ``possible`` is false when a cell has no site left.
    """

    parent: NDArray[np.int64]
    site: NDArray[np.int64]
    cout: NDArray[np.float64]
    servir: NDArray[np.bool_]
    constante: float
    possible: bool

    @property
    def compte(self) -> NDArray[np.bool_]:
        """The nodes that need a column: those that cost, and those that must be 0."""
        return (self.cout > 0) | self.servir

    @property
    def n_colonnes(self) -> int:
        """How many columns, sites apart."""
        return int(self.compte.sum())


def list_remains(v: Proximites) -> Reste:
    """Share the ranks of all cells in one tree, one depth at a time; every site listed is to decide."""
    n, n_libres, debut, base = len(v.poids), np.diff(v.debut), v.debut, v.ailleurs
    first = base.copy()
    some = np.flatnonzero(n_libres)
    first[some] = v.cout[debut[some]]
    possible = bool(np.isfinite(first[v.poids > 0]).all())
    constante = float(v.poids @ np.where(np.isfinite(first), first, 0.0))
    parents, sites, costs, serve = [], [], [], []
    node, made, depth = np.full(n, -1), 0, 0
    cells = some
    while len(cells):
        pair = debut[cells] + depth
        key = (node[cells] + 1) * v.n_sites + v.site[pair]
        kinds, first_of, group = np.unique(key, return_index=True, return_inverse=True)
        last = n_libres[cells] == depth + 1
        after = np.where(last, base[cells], v.cout[np.minimum(pair + 1, len(v.cout) - 1)])
        must = ~np.isfinite(after) & (v.poids[cells] > 0)
        step = v.poids[cells] * np.where(np.isfinite(after), after - v.cout[pair], 0.0)
        parents.append(node[cells][first_of])
        sites.append(v.site[pair][first_of].astype(np.int64))
        costs.append(np.bincount(group, step, len(kinds)))
        serve.append(np.bincount(group, must, len(kinds)) > 0)
        node[cells] = made + group
        made, depth = made + len(kinds), depth + 1
        cells = cells[n_libres[cells] > depth]
    join = [np.concatenate(x) if x else np.empty(0, t) for x, t in
            ((parents, np.int64), (sites, np.int64), (costs, float), (serve, bool))]  # fmt: skip
    return Reste(join[0], join[1], join[2], join[3], constante, possible)


def solve_remains(
    reste: Reste, cadre: Cadre, etat: NDArray[np.int8], au_plus: float, limite_s: float, ecart: float
) -> SolutionEntiere:
    """The best placement that agrees with ``etat`` and costs at most ``au_plus``; ``x`` is bool[sites]."""
    if not reste.possible:
        return SolutionEntiere("impossible", np.inf, None)
    libres = np.flatnonzero(etat == 0)
    if not len(libres):
        return SolutionEntiere("optimal", reste.constante, etat == 1)
    model = ProgrammeEntier()
    model.add_binaries(np.zeros(len(libres)))
    add_frame(model, cadre, etat, libres)
    add_ranks(model, reste, np.searchsorted(libres, reste.site))
    if np.isfinite(au_plus):
        costly = np.flatnonzero(model.cout).tolist()
        model.add_row(costly, [model.cout[c] for c in costly], -np.inf, au_plus - reste.constante)
    found = model.solve(limite_s, ecart)
    if found.x is None:
        return SolutionEntiere(found.statut, found.borne + reste.constante, None)
    ouvert = etat == 1
    ouvert[libres[found.x[: len(libres)] > 0.5]] = True
    return SolutionEntiere(found.statut, found.borne + reste.constante, ouvert)


def add_ranks(model: ProgrammeEntier, reste: Reste, colonne: NDArray[np.int64]) -> None:
    """A column z for each node that costs, and its row back to the nearest node before it that has one."""
    kept = np.flatnonzero(reste.compte)
    first = model.add_columns(reste.cout[kept], np.where(reste.servir[kept], 0.0, 1.0))
    z = dict(zip(kept.tolist(), range(first, first + len(kept)), strict=True))
    for node in kept.tolist():
        columns, values = [z[node], int(colonne[node])], [1.0, 1.0]
        before = int(reste.parent[node])
        while before >= 0 and before not in z:
            columns.append(int(colonne[before]))
            values.append(1.0)
            before = int(reste.parent[before])
        if before < 0:
            model.add_row(columns, values, 1.0, np.inf)
        else:
            model.add_row([*columns, z[before]], [*values, -1.0], 0.0, np.inf)


def add_frame(
    model: ProgrammeEntier, cadre: Cadre, etat: NDArray[np.int8], libres: NDArray[np.int64]
) -> None:
    """Rows of the budget and of the guarantees, on the sites to decide, the model's first columns."""
    ouvert = etat == 1
    columns = list(range(len(libres)))
    if columns:
        model.add_row(
            columns, list(cadre.payant[libres]), -np.inf, cadre.budget - float(cadre.payant @ ouvert)
        )
    for garantie in cadre.garanties:
        for row, least in zip(garantie.coefficients, garantie.minimum, strict=True):
            used = np.flatnonzero(row[libres])
            model.add_row(list(used), list(row[libres][used]), least - row @ ouvert, np.inf)


def solve_frame(cadre: Cadre, cout: NDArray[np.float64], limite_s: float) -> SolutionEntiere:
    """Sites of small ``cout``[sites] in all (within 1 %) that respect the frame; ``x`` is bool[sites]."""
    etat = cadre.etat
    libres = np.flatnonzero(etat == 0)
    if not len(libres):
        held = cadre.holds(etat == 1)
        return (
            SolutionEntiere("optimal", 0.0, etat == 1)
            if held
            else SolutionEntiere("impossible", np.inf, None)
        )
    model = ProgrammeEntier()
    model.add_binaries(cout[libres])
    add_frame(model, cadre, etat, libres)
    found = model.solve(limite_s, ecart=0.01)
    if found.x is None:
        return found
    ouvert = etat == 1
    ouvert[libres[found.x[: len(libres)] > 0.5]] = True
    return SolutionEntiere(found.statut, found.borne, ouvert)
