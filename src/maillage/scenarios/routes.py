"""Roads driven at another speed, or closed: the network of a mode with other weights, customised anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.construction.stages import Lot
from maillage.atlas.reseau.fichiers import Reseau
from maillage.atlas.reseau.lot import as_lot, modes_of, of_lot
from maillage.network.routes.graph import MAX_WEIGHT_DS, Ways
from maillage.scenarios.modifications import ChangementVitesse, RouteFermee

Edit = ChangementVitesse | RouteFermee


def alter(lot: Lot, edits: Sequence[Edit]) -> Lot:
    """The networks of an atlas after the edits; those of no edited mode as they were."""
    by_mode: dict[str, list[Edit]] = {}
    for edit in edits:
        by_mode.setdefault(edit.mode, []).append(edit)
    changed: dict[str, Reseau] = {}
    for mode, asked in by_mode.items():
        reseau = of_lot(lot, mode)
        assert reseau is not None and reseau.graphe.ways is not None  # noqa: S101, PT018 - see explain_refusal
        changed[mode] = reseau.with_weights(reweigh(reseau.graphe.weight_ds, reseau.graphe.ways, asked))
    kept = {name: piece for name, piece in lot.items() if name.split("/")[0] not in changed}
    return {**kept, **as_lot(changed.values())}


def reweigh(weight_ds: NDArray[np.uint32], ways: Ways, edits: Sequence[Edit]) -> NDArray[np.uint32]:
    r"""Weights of arcs after the edits, in order: uint32[arcs], deciseconds.

    A piece of :math:`l` metres driven at :math:`v` km/h lasts :math:`36 l / v` deciseconds, rounded; an arc
    lasts as long as its pieces together, and is closed when one of them is.

    >>> pieces = np.array([7, 8]), np.array([100, 50], np.float32), np.array([72, 36], np.uint32)
    >>> ways = Ways(np.array([0, 2]), *pieces)
    >>> reweigh(np.array([108], np.uint32), ways, [ChangementVitesse(voies=(7,), kmh=30)])
    array([156], dtype=uint32)
    """
    time_ds = ways.time_ds.astype(np.int64)
    touched = np.zeros(len(time_ds), bool)
    for edit in edits:
        pieces = np.isin(ways.way, np.array(edit.voies, np.int64))
        touched |= pieces
        if isinstance(edit, RouteFermee):
            time_ds[pieces] = MAX_WEIGHT_DS
        else:
            time_ds[pieces] = np.rint(36 * ways.length_m[pieces].astype(np.float64) / edit.kmh)
    arcs = np.repeat(np.arange(len(weight_ds)), np.diff(ways.indptr))
    total = np.minimum(np.bincount(arcs, time_ds, len(weight_ds)), MAX_WEIGHT_DS).astype(np.uint32)
    again = np.isin(np.arange(len(weight_ds)), arcs[touched])
    return np.where(again, total, weight_ds).astype(np.uint32)


def explain_refusal(lot: Lot, edit: Edit) -> str | None:
    """Why an edit of the roads cannot be made on these networks; null when it can."""
    reseau = of_lot(lot, edit.mode)
    if reseau is None:
        modes = ", ".join(modes_of(lot))
        known = (
            f"cet atlas a des routes pour : {modes}"
            if modes
            else "cet atlas n’a pas de routes, ses temps sont estimés"
        )
        return f"pas de réseau « {edit.mode} » ({known})"
    if reseau.graphe.ways is None:
        return "ce réseau ne garde pas ses voies : reconstruisez-le"
    unknown = sorted(set(edit.voies) - set(np.intersect1d(reseau.graphe.ways.way, edit.voies).tolist()))
    return (
        f"voies absentes du réseau « {edit.mode} » : {', '.join(map(str, unknown[:5]))}" if unknown else None
    )
