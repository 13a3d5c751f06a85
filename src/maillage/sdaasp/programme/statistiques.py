"""Counts of a programme: what ``maillage sdaasp stats`` prints."""

from __future__ import annotations

from collections import Counter
from typing import Any

from maillage.sdaasp.programme.modele import Programme


def list_dimensions_sans_fiche(programme: Programme) -> tuple[str, ...]:
    """Keys of the transversal dimensions that no fiche is linked to, confirmed or not."""
    linked = {lien.cible for fiche in programme.fiches for lien in fiche.dimensions}
    return tuple(d.cle for d in programme.dimensions_transversales if d.cle not in linked)


def list_op_sans_cible(programme: Programme) -> tuple[str, ...]:
    """Keys of the OP none of whose indicators has a target.

    An indicator belongs to the OP named by its ``objet``.
    """
    with_target = {cible.indicateur for cible in programme.cibles}
    served = {i.objet for i in programme.indicateurs if i.cle in with_target}
    return tuple(op.cle for op in programme.objectifs if op.cle not in served)


def count_statuses(programme: Programme) -> dict[str, int]:
    """Number of declinaisons by status; a missing status counts as ``a_confirmer``."""
    counts = Counter(d.statut.value if d.statut else "a_confirmer" for d in programme.declinaisons)
    return dict(sorted(counts.items()))


def compute_statistics(programme: Programme) -> dict[str, Any]:
    """Every count, ready for JSON."""
    without_dimension = list_dimensions_sans_fiche(programme)
    without_target = list_op_sans_cible(programme)
    return {
        "schema": programme.schema.cle,
        "version": programme.schema.version,
        "themes": len(programme.themes),
        "fiches": len(programme.fiches),
        "objectifs_prioritaires": len(programme.objectifs),
        "orientations_fne": len(programme.orientations_fne),
        "actions_fne": sum(len(o.actions) for o in programme.orientations_fne),
        "declinaisons": count_statuses(programme),
        "declinaisons_total": len(programme.declinaisons),
        "declinaisons_avec_op": sum(1 for d in programme.declinaisons if d.objectifs),
        "dimensions_sans_fiche": len(without_dimension),
        "dimensions_sans_fiche_liste": list(without_dimension),
        "op_sans_cible": len(without_target),
        "op_sans_cible_liste": list(without_target),
        "indicateurs": len(programme.indicateurs),
        "cibles": len(programme.cibles),
    }
