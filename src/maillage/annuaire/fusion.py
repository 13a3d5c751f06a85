"""What a file changes in a directory: new records, changed ones field by field, unchanged, vanished ones.

A record that its source no longer gives is told vanished, to be marked, never deleted. Nothing vanishes of a
file that has faults or is a part of a list: what is not there may be among what was refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure

CleFiche = tuple[str, str]
"""(``structure`` or ``prestation``, id)."""


@dataclass(frozen=True, slots=True)
class ChampChange:
    """A field of a record before and after, in JSON; those of the complement are named ``complement.…``."""

    champ: str
    avant: Any
    apres: Any


@dataclass(frozen=True, slots=True)
class FusionAnnuaire:
    """What importing changes, each by (kind, id), sorted."""

    nouvelles: tuple[CleFiche, ...]
    changees: Mapping[CleFiche, tuple[ChampChange, ...]]
    identiques: tuple[CleFiche, ...]
    disparues: tuple[CleFiche, ...]

    @property
    def rien(self) -> bool:
        """Whether importing changes nothing."""
        return not (self.nouvelles or self.changees or self.disparues)


def compare(tenu: Annuaire, donne: Annuaire, *, entier: bool = True) -> FusionAnnuaire:
    """What a file (``donne``) changes in what is held; ``entier``: it holds all that its sources give.

    >>> from datetime import date; from dataclasses import replace
    >>> ccas = Structure(source="x", id="x--1", nom="CCAS", date_maj=date(2026, 1, 1))
    >>> other = Structure(source="y", id="y--1", nom="MDS", date_maj=date(2026, 1, 1))
    >>> found = compare(Annuaire((ccas, other)), Annuaire((replace(ccas, telephone="0320"),)))
    >>> found.changees[("structure", "x--1")]
    (ChampChange(champ='telephone', avant=None, apres='0320'),)
    >>> found.disparues, compare(Annuaire((ccas,)), Annuaire((ccas,))).rien
    ((), True)
    """
    held, given = index(tenu), index(donne)
    sources = {one.source for one in given.values()}
    changes = {
        key: found
        for key in sorted(given.keys() & held.keys())
        if (found := list_changes(
            write(held[key], tenu.complements.get(key[1])), write(given[key], donne.complements.get(key[1]))
        ))
    }  # fmt: skip
    gone = (key for key, one in held.items() if one.source in sources and key not in given)
    return FusionAnnuaire(
        tuple(sorted(given.keys() - held.keys())),
        changes,
        tuple(sorted(given.keys() & held.keys() - changes.keys())),
        tuple(sorted(gone)) if entier else (),
    )


def merge(tenu: Annuaire, donne: Annuaire) -> Annuaire:
    """What is held once a file is written over it: records given replace those held, the others stay.

    Writing the same file again changes nothing, and files of different sources may be written in any order.
    """
    held, given = index(tenu), index(donne)
    whole = held | given
    ids = {key[1] for key in given}
    complements = {name: one for name, one in tenu.complements.items() if name not in ids}
    return Annuaire(
        tuple(one for one in whole.values() if isinstance(one, Structure)),
        tuple(one for one in whole.values() if isinstance(one, Prestation)),
        complements | dict(donne.complements),
    )


def index(annuaire: Annuaire) -> dict[CleFiche, Structure | Prestation]:
    """Every record by (kind, id)."""
    found: dict[CleFiche, Structure | Prestation] = {
        ("structure", one.id): one for one in annuaire.structures
    }
    return found | {("prestation", one.id): one for one in annuaire.prestations}


def write(fiche: Structure | Prestation, complement: Complement | None) -> dict[str, Any]:
    """A record and its complement as one JSON object."""
    more = complement.write() if complement else {}
    return fiche.write() | {f"complement.{name}": value for name, value in more.items() if name != "id"}


def list_changes(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> tuple[ChampChange, ...]:
    """The fields that differ, in the order of the record; absent is null.

    >>> list_changes({"a": 1, "b": 2}, {"b": 3, "c": 4})
    (ChampChange(champ='a', avant=1, apres=None), ChampChange(champ='b', avant=2, apres=3),
     ChampChange(champ='c', avant=None, apres=4))
    """
    names: Iterable[str] = dict.fromkeys([*avant, *apres])
    return tuple(
        ChampChange(name, avant.get(name), apres.get(name))
        for name in names
        if avant.get(name) != apres.get(name)
    )
