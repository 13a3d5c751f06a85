"""Bringing an import into a programme people have worked on: blanks are filled, work is never overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sdaasp.programme.controle import Anomalie, check_programme
from maillage.sdaasp.programme.differences import Difference, compare_items
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.structure import describe, get_key, list_collections
from maillage.sdaasp.reprise.dossier import CelluleVisee
from maillage.sdaasp.reprise.proposition import Proposition

# A source line or an own numbering is not a disagreement about content.
IGNORES = frozenset({"source", "non_repris"})
# A measure is taken whole or left whole: half of one and half of another would be a third, which nobody said.
ENTIERES = frozenset({"cibles", "valeurs"})
SUIVIES = (
    *("fiches", "objectifs", "declinaisons", "indicateurs", "afom"),
    *("bonnes_pratiques", "labels", "mutualisations", "plans_externes", "orientations_fne"),
)


@dataclass(frozen=True, slots=True)
class Fusion:
    """The merged programme; what was filled; what disagrees and was left as it was.

    ``objets`` is how many objects are new or completed: as many as there are to write.
    """

    programme: Programme
    repris: tuple[CelluleVisee, ...]
    desaccords: tuple[Difference, ...]
    objets: int


def merge(base: Programme, imported: Programme) -> Fusion:
    """``base`` with what it lacks taken from ``imported``: ``non_repris`` fields, ``None``, new objects.

    What ``imported`` itself has not carried over teaches nothing: ``merge(b, b)`` is ``b``, and the same
    import a second time changes nothing.
    """
    merged: dict[str, Any] = {}
    filled: list[CelluleVisee] = []
    conflicts: list[Difference] = []
    for name, _ in list_collections():
        known = dict(index_items(name, getattr(base, name)))
        for place, item in index_items(name, getattr(imported, name)):
            if place not in known:
                known[place] = item
                filled += [CelluleVisee(name, place[0], champ.nom) for champ in describe(type(item))]
                continue
            known[place], taken, left = _merge_item(name, place[0], known[place], item)
            filled += taken
            conflicts += left
        merged[name] = tuple(known.values())
    programme = replace(base, **merged)
    count = sum(len(list_changed(name, base, programme)) for name in merged)
    return Fusion(programme, tuple(filled), tuple(conflicts), count)


def check_fusion(base: Programme, merged: Programme) -> None:
    """Refuse what an import would break, with every fault; what did not hold before is not its doing."""
    known = {*check_programme(base), *_check_kinds(base)}
    found = (a for a in (*check_programme(merged), *_check_kinds(merged)) if a not in known)
    faults = tuple(Faute(f"{a.collection} {a.cle} : {a.message}", colonne=a.champ) for a in found)
    if faults:
        raise EntreeInvalide("Avec cet import, le programme ne se tiendrait plus.", faults)


def _check_kinds(programme: Programme) -> Iterator[Anomalie]:
    """People follow and discuss an object by its key: two kinds never share one."""
    seen: dict[str, str] = {}
    for name in SUIVIES:
        for key in {get_key(name, item) for item in getattr(programme, name)}:
            if seen.setdefault(key, name) != name:
                yield Anomalie(name, key, None, f"cette clé est déjà celle d’un objet de « {seen[key]} »")


def list_changed(collection: str, before: Programme, after: Programme) -> list[Any]:
    """The items of a collection that are new or changed."""
    known = dict(index_items(collection, getattr(before, collection)))
    items = index_items(collection, getattr(after, collection))
    return [item for place, item in items if known.get(place) != item]


def index_items(collection: str, items: Iterable[Any]) -> Iterator[tuple[tuple[str, int], Any]]:
    """((key, rank among those of this key), item): two values of one person at one date stay two."""
    seen: Counter[str] = Counter()
    for item in items:
        key = get_key(collection, item)
        yield (key, seen[key]), item
        seen[key] += 1


def _merge_item(
    name: str, key: str, base: Any, imported: Any
) -> tuple[Any, list[CelluleVisee], list[Difference]]:
    differences = [d for d in compare_items(name, key, base, imported) if d.champ not in IGNORES]
    given = {champ.nom for champ in describe(type(base)) if _is_given(imported, champ.nom)}
    blank = {champ.nom for champ in describe(type(base)) if getattr(base, champ.nom) in (None, ())}
    carried = {f for f in getattr(base, "non_repris", ()) if f in given and f in blank}
    taken = carried | {str(d.champ) for d in differences if d.avant is None and d.champ in given}
    taken = set() if name in ENTIERES else taken
    values = {field: getattr(imported, field) for field in taken}
    if carried:
        values["non_repris"] = tuple(f for f in base.non_repris if f not in carried)
    left = [d for d in differences if d.champ not in taken and d.apres not in (None, ())]
    return replace(base, **values), [CelluleVisee(name, key, field) for field in sorted(taken)], left


def _is_given(item: Any, field: str) -> bool:
    """Whether an imported object says something of a field: an empty list does, unless it was left out."""
    return getattr(item, field) is not None and field not in getattr(item, "non_repris", ())


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
