"""Bringing an import into a programme people have worked on: blanks are filled, work is never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from maillage.sdaasp.programme.differences import Difference, compare_items
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import describe, get_key, list_collections
from maillage.sdaasp.reprise.dossier import CelluleVisee
from maillage.sdaasp.reprise.proposition import Proposition

# A source line or an own numbering is not a disagreement about content.
IGNORES = frozenset({"source", "non_repris"})


@dataclass(frozen=True, slots=True)
class Fusion:
    """The merged programme; what was filled; what disagrees and was left as it was."""

    programme: Programme
    repris: tuple[CelluleVisee, ...]
    desaccords: tuple[Difference, ...]


def merge(base: Programme, imported: Programme) -> Fusion:
    """``base`` with what it lacks taken from ``imported``: ``non_repris`` fields, ``None``, new objects."""
    merged: dict[str, Any] = {}
    filled: list[CelluleVisee] = []
    conflicts: list[Difference] = []
    for name, _ in list_collections():
        known = {get_key(name, item): item for item in getattr(base, name)}
        for item in getattr(imported, name):
            key = get_key(name, item)
            if key not in known:
                known[key] = item
                filled += [CelluleVisee(name, key, champ.nom) for champ in describe(type(item))]
                continue
            known[key], taken, left = _merge_item(name, key, known[key], item)
            filled += taken
            conflicts += left
        merged[name] = tuple(known.values())
    return Fusion(replace(base, **merged), tuple(filled), tuple(conflicts))


def _merge_item(
    name: str, key: str, base: Any, imported: Any
) -> tuple[Any, list[CelluleVisee], list[Difference]]:
    pending = set(getattr(base, "non_repris", ()))
    differences = [d for d in compare_items(name, key, base, imported) if d.champ not in IGNORES]
    taken = {d.champ for d in differences if d.champ in pending or d.avant is None}
    values: dict[str, Any] = {str(field): getattr(imported, str(field)) for field in taken}
    if pending:
        values["non_repris"] = tuple(f for f in base.non_repris if getattr(imported, f) is None)
    left = [d for d in differences if d.champ not in taken and d.apres not in (None, ())]
    return replace(base, **values), [CelluleVisee(name, key, str(f)) for f in sorted(map(str, taken))], left


MESUREES: dict[str, tuple[str, ...]] = {
    "fiches": ("titre", "pilote", "copilotes", "dimensions", "themes_lies", "demarches"),
    "objectifs": ("libelle",),
    "declinaisons": ("libelle", "statut", "objectifs"),
    "orientations_fne": ("titre", "actions", "priorites", "tous"),
}


@dataclass(frozen=True, slots=True)
class MesureImport:
    """How an import does against a programme checked by people, cell by cell.

    ``justes``: right and not asked about. ``demandees``: hanging on a question. ``fausses``: wrong without a
    question.
    """

    total: int
    justes: int
    demandees: int
    absentes: tuple[CelluleVisee, ...]
    fausses: tuple[CelluleVisee, ...]

    @property
    def share(self) -> float:
        """Share of cells right without help."""
        return self.justes / self.total if self.total else 0.0


def measure_import(proposal: Proposition, reference: Programme) -> MesureImport:
    """Compare what is proposed before any answer with ``reference``, on the cells of ``MESUREES``."""
    asked = {cell for question in proposal.en_attente for cell in question.cellules}
    right, pending = 0, 0
    missing: list[CelluleVisee] = []
    wrong: list[CelluleVisee] = []
    for cell, expected in _iter_cells(reference):
        found = _get(proposal.programme, cell)
        if cell in asked or found is _ABSENT:
            pending += 1
        elif found == expected:
            right += 1
        else:
            (missing if found in (None, ()) else wrong).append(cell)
    total = right + pending + len(missing) + len(wrong)
    return MesureImport(total, right, pending, tuple(missing), tuple(wrong))


_ABSENT = object()


def _iter_cells(programme: Programme) -> Iterable[tuple[CelluleVisee, Any]]:
    for name, fields in MESUREES.items():
        for item in getattr(programme, name):
            for field in fields:
                yield CelluleVisee(name, get_key(name, item), field), getattr(item, field)


def _get(programme: Programme, cell: CelluleVisee) -> Any:
    items = {get_key(cell.collection, item): item for item in getattr(programme, cell.collection)}
    item = items.get(cell.cle)
    return _ABSENT if item is None else getattr(item, cell.champ)
