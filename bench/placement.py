"""Exact placement on an OR-Library file.

    python -m bench.placement FILE --objectif p_median|p_center [--limite S] --json

prints ``statut``, ``valeur``, ``borne``, ``ecart``, ``lieux`` (numbers of the file, from 1) and ``duree_s``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from maillage.scenarios.placement.cadre import Placement, choose_number
from maillage.scenarios.placement.p_centre import p_centre
from maillage.scenarios.placement.p_median import p_median

OBJECTIFS = {"p_median": p_median, "p_center": p_centre}


def read_orlib(file: Path) -> tuple[NDArray[np.float64], int]:
    """All-pairs shortest paths of the file's graph, and its p. Of an edge given twice the last one holds."""
    numbers = np.array(file.read_text("ascii").split(), int)
    nodes, _, p = numbers[:3]
    kept: dict[tuple[int, int], int] = {}
    for a, b, length in numbers[3:].reshape(-1, 3).tolist():
        kept[min(a, b) - 1, max(a, b) - 1] = length
    rows, columns = np.array(list(kept)).T
    graph = coo_array((list(kept.values()), (rows, columns)), shape=(nodes, nodes)).tocsr()
    return dijkstra(graph, directed=False), int(p)


def solve(file: Path, objectif: str, limite_s: float) -> Placement:
    """The placement of this file."""
    duree, p = read_orlib(file)
    joignable = np.isfinite(duree)
    duree[~joignable] = 0
    cadre = choose_number(len(duree), p)
    return OBJECTIFS[objectif](duree.astype(np.int64), np.ones(len(duree)), cadre, limite_s, joignable)


def as_json(found: Placement) -> dict[str, object]:
    """What the contract prints."""
    return {
        "statut": found.statut,
        "valeur": found.valeur,
        "borne": found.borne,
        "ecart": found.ecart,
        "lieux": [site + 1 for site in found.lieux],
        "duree_s": round(found.duree_s, 3),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.placement", description=__doc__)
    parser.add_argument("fichier", type=Path)
    parser.add_argument("--objectif", choices=OBJECTIFS, default="p_median")
    parser.add_argument("--limite", type=float, default=600.0, help="seconds")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = as_json(solve(asked.fichier, asked.objectif, asked.limite))
    print(json.dumps(figures) if asked.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
